import type { Machine } from '../machine/machine';
import type { Rest } from './api';
import { restOf } from './rest';

/** Notices when a machine goes to rest, and when it is at work again. */
export class RestWatch {
  /** How it rests, as it was told last. */
  rest: Rest | undefined;
  /** Its drivers had devices in use since it booted, as far as that was seen. */
  driven = false;
  /** It seemed to be suspended to idle when it was looked at last: a driver that resets its device for another reason is soon back. */
  private seemedIdle = false;

  constructor(
    private readonly machine: Machine,
    /** It rests, or does not rest any more. `woke`: because it is at work again. */
    private readonly changed: (rest: Rest | undefined, woke: boolean) => void,
  ) {}

  /** It boots. Whoever is reset in its sleep does not wake from it. */
  booted(): void {
    this.driven = false;
    this.set(undefined, false);
  }

  /** Suspended to RAM, or at work again, and nobody was told yet. */
  get isLate(): boolean {
    return this.machine.power.suspended !== (this.rest?.how === 'ram');
  }

  /** @param ended the machine has: that is no rest */
  look(ended: boolean): void {
    const { machine } = this;
    this.driven ||= machine.driven;
    const seen = ended ? undefined : restOf(machine, this.driven);
    const idle = seen?.how === 'idle';
    const rest = idle && !this.seemedIdle ? undefined : seen;
    this.seemedIdle = idle;
    this.set(rest, !ended);
  }

  private set(rest: Rest | undefined, works: boolean): void {
    const before = this.rest;
    if (rest?.how === before?.how && rest?.listens === before?.listens) return;
    this.rest = rest;
    this.changed(rest, works && !rest);
  }
}
