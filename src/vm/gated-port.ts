import type { MachineInput } from '../machine/input';
import { AGENT_PORT, FILES_PORT, type Machine } from '../machine/machine';

/** A byte stream to a program in the guest, as the ports of a virtio console offer it. Whoever uses it takes the callbacks for itself. */
export interface GatedPort {
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

/** A port of a machine: what the guest says comes straight, what the host says goes in by `input`. */
export function gatedPort(machine: Machine, whose: 'agent' | 'files', input: (input: MachineInput) => void): GatedPort {
  const port = whose === 'agent' ? machine.console.port(AGENT_PORT) : machine.files.port(FILES_PORT);
  return {
    get guestOpen() {
      return port.guestOpen;
    },
    set onData(listener: GatedPort['onData']) {
      port.onData = listener;
    },
    set onOpen(listener: GatedPort['onOpen']) {
      port.onOpen = listener;
    },
    set onClose(listener: GatedPort['onClose']) {
      port.onClose = listener;
    },
    set onGone(listener: GatedPort['onGone']) {
      port.onGone = listener;
    },
    set onTaken(listener: GatedPort['onTaken']) {
      port.onTaken = listener;
    },
    send: (bytes) => input({ type: whose, bytes: bytes.slice() }),
  };
}
