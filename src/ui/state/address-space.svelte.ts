import type { Answer } from '../../vm/api/questions';
import { sentenceOf } from '../../vm/sentence';
import type { Session } from './session.svelte';

export type MappedRange = Answer<'address-space'>['ranges'][number];

/** Ranges of one half that are kept: what is more is asked for by hand. */
const AT_ONCE = 200;

/** Adds ranges behind others; one that goes on where the last one ended, with the same attributes, is the same range. */
export function joinRanges(ranges: readonly MappedRange[], more: readonly MappedRange[]): MappedRange[] {
  const joined = [...ranges];
  for (const range of more) {
    const last = joined.at(-1);
    if (!last || last.last + 1n !== range.from || !isAlike(last, range)) {
      joined.push(range);
      continue;
    }
    const inOnePiece = last.physical !== undefined && range.physical === last.physical + (range.from - last.from);
    joined[joined.length - 1] = {
      ...last,
      last: range.last,
      physical: inOnePiece ? last.physical : undefined,
      leaves: last.leaves + range.leaves,
      smallest: Math.min(last.smallest, range.smallest),
      largest: Math.max(last.largest, range.largest),
    };
  }
  return joined;
}

const isAlike = (a: MappedRange, b: MappedRange): boolean =>
  a.el1 === b.el1 && a.el0 === b.el0 && a.memory === b.memory && a.global === b.global;

/** What one half of a vCPU's address space mapped when it was asked: read piece by piece, as far as a person wants. */
export class AddressSpace {
  ranges = $state.raw<readonly MappedRange[]>([]);
  /** Where it goes on; undefined: all is here. */
  next = $state.raw<bigint | undefined>();
  reading = $state(false);
  /** Something was read, if only that there is nothing. */
  known = $state(false);
  problem = $state<string | undefined>();
  private turn = 0;

  constructor(
    private readonly session: Session,
    readonly high: boolean,
  ) {}

  /** Reads it anew, from the beginning. */
  async read(vcpu: number): Promise<void> {
    this.ranges = [];
    this.next = undefined;
    this.known = false;
    await this.more(vcpu);
  }

  /** Reads on until there are some hundred ranges more, or all. */
  async more(vcpu: number): Promise<void> {
    const turn = ++this.turn;
    this.reading = true;
    this.problem = undefined;
    const wanted = this.ranges.length + AT_ONCE;
    try {
      do {
        const from = this.next;
        const answer = await this.session
          .worker()
          .inspect('address-space', { vcpu, high: this.high, ...(from !== undefined && { from }) });
        if (turn !== this.turn) return;
        this.ranges = joinRanges(this.ranges, answer.ranges);
        this.next = answer.next;
        this.known = true;
      } while (this.next !== undefined && this.ranges.length < wanted);
    } catch (error) {
      if (turn === this.turn) this.problem = sentenceOf(error);
    }
    if (turn === this.turn) this.reading = false;
  }
}
