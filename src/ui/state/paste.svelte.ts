/** A paste that is too long to reach the guest at once. */
import type { VmWorker } from '../../vm/api';
import { sentenceOf } from '../../vm/sentence';

/** What is longer is typed at the guest's pace, and can be given up. */
export const LONG_PASTE_BYTES = 2048;

/** Brackets of a paste, where the guest has asked for them (DECSET 2004). */
const [BEGIN, END] = ['\x1b[200~', '\x1b[201~'].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
const beginsWith = (data: Uint8Array, start: Uint8Array): boolean => start.every((byte, index) => data[index] === byte);

export interface PasteOwner {
  worker(): VmWorker;
  notice(sentence: string, tone: 'warning'): void;
}

export class Paste {
  /** Bytes typed, of how many; undefined if nothing is being pasted. */
  progress = $state.raw<{ typed: number; total: number } | undefined>();
  private controller: AbortController | undefined;

  constructor(private readonly owner: PasteOwner) {}

  cancel(): void {
    this.controller?.abort();
  }

  async type(data: Uint8Array): Promise<void> {
    this.cancel();
    const controller = new AbortController();
    this.controller = controller;
    this.progress = { typed: 0, total: data.length };
    const worker = this.owner.worker();
    try {
      await worker.typeLong(
        data,
        (typed, total) => {
          if (this.controller === controller) this.progress = { typed, total };
        },
        controller.signal,
      );
    } catch (error) {
      // A guest that waits for the end of a paste would take everything that is typed for a part of it.
      if (beginsWith(data, BEGIN)) void worker.input(END).catch(() => undefined);
      this.owner.notice(sentenceOf(error), 'warning');
    } finally {
      if (this.controller === controller) this.progress = undefined;
    }
  }
}
