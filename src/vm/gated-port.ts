import { AGENT_PORT, FILES_PORT } from '../machine/devices/virtio/port-names';
import type { MachineInput } from '../machine/input';
import type { Machine } from '../machine/machine';

/** A byte stream to a program in the guest, as the ports of a virtio console offer it. Whoever uses it takes the callbacks for itself. */
export interface BytePort {
  /** Whether a program in the guest has the port open. */
  readonly guestOpen: boolean;
  /** The bytes are valid until it returns. */
  onData: (bytes: Uint8Array) => void;
  onOpen: () => void;
  /** No program has the port open now. A guest that freezes its devices to sleep takes it from its program for a while. */
  onClose: () => void;
  /** Whatever program had the port open will not come back. */
  onGone: () => void;
  /** The guest has all that was sent. */
  onTaken: () => void;
  send(bytes: Uint8Array): void;
}

/**
 * A port of a machine: what the guest says comes straight, what the host says goes in by `input`. While the machine is away from its present neither is
 * heard: what the guest says was heard before, and what the host says waits.
 */
export class GatedPort implements BytePort {
  onData: BytePort['onData'] = () => {};
  onOpen = (): void => {};
  onClose = (): void => {};
  onGone = (): void => {};
  onTaken = (): void => {};
  private waiting: Uint8Array[] = [];
  private readonly port: BytePort;

  constructor(
    machine: Machine,
    private readonly whose: 'agent' | 'files',
    private readonly input: (input: MachineInput) => void,
    private readonly away: () => boolean,
  ) {
    const port = whose === 'agent' ? machine.console.port(AGENT_PORT) : machine.files.port(FILES_PORT);
    this.port = port;
    port.onData = (bytes) => away() || this.onData(bytes);
    port.onOpen = () => away() || this.onOpen();
    port.onClose = () => away() || this.onClose();
    port.onGone = () => away() || this.onGone();
    port.onTaken = () => away() || this.onTaken();
  }

  get guestOpen(): boolean {
    return this.port.guestOpen;
  }

  send(bytes: Uint8Array): void {
    if (this.away()) this.waiting.push(bytes.slice());
    else this.input({ type: this.whose, bytes: bytes.slice() });
  }

  /** The machine is in its present again, and that is as it was. */
  catchUp(): void {
    for (const bytes of this.waiting.splice(0)) this.input({ type: this.whose, bytes });
  }

  /** It is another: what waited was meant for a guest that has never been. */
  forget(): void {
    this.waiting.length = 0;
  }
}
