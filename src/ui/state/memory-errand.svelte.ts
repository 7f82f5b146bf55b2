import { type AddressKind, MEMORY_LOOK_LIMIT } from '../../vm/api/memory-view';
import type { Answer } from '../../vm/api/questions';
import { sentenceOf } from '../../vm/sentence';
import { formatBytes } from './format';
import { download } from './save-file-name';
import type { Session } from './session.svelte';

/** Finds of one search that are shown: a person who gets more looks for something else. */
const MOST_FINDS = 200;

/** What takes a while with memory, piece by piece, with progress and a way out: a search, or saving a range as a file. One at a time. */
export class MemoryErrand {
  doing = $state<'search' | 'save' | undefined>();
  /** 0 to 1. */
  progress = $state(0);
  /** Physical addresses. Undefined: nothing was searched yet. */
  found = $state.raw<readonly bigint[] | undefined>();
  /** How it ended, as a sentence. */
  outcome = $state<string | undefined>();
  private turn = 0;

  constructor(private readonly session: Session) {}

  cancel(): void {
    this.turn++;
    this.doing = undefined;
    this.outcome = 'Cancelled.';
  }

  private begin(what: 'search' | 'save'): () => boolean {
    const turn = ++this.turn;
    this.doing = what;
    this.progress = 0;
    this.outcome = undefined;
    return () => turn === this.turn;
  }

  private async carryOut(what: 'search' | 'save', work: (wanted: () => boolean) => Promise<string>): Promise<void> {
    const wanted = this.begin(what);
    try {
      const outcome = await work(wanted);
      if (wanted()) this.outcome = outcome;
    } catch (error) {
      if (wanted()) this.outcome = sentenceOf(error);
    }
    if (wanted()) this.doing = undefined;
  }

  search(bytes: Uint8Array): Promise<void> {
    this.found = undefined;
    return this.carryOut('search', async (wanted) => {
      const found: bigint[] = [];
      let from: bigint | undefined = 0n;
      while (from !== undefined && wanted() && found.length < MOST_FINDS) {
        const answer: Answer<'memory-search'> = await this.session
          .worker()
          .inspect('memory-search', { from, wanted: bytes, most: MOST_FINDS - found.length });
        if (!wanted()) break;
        found.push(...answer.found);
        this.found = [...found];
        from = answer.next;
        this.progress = from === undefined ? 1 : Number(from - answer.ram.from) / Number(answer.ram.end - answer.ram.from);
      }
      if (found.length === 0) return 'Nothing like it is in RAM.';
      return from === undefined ? `${found.length} in RAM.` : `The first ${found.length}; there are more.`;
    });
  }

  /** Puts `length` bytes from an address on into the person's downloads; what cannot be read is zero there, and told. */
  save(place: { vcpu: number; kind: AddressKind; address: bigint }, length: number): Promise<void> {
    return this.carryOut('save', async (wanted) => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let unreadable = 0;
      let done = 0;
      while (done < length && wanted()) {
        const address = place.address + BigInt(done);
        const answer = await this.session
          .worker()
          .inspect('memory', { ...place, address, length: Math.min(MEMORY_LOOK_LIMIT, length - done) });
        if (answer.bytes.length === 0) break;
        parts.push(new Uint8Array(answer.bytes));
        for (const { state, length: bytes } of answer.pieces) if (state !== 'memory') unreadable += bytes;
        done += answer.bytes.length;
        this.progress = done / length;
      }
      if (!wanted()) return '';
      const name = `memory-0x${place.address.toString(16)}.bin`;
      download(new Blob(parts), name);
      const gap = unreadable > 0 ? `; ${formatBytes(unreadable)} of it could not be read and are zero` : '';
      return `${formatBytes(done)} are saved as ${name}${gap}.`;
    });
  }
}
