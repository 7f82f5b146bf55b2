/**
 * The two consoles of the board, the UART and hvc0 of virtio-console, as one: what the guest prints on either is heard, and what is typed goes to the one
 * where somebody seems to read it.
 */
import type { Apply, DeviceState, Persistent } from './device';
import type { Pl011 } from './devices/pl011';
import type { ConsolePort } from './devices/virtio/console-port';
import { SavedState } from './saved-state';

const WHERE = ['uart', 'hvc0'] as const;

export class GuestConsoles implements Persistent {
  /** Where the guest printed last, and whether it has ever printed on hvc0. */
  private last: (typeof WHERE)[number] = 'uart';
  private usesHvc0 = false;

  /** @param heard takes what the guest prints */
  constructor(
    private readonly uart: () => Pl011,
    private readonly hvc0: () => ConsolePort,
    private readonly heard: (byte: number) => void,
  ) {}

  printedOnUart(byte: number): void {
    this.last = 'uart';
    this.heard(byte);
  }

  printedOnHvc0(bytes: Uint8Array): void {
    this.last = 'hvc0';
    this.usesHvc0 = true;
    for (const byte of bytes) this.heard(byte);
  }

  /**
   * Bytes typed. They go where the guest printed last; but a kernel prints its messages also on a UART that no program has open, and then nobody
   * would read them there.
   */
  type(bytes: Uint8Array): void {
    const hvc0 = this.hvc0();
    const uart = this.uart();
    if (hvc0.guestOpen && this.usesHvc0 && (this.last === 'hvc0' || !uart.listens)) hvc0.send(bytes);
    else uart.receive(bytes);
  }

  /** Bytes typed that the guest has not taken. */
  get waiting(): number {
    return this.uart().waiting + this.hvc0().pending;
  }

  reset(): void {
    this.last = 'uart';
    this.usesHvc0 = false;
  }

  save(): DeviceState {
    return { last: this.last, usesHvc0: this.usesHvc0 };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState('the consoles', state);
    const last = saved.word('last', WHERE);
    const usesHvc0 = saved.boolean('usesHvc0');
    return () => {
      this.last = last;
      this.usesHvc0 = usesHvc0;
    };
  }
}
