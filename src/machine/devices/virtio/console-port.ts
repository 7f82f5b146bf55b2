/** One port of a virtio console: a byte stream between host and guest. */

import { printable } from '../../../storage/printable';
import type { Apply, DeviceState } from '../../device';
import { SavedState } from '../../saved-state';

export class ConsolePort {
  /** Called with bytes from the guest, which are gone when it returns: whoever keeps them makes a copy. */
  onData: (bytes: Uint8Array) => void = () => {};
  /** Called when the guest opens the port. Not called by restore: see {@link guestOpen}. */
  onOpen: () => void = () => {};
  /** Called when the guest closes the port, or its driver or machine is reset while it is open. */
  onClose: () => void = () => {};
  /**
   * Called when no program that ever had the port open will have it again: it closed the port itself, or its driver or machine was started
   * anew. After onClose. A guest that takes its devices away to sleep closes its ports, too, and its programs have them again afterwards.
   */
  onGone: () => void = () => {};
  /** Called when the guest has taken all that was sent into buffers of its own. */
  onTaken: () => void = () => {};

  private openInGuest = false;
  private waiting: Uint8Array[] = [];

  /**
   * @param id number of the port on its device; 0 is the console
   * @param name what the guest sees in /dev/virtio-ports; empty for the console
   * @param flush asks the device to move pending bytes into buffers of the guest
   */
  constructor(
    readonly id: number,
    readonly name: string,
    private readonly flush: (port: ConsolePort) => void,
  ) {}

  /** Whether a program (or the console driver) in the guest has the port open. */
  get guestOpen(): boolean {
    return this.openInGuest;
  }

  /** Bytes sent and not yet in the guest's memory. */
  get pending(): number {
    return this.waiting.reduce((sum, part) => sum + part.length, 0);
  }

  /** Sends bytes to the guest. They wait until it has opened the port and has buffers for them; a copy is kept. */
  send(data: Uint8Array): void {
    if (data.length === 0) return;
    this.waiting.push(data.slice());
    this.flush(this);
  }

  // The rest is for the device.

  /** What waits for a port that closes was meant for who had it open; what waits for one that opens is kept for the first who does. */
  setGuestOpen(open: boolean): void {
    if (open === this.openInGuest) return;
    this.openInGuest = open;
    if (open) this.onOpen();
    else {
      this.dropPending();
      this.onClose();
    }
  }

  get hasPending(): boolean {
    return this.waiting.length > 0;
  }

  /** Takes at most `limit` pending bytes. */
  take(limit: number): Uint8Array {
    const taken = new Uint8Array(Math.min(limit, this.pending));
    let at = 0;
    while (at < taken.length) {
      const first = this.waiting[0]!;
      const part = first.subarray(0, taken.length - at);
      taken.set(part, at);
      at += part.length;
      if (part.length === first.length) this.waiting.shift();
      else this.waiting[0] = first.subarray(part.length);
    }
    return taken;
  }

  dropPending(): void {
    this.waiting = [];
  }

  save(): DeviceState {
    const pending = this.take(this.pending);
    this.waiting = pending.length > 0 ? [pending] : [];
    return { name: this.name, guestOpen: this.openInGuest, pending: pending.slice() };
  }

  check(state: DeviceState): Apply {
    const owner = `console port ${this.id}`;
    const saved = new SavedState(owner, state);
    const name = saved.text('name', 1000);
    if (name !== this.name)
      throw new Error(`The saved state of ${owner} is that of “${printable(name)}”, not of “${this.name}”.`);
    const pending = saved.bytes('pending');
    const guestOpen = saved.boolean('guestOpen');
    return () => {
      this.openInGuest = guestOpen;
      this.waiting = pending.length > 0 ? [pending] : [];
    };
  }
}
