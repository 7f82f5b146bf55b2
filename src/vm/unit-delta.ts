import type { Held } from '../machine/machine-changes';

const BITS = 32;

/**
 * What a unit (machine-changes.ts) held at one time, told by what it held at a later one: a bit for each word of 32 bits that differs, and behind
 * the bits what those words were. Of a page that a guest writes to, few words change from one place to the next.
 */
export class UnitDelta {
  /** @param words bits of {@link bitWords} words, and what differs */
  private constructor(
    private readonly unitWords: number,
    private readonly words: Uint32Array,
  ) {}

  /** Bytes it takes. */
  get length(): number {
    return this.words.byteLength;
  }

  /** Of two contents of a unit of `bytes`; undefined: it would take more than half of what the unit does. */
  static between(earlier: Held, later: Held, bytes: number): UnitDelta | undefined {
    if (bytes % Uint32Array.BYTES_PER_ELEMENT !== 0) return undefined;
    const [was, is] = [wordsOf(earlier, bytes), wordsOf(later, bytes)];
    const most = Math.floor(was.length / 2) - bitWords(was.length);
    let count = 0;
    for (let i = 0; i < was.length; i++) if (was[i] !== is[i] && ++count > most) return undefined;
    const words = new Uint32Array(bitWords(was.length) + count);
    let next = bitWords(was.length);
    for (let i = 0; i < was.length; i++) {
      if (was[i] === is[i]) continue;
      words[i >>> 5]! |= 1 << (i % BITS);
      words[next++] = was[i]!;
    }
    return new UnitDelta(was.length, words);
  }

  /** What the unit held, from what it held later. */
  from(later: Held): Uint8Array {
    const { unitWords, words } = this;
    const bytes = new Uint8Array(unitWords * Uint32Array.BYTES_PER_ELEMENT);
    if (later) bytes.set(later);
    const all = new Uint32Array(bytes.buffer);
    let next = bitWords(unitWords);
    for (let i = 0; i < unitWords; i++) if (this.has(i)) all[i] = words[next++]!;
    return bytes;
  }

  /** The two in one: this tells what the unit held by what `next` tells. */
  over(next: UnitDelta): UnitDelta {
    const { unitWords } = this;
    const first = bitWords(unitWords);
    const words = new Uint32Array(first + this.words.length - first + next.words.length - first);
    let [mine, its, end] = [first, first, first];
    for (let i = 0; i < unitWords; i++) {
      const [isMine, isIts] = [this.has(i), next.has(i)];
      if (!isMine && !isIts) continue;
      words[i >>> 5]! |= 1 << (i % BITS);
      words[end++] = isMine ? this.words[mine]! : next.words[its]!;
      if (isMine) mine++;
      if (isIts) its++;
    }
    return new UnitDelta(unitWords, words.slice(0, end));
  }

  private has(word: number): boolean {
    return ((this.words[word >>> 5]! >>> (word % BITS)) & 1) === 1;
  }
}

const bitWords = (unitWords: number): number => Math.ceil(unitWords / BITS);

/** Of a unit's contents; they may begin anywhere in their buffer. */
function wordsOf(held: Held, bytes: number): Uint32Array {
  const count = bytes / Uint32Array.BYTES_PER_ELEMENT;
  if (!held) return new Uint32Array(count);
  const whole = held.byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0 ? held : held.slice();
  return new Uint32Array(whole.buffer, whole.byteOffset, count);
}
