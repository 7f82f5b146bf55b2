import type { Held } from '../machine/machine-changes';

const BITS = 32;
const FIRST_WORDS = 1024;

/** The words of many deltas, one behind the other: each in an array of its own they would take the host more than what they tell. */
export class DeltaWords {
  words = new Uint32Array(FIRST_WORDS);
  length = 0;

  /** Makes room for more words, and says where it begins. */
  grow(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.words.length) {
      const grown = new Uint32Array(Math.max(this.length, 2 * this.words.length));
      grown.set(this.words.subarray(0, start));
      this.words = grown;
    }
    return start;
  }

  /** What comes last ends at `end`: the rest of the room that was made for it is free. */
  endAt(end: number): void {
    this.words.fill(0, end, this.length);
    this.length = end;
  }

  /** Nothing comes behind what is there. */
  trim(): void {
    this.words = this.words.slice(0, this.length);
  }
}

/**
 * What a unit (machine-changes.ts) held at one time, told by what it held at a later one, or by zeros: a bit for each word of 32 bits that differs, and behind
 * the bits what those words were. Of a page that a guest writes to, few words change from one place to the next.
 */
export class UnitDelta {
  /**
   * @param start in `store`, of bits of {@link bitWords} words, and what differs
   * @param isAlone what was later does not matter: it differs from zeros
   */
  private constructor(
    private readonly unitWords: number,
    private readonly store: DeltaWords,
    private readonly start: number,
    private readonly count: number,
    private readonly isAlone: boolean,
  ) {}

  /** Bytes it takes. */
  get length(): number {
    return this.count * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** Of what a unit of `bytes` held, by what it holds `later`, or by zeros; undefined: either would take more than half of what the unit does. */
  static of(held: Held, later: Held, bytes: number, store: DeltaWords): UnitDelta | undefined {
    if (bytes % Uint32Array.BYTES_PER_ELEMENT !== 0) return undefined;
    const [was, is] = [wordsOf(held, bytes), wordsOf(later, bytes)];
    const most = Math.floor(was.length / 2) - bitWords(was.length);
    const differing = differences(was, is, most + 1);
    if (later && differing <= most) return UnitDelta.write(was, is, differing, false, store);
    const zeros = later ? wordsOf(undefined, bytes) : is;
    const others = differences(was, zeros, most + 1);
    return others > most ? undefined : UnitDelta.write(was, zeros, others, true, store);
  }

  private static write(was: Uint32Array, is: Uint32Array, count: number, isAlone: boolean, store: DeltaWords): UnitDelta {
    const bits = bitWords(was.length);
    const start = store.grow(bits + count);
    const { words } = store;
    let next = start + bits;
    for (let i = 0; i < was.length; i++) {
      if (was[i] === is[i]) continue;
      words[start + (i >>> 5)]! |= 1 << (i % BITS);
      words[next++] = was[i]!;
    }
    return new UnitDelta(was.length, store, start, bits + count, isAlone);
  }

  /** What the unit held, from what it held later. */
  from(later: Held): Uint8Array {
    const { unitWords, store, start } = this;
    const bytes = new Uint8Array(unitWords * Uint32Array.BYTES_PER_ELEMENT);
    if (later && !this.isAlone) bytes.set(later);
    const all = new Uint32Array(bytes.buffer);
    let next = start + bitWords(unitWords);
    for (let i = 0; i < unitWords; i++) if (this.has(i)) all[i] = store.words[next++]!;
    return bytes;
  }

  /** The same, with its words elsewhere. */
  movedTo(store: DeltaWords): UnitDelta {
    const { unitWords, start, count, isAlone } = this;
    const moved = store.grow(count);
    store.words.set(this.store.words.subarray(start, start + count), moved);
    return new UnitDelta(unitWords, store, moved, count, isAlone);
  }

  /**
   * The two in one: this tells what the unit held by what it held `next`, which is told or known. What is known of that, or told by zeros and too much for that then, makes
   * this known: it is whole.
   */
  over(next: Held | UnitDelta, store: DeltaWords): UnitDelta | Uint8Array {
    if (this.isAlone) return this.movedTo(store);
    if (!(next instanceof UnitDelta)) return this.from(next);
    if (next.isAlone) {
      const held = this.from(next.from(undefined));
      return UnitDelta.of(held, undefined, held.length, store) ?? held;
    }
    const { unitWords } = this;
    const bits = bitWords(unitWords);
    const start = store.grow(bits + this.count - bits + next.count - bits);
    const { words } = store;
    let [mine, its, end] = [this.start + bits, next.start + bits, start + bits];
    for (let i = 0; i < unitWords; i++) {
      const [isMine, isIts] = [this.has(i), next.has(i)];
      if (!isMine && !isIts) continue;
      words[start + (i >>> 5)]! |= 1 << (i % BITS);
      words[end++] = isMine ? this.store.words[mine]! : next.store.words[its]!;
      if (isMine) mine++;
      if (isIts) its++;
    }
    store.endAt(end);
    return new UnitDelta(unitWords, store, start, end - start, false);
  }

  private has(word: number): boolean {
    return ((this.store.words[this.start + (word >>> 5)]! >>> (word % BITS)) & 1) === 1;
  }
}

const bitWords = (unitWords: number): number => Math.ceil(unitWords / BITS);

/** How many words differ, counted up to `most`. */
function differences(was: Uint32Array, is: Uint32Array, most: number): number {
  let count = 0;
  for (let i = 0; i < was.length && count < most; i++) if (was[i] !== is[i]) count++;
  return count;
}

/** Of a unit's contents; they may begin anywhere in their buffer. */
function wordsOf(held: Held, bytes: number): Uint32Array {
  const count = bytes / Uint32Array.BYTES_PER_ELEMENT;
  if (!held) return new Uint32Array(count);
  const whole = held.byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0 ? held : held.slice();
  return new Uint32Array(whole.buffer, whole.byteOffset, count);
}
