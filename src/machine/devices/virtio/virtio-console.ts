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
import { SegmentReader, SegmentWriter } from './buffers';
import { ConsolePort } from './console-port';
import { VirtqueueError } from './queue';
import { WORK_COST } from './virtio-cost';
import { DeviceId, readConfigBytes, type VirtioDevice, type VirtioHost } from './virtio-device';

/** Feature bits (5.3.3). */
export const ConsoleFeature = { VIRTIO_CONSOLE_F_SIZE: 1n << 0n, VIRTIO_CONSOLE_F_MULTIPORT: 1n << 1n } as const;

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

const CONSOLE_PORT_ID = 0;
const CONTROL_RECEIVE_QUEUE = 2;
const CONTROL_TRANSMIT_QUEUE = 3;
const QUEUE_SIZE = 128;
/** struct virtio_console_control: le32 id, le16 event, le16 value. */
const CONTROL_BYTES = 8;
/** A program's bytes are handed on, and the host's delivered, in pieces of no more than this. */
export const PIECE_BYTES = 8192;
/** Control messages waiting for buffers, beyond which the driver counts as broken; a handshake needs three. */
const MAX_CONTROL_PER_PORT = 64;
/** struct virtio_console_config: le16 cols, le16 rows, le32 max_nr_ports, le32 emerg_wr. */
const CONFIG_COLS = 0;
const CONFIG_ROWS = 2;
const CONFIG_MAX_NR_PORTS = 4;
const CONFIG_BYTES = 12;

/** In characters, 1 to 65535 of each. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}
const MOST_CELLS = 0xffff;
/** Nobody has said how large it is. */
const NO_SIZE: TerminalSize = { columns: 0, rows: 0 };

export interface VirtioConsoleOptions {
  /** Whether port 0 is there as a console; without named ports it has a size ({@link VirtioConsole.resize}). */
  console?: boolean;
  /** Names of the ports from number 1 on. */
  ports?: readonly string[];
  /** What programs say is carried, and not understood as lines: it costs no more than copying. */
  raw?: boolean;
}

export class VirtioConsole implements VirtioDevice {
  readonly name = 'virtio-console';
  readonly deviceId = DeviceId.console;
  readonly features: bigint;
  readonly queueSizes: number[];
  /** The console, if the device has one. */
  readonly console: ConsolePort | undefined;
  private readonly ports: ConsolePort[];
  private readonly config = new Uint8Array(CONFIG_BYTES);
  private readonly costOfByte: number;
  private host: VirtioHost | undefined;
  /** What a program says, on its way: one for all, because a fresh one for each piece costs more than all else, and the host's collector pauses. */
  private readonly piece = new Uint8Array(PIECE_BYTES);
  /** Control messages that wait for a buffer. */
  private control: Uint8Array[] = [];

  constructor(options: VirtioConsoleOptions = {}) {
    const names = options.ports ?? [];
    this.costOfByte = options.raw ? WORK_COST.COPIED_BYTE : WORK_COST.SPOKEN_BYTE;
    const flush = () => this.host?.hasWork();
    this.console = options.console ? new ConsolePort(CONSOLE_PORT_ID, '', flush) : undefined;
    const named = names.map((name, index) => new ConsolePort(index + 1, name, flush));
    this.ports = this.console === undefined ? named : [this.console, ...named];
    // With both the size comes in a control message, whose two fields not every Linux has in the order of the specification.
    this.features = names.length > 0 ? ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT : ConsoleFeature.VIRTIO_CONSOLE_F_SIZE;
    // Port 0 has its queues whether it is there or not, and the control queues come right after them.
    const queues = names.length > 0 ? 2 * (names.length + 2) : 2;
    this.queueSizes = Array<number>(queues).fill(QUEUE_SIZE);
    new DataView(this.config.buffer).setUint32(CONFIG_MAX_NR_PORTS, names.length + 1, true);
  }

  /** The console has another size: the driver is told, now or when it begins. */
  resize(size: TerminalSize): void {
    this.setSize(size);
    this.host?.configChanged();
  }

  private setSize({ columns, rows }: TerminalSize): void {
    const view = new DataView(this.config.buffer);
    view.setUint16(CONFIG_COLS, columns, true);
    view.setUint16(CONFIG_ROWS, rows, true);
  }

  private get hasSize(): boolean {
    return (this.features & ConsoleFeature.VIRTIO_CONSOLE_F_SIZE) !== 0n;
  }

  /** The size it was given; undefined before. */
  get size(): TerminalSize | undefined {
    const view = new DataView(this.config.buffer);
    const [columns, rows] = [view.getUint16(CONFIG_COLS, true), view.getUint16(CONFIG_ROWS, true)];
    return columns > 0 ? { columns, rows } : undefined;
  }

  /** The port of that name; throws if there is none. */
  port(name: string): ConsolePort {
    const port = this.ports.find((candidate) => candidate.id !== CONSOLE_PORT_ID && candidate.name === name);
    if (port === undefined) throw new Error(`The virtio console has no port “${name}”.`);
    return port;
  }

  connect(host: VirtioHost): void {
    this.host = host;
  }

  activate(): void {
    // Without multiport there is no handshake: the console is open as soon as the driver runs.
    if (!this.multiport) this.console?.setGuestOpen(true);
  }

  step(): boolean {
    // What a program said before it closed its port is heard first.
    for (let index = 1; index < this.queueSizes.length; index += 2) {
      if (index !== CONTROL_TRANSMIT_QUEUE && this.transmit(index)) return true;
    }
    return this.takeControl() || this.deliverControl() || this.ports.some((port) => this.deliver(port));
  }

  about(): string[] {
    return this.ports.map(({ id, name, guestOpen, pending }) => {
      const size = this.size ? ` of ${this.size.columns} × ${this.size.rows} characters` : '';
      const what = name === '' ? `console${size}` : `port ${id}, “${name}”`;
      return `${what}: ${guestOpen ? 'open in the guest' : 'not open in the guest'}${pending > 0 ? `, ${pending} bytes wait for it` : ''}`;
    });
  }

  driverReset(): void {
    this.control = [];
    for (const port of this.ports) port.setGuestOpen(false);
  }

  queueStopped(): void {}

  readConfig(offset: number, size: AccessSize): number {
    return readConfigBytes(this.config, offset, size);
  }

  /** Nothing is writable: emerg_wr belongs to a feature that is not offered. */
  writeConfig(): void {}

  reset(): void {
    this.driverReset();
    for (const port of this.ports) {
      port.dropPending();
      port.onGone();
    }
  }

  save(): DeviceState {
    return {
      control: this.control.map((message) => message.slice()),
      ports: this.ports.map((port) => port.save()),
      ...(this.hasSize ? (this.size ?? NO_SIZE) : {}),
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const ports = saved.objects('ports', this.ports.length);
    const size = this.hasSize
      ? { columns: saved.number('columns', MOST_CELLS), rows: saved.number('rows', MOST_CELLS) }
      : NO_SIZE;
    const control = state.control;
    const most = MAX_CONTROL_PER_PORT * this.ports.length;
    if (!Array.isArray(control) || control.length > most || !control.every((message) => message instanceof Uint8Array)) {
      throw new Error(`The saved state of ${this.name} has no list of up to ${most} control messages.`);
    }
    const messages = control.map((message) => message.slice());
    const parts = this.ports.map((port, index) => port.check(ports[index]!));
    return () => {
      this.control = messages;
      this.setSize(size);
      for (const apply of parts) apply();
    };
  }

  private get multiport(): boolean {
    return ((this.host?.features ?? 0n) & ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT) !== 0n;
  }

  private transmit(index: number): boolean {
    const host = this.host!;
    const queue = host.queues[index];
    const buffer = queue?.take();
    if (!queue || !buffer) return false;
    const reader = new SegmentReader(host.memory, buffer.chain.readable);
    reader.skip(buffer.done);
    const data = reader.copyTo(this.piece);
    buffer.done += data.length;
    if (reader.remaining === 0) queue.finish(0);
    host.spend(data.length * this.costOfByte);
    const port = this.ports.find(({ id }) => receiveQueue(id) === index - 1);
    if (data.length > 0) port?.onData(data);
    return true;
  }

  /** Moves pending bytes of a port into the guest's next buffer. */
  private deliver(port: ConsolePort): boolean {
    const host = this.host!;
    const queue = host.queues[receiveQueue(port.id)];
    if (!queue?.ready || !port.guestOpen || !port.hasPending) return false;
    const chain = queue.pop();
    if (chain === undefined) return false;
    const writer = new SegmentWriter(host.memory, chain.writable);
    if (writer.capacity === 0) throw new VirtqueueError(`The ${queue.label} has a buffer the device cannot write.`);
    const written = writer.write(port.take(Math.min(writer.capacity, PIECE_BYTES)));
    host.spend(written * WORK_COST.COPIED_BYTE);
    queue.push(chain, written);
    if (!port.hasPending) port.onTaken();
    return true;
  }

  private takeControl(): boolean {
    const host = this.host!;
    const queue = host.queues[CONTROL_TRANSMIT_QUEUE];
    const buffer = queue?.take();
    if (!queue || !buffer) return false;
    const message = new SegmentReader(host.memory, buffer.chain.readable).copy(CONTROL_BYTES);
    queue.finish(0);
    host.spend(WORK_COST.CONTROL_MESSAGE);
    // Too short to be a message: there is nothing in it to answer.
    if (message.length < CONTROL_BYTES) return true;
    const view = new DataView(message.buffer);
    this.handleControl(view.getUint32(0, true), view.getUint16(4, true), view.getUint16(6, true));
    return true;
  }

  private handleControl(id: number, event: number, value: number): void {
    if (event === ControlEvent.VIRTIO_CONSOLE_DEVICE_READY) {
      // value 0: the driver could not set itself up, and nothing will follow.
      if (value === 1) for (const port of this.ports) this.greet(port);
      return;
    }
    const port = this.ports.find((candidate) => candidate.id === id);
    // Not only after DEVICE_READY: Linux back from hibernation takes up its ports without saying that again.
    if (port === undefined) return;
    if (event === ControlEvent.VIRTIO_CONSOLE_PORT_READY && value === 1) {
      if (port.id === CONSOLE_PORT_ID) this.say(id, ControlEvent.VIRTIO_CONSOLE_CONSOLE_PORT, 1);
      else this.say(id, ControlEvent.VIRTIO_CONSOLE_PORT_NAME, 1, port.name);
      this.say(id, ControlEvent.VIRTIO_CONSOLE_PORT_OPEN, 1);
    } else if (event === ControlEvent.VIRTIO_CONSOLE_PORT_OPEN) {
      const wasOpen = port.guestOpen;
      port.setGuestOpen(value === 1);
      if (wasOpen && !port.guestOpen) port.onGone();
    }
  }

  private greet(port: ConsolePort): void {
    // Only a driver that begins says DEVICE_READY: whatever one before it had is not frozen but gone.
    if (!port.guestOpen) port.onGone();
    this.say(port.id, ControlEvent.VIRTIO_CONSOLE_DEVICE_ADD, 1);
  }

  private say(id: number, event: number, value: number, name = ''): void {
    if (this.control.length >= MAX_CONTROL_PER_PORT * this.ports.length) {
      throw new VirtqueueError(`The ${this.name} has ${this.control.length} control messages that the driver does not take.`);
    }
    const suffix = new TextEncoder().encode(name);
    const message = new Uint8Array(CONTROL_BYTES + suffix.length);
    const view = new DataView(message.buffer);
    view.setUint32(0, id, true);
    view.setUint16(4, event, true);
    view.setUint16(6, value, true);
    message.set(suffix, CONTROL_BYTES);
    this.control.push(message);
  }

  private deliverControl(): boolean {
    const host = this.host!;
    const queue = host.queues[CONTROL_RECEIVE_QUEUE];
    const [message] = this.control;
    if (!queue?.ready || !message) return false;
    const chain = queue.pop();
    if (chain === undefined) return false;
    const writer = new SegmentWriter(host.memory, chain.writable);
    if (writer.capacity < message.length) {
      throw new VirtqueueError(`The ${queue.label} has a buffer of ${writer.capacity} bytes for a message of ${message.length}.`);
    }
    this.control.shift();
    queue.push(chain, writer.write(message));
    return true;
  }
}

/** Ports' queues: 0 and 1 for port 0, then (after the control queues) 4 and 5 for port 1, and so on. */
function receiveQueue(id: number): number {
  return id === CONSOLE_PORT_ID ? 0 : 2 + 2 * id;
}
