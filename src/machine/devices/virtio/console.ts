/**
 * virtio-console: an optional console (hvc0, port 0) and named ports between programs in the guest and the host, such as
 * `org.dormouse.agent.0` (in Linux /dev/virtio-ports/org.dormouse.agent.0).
 *
 * The host's side of every port is always open. Bytes for the guest wait until it has opened the port.
 *
 * Source: VIRTIO 1.2, section 5.3 (console device).
 */
import type { AccessSize, Apply, DeviceState } from '../../device';
import { SavedState } from '../../saved-state';
import { SegmentReader, SegmentWriter, totalLength } from './buffers';
import { ConsolePort } from './console-port';
import { DeviceId, readConfigBytes, type VirtioDevice, type VirtioHost } from './device';
import { VirtqueueError } from './queue';

/** Feature bits (5.3.3). */
export const ConsoleFeature = { VIRTIO_CONSOLE_F_MULTIPORT: 1n << 1n } as const;

/** Events of a control message (5.3.6.2). */
export const ControlEvent = {
  VIRTIO_CONSOLE_DEVICE_READY: 0,
  VIRTIO_CONSOLE_DEVICE_ADD: 1,
  VIRTIO_CONSOLE_DEVICE_REMOVE: 2,
  VIRTIO_CONSOLE_PORT_READY: 3,
  VIRTIO_CONSOLE_CONSOLE_PORT: 4,
  VIRTIO_CONSOLE_RESIZE: 5,
  VIRTIO_CONSOLE_PORT_OPEN: 6,
  VIRTIO_CONSOLE_PORT_NAME: 7,
} as const;

/** The port our agent in the guest listens on. */
export const AGENT_PORT = 'org.dormouse.agent.0';

const CONSOLE_PORT_ID = 0;
const CONTROL_RECEIVE_QUEUE = 2;
const CONTROL_TRANSMIT_QUEUE = 3;
const QUEUE_SIZE = 128;
/** struct virtio_console_control: le32 id, le16 event, le16 value. */
const CONTROL_BYTES = 8;
/** Most bytes one transmitted buffer may hold; drivers send pages. */
export const MAX_TRANSMIT_BYTES = 16 << 20;
/** Control messages waiting for buffers, beyond which the driver counts as broken; a handshake needs three. */
const MAX_CONTROL_PER_PORT = 64;
const CONFIG_MAX_NR_PORTS = 4;
const CONFIG_BYTES = 12;

export interface VirtioConsoleOptions {
  /** Whether port 0 is there as a console. */
  console?: boolean;
  /** Names of the ports from number 1 on. */
  ports?: readonly string[];
}

export class VirtioConsole implements VirtioDevice {
  readonly name = 'virtio-console';
  readonly deviceId = DeviceId.console;
  readonly features: bigint;
  readonly queueSizes: number[];
  /** The console, if the device has one. */
  readonly console: ConsolePort | undefined;
  readonly #ports: ConsolePort[];
  readonly #config = new Uint8Array(CONFIG_BYTES);
  #host: VirtioHost | undefined;
  /** Control messages that wait for a buffer. */
  #control: Uint8Array[] = [];

  constructor(options: VirtioConsoleOptions = {}) {
    const names = options.ports ?? [];
    const flush = (port: ConsolePort) => this.#host?.guard(() => this.#deliver(port));
    this.console = options.console ? new ConsolePort(CONSOLE_PORT_ID, '', flush) : undefined;
    const named = names.map((name, index) => new ConsolePort(index + 1, name, flush));
    this.#ports = this.console === undefined ? named : [this.console, ...named];
    this.features = names.length > 0 ? ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT : 0n;
    // Port 0 has its queues whether it is there or not, and the control queues come right after them.
    const queues = names.length > 0 ? 2 * (names.length + 2) : 2;
    this.queueSizes = Array<number>(queues).fill(QUEUE_SIZE);
    new DataView(this.#config.buffer).setUint32(CONFIG_MAX_NR_PORTS, names.length + 1, true);
  }

  /** The port of that name; throws if there is none. */
  port(name: string): ConsolePort {
    const port = this.#ports.find((candidate) => candidate.id !== CONSOLE_PORT_ID && candidate.name === name);
    if (port === undefined) throw new Error(`The virtio console has no port “${name}”.`);
    return port;
  }

  connect(host: VirtioHost): void {
    this.#host = host;
  }

  activate(): void {
    // Without multiport there is no handshake: the console is open as soon as the driver runs.
    if (!this.#multiport) this.console?.setGuestOpen(true);
  }

  notify(index: number): void {
    if (index === CONTROL_TRANSMIT_QUEUE) this.#takeControl();
    else if (index === CONTROL_RECEIVE_QUEUE) this.#deliverControl();
    else {
      const port = this.#ports.find((candidate) => receiveQueue(candidate.id) === (index & ~1));
      if (index & 1) this.#transmit(index, port);
      else if (port !== undefined) this.#deliver(port);
    }
  }

  driverReset(): void {
    this.#control = [];
    for (const port of this.#ports) {
      // What an open port had waiting was meant for the program that is gone; a port never opened keeps it for the first.
      if (port.guestOpen) port.dropPending();
      port.setGuestOpen(false);
    }
  }

  queueStopped(): void {}

  readConfig(offset: number, size: AccessSize): number {
    return readConfigBytes(this.#config, offset, size);
  }

  /** Nothing is writable: emerg_wr belongs to a feature that is not offered. */
  writeConfig(): void {}

  reset(): void {
    this.driverReset();
    for (const port of this.#ports) port.dropPending();
  }

  save(): DeviceState {
    return {
      control: this.#control.map((message) => message.slice()),
      ports: this.#ports.map((port) => port.save()),
    };
  }

  check(state: DeviceState): Apply {
    const ports = new SavedState(this.name, state).objects('ports', this.#ports.length);
    const control = state.control;
    const most = MAX_CONTROL_PER_PORT * this.#ports.length;
    if (!Array.isArray(control) || control.length > most || !control.every((message) => message instanceof Uint8Array)) {
      throw new Error(`The saved state of ${this.name} has no list of up to ${most} control messages.`);
    }
    const messages = control.map((message) => message.slice());
    const parts = this.#ports.map((port, index) => port.check(ports[index]!));
    return () => {
      this.#control = messages;
      for (const apply of parts) apply();
    };
  }

  get #multiport(): boolean {
    return ((this.#host?.features ?? 0n) & ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT) !== 0n;
  }

  #transmit(index: number, port: ConsolePort | undefined): void {
    const host = this.#host!;
    const queue = host.queues[index]!;
    queue.takeAll((chain) => {
      const length = totalLength(chain.readable);
      if (length > MAX_TRANSMIT_BYTES) throw new VirtqueueError(`The ${queue.label} has a buffer of ${length} bytes.`);
      const data = new SegmentReader(host.memory, chain.readable).copy(length);
      queue.push(chain, 0);
      if (data.length > 0) port?.onData(data);
    });
    queue.signal();
  }

  /** Moves pending bytes of a port into the guest's buffers, as many as there are. */
  #deliver(port: ConsolePort): void {
    const host = this.#host!;
    const queue = host.queues[receiveQueue(port.id)];
    if (queue === undefined || !queue.ready || !port.guestOpen) return;
    while (port.hasPending) {
      const chain = queue.pop();
      if (chain === undefined) break;
      const writer = new SegmentWriter(host.memory, chain.writable);
      if (writer.capacity === 0) throw new VirtqueueError(`The ${queue.label} has a buffer the device cannot write.`);
      queue.push(chain, writer.write(port.take(writer.capacity)));
    }
    queue.signal();
  }

  #takeControl(): void {
    const host = this.#host!;
    const queue = host.queues[CONTROL_TRANSMIT_QUEUE]!;
    queue.takeAll((chain) => {
      const message = new SegmentReader(host.memory, chain.readable).copy(CONTROL_BYTES);
      queue.push(chain, 0);
      // Too short to be a message: there is nothing in it to answer.
      if (message.length < CONTROL_BYTES) return;
      const view = new DataView(message.buffer);
      this.#handleControl(view.getUint32(0, true), view.getUint16(4, true), view.getUint16(6, true));
    });
    queue.signal();
    this.#deliverControl();
  }

  #handleControl(id: number, event: number, value: number): void {
    if (event === ControlEvent.VIRTIO_CONSOLE_DEVICE_READY) {
      // value 0: the driver could not set itself up, and nothing will follow.
      if (value === 1) for (const port of this.#ports) this.#say(port.id, ControlEvent.VIRTIO_CONSOLE_DEVICE_ADD, 1);
      return;
    }
    const port = this.#ports.find((candidate) => candidate.id === id);
    // Not only after DEVICE_READY: Linux back from hibernation takes up its ports without saying that again.
    if (port === undefined) return;
    if (event === ControlEvent.VIRTIO_CONSOLE_PORT_READY && value === 1) {
      if (port.id === CONSOLE_PORT_ID) this.#say(id, ControlEvent.VIRTIO_CONSOLE_CONSOLE_PORT, 1);
      else this.#say(id, ControlEvent.VIRTIO_CONSOLE_PORT_NAME, 1, port.name);
      this.#say(id, ControlEvent.VIRTIO_CONSOLE_PORT_OPEN, 1);
    } else if (event === ControlEvent.VIRTIO_CONSOLE_PORT_OPEN) {
      port.setGuestOpen(value === 1);
      this.#deliver(port);
    }
  }

  #say(id: number, event: number, value: number, name = ''): void {
    if (this.#control.length >= MAX_CONTROL_PER_PORT * this.#ports.length) {
      throw new VirtqueueError(`The ${this.name} has ${this.#control.length} control messages that the driver does not take.`);
    }
    const suffix = new TextEncoder().encode(name);
    const message = new Uint8Array(CONTROL_BYTES + suffix.length);
    const view = new DataView(message.buffer);
    view.setUint32(0, id, true);
    view.setUint16(4, event, true);
    view.setUint16(6, value, true);
    message.set(suffix, CONTROL_BYTES);
    this.#control.push(message);
  }

  #deliverControl(): void {
    const host = this.#host!;
    const queue = host.queues[CONTROL_RECEIVE_QUEUE];
    if (queue === undefined || !queue.ready) return;
    while (this.#control.length > 0) {
      const chain = queue.pop();
      if (chain === undefined) break;
      const writer = new SegmentWriter(host.memory, chain.writable);
      const message = this.#control[0]!;
      if (writer.capacity < message.length) {
        throw new VirtqueueError(
          `The ${queue.label} has a buffer of ${writer.capacity} bytes for a message of ${message.length}.`,
        );
      }
      this.#control.shift();
      queue.push(chain, writer.write(message));
    }
    queue.signal();
  }
}

/** Ports' queues: 0 and 1 for port 0, then (after the control queues) 4 and 5 for port 1, and so on. */
function receiveQueue(id: number): number {
  return id === CONSOLE_PORT_ID ? 0 : 2 + 2 * id;
}
