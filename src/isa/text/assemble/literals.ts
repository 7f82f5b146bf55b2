/** Literal pools: the constants of `ldr x0, =value`, gathered until `.ltorg` or the end. */

import type { Statement } from './statements';

export interface Literal {
  text: string;
  /** Who asked for it first. */
  statement: Statement;
  /** Bytes: 4, 8 or 16. */
  size: number;
}

/** The pools of a source. The first pass fills them and says where they are; the second pass finds them again in the same order. */
export class LiteralPools {
  private readonly addresses: Map<string, bigint>[] = [];
  private pending = new Map<string, Literal>();
  private pool = 0;

  /** Call before each pass. */
  restart(): void {
    this.pool = 0;
    this.pending = new Map();
  }

  /** Asks for a literal; its address if the first pass is over. Equal texts share a place. */
  want(text: string, size: number, statement: Statement): bigint | undefined {
    const key = `${size}:${text.replace(/\s+/g, '')}`;
    if (!this.pending.has(key)) this.pending.set(key, { text, size, statement });
    return this.addresses[this.pool]?.get(key);
  }

  /** Ends the current pool: its literals, small ones first, as they must be laid out. `place` writes one and gives its address. */
  flush(place: (literal: Literal) => bigint): void {
    const places = new Map<string, bigint>();
    for (const size of [4, 8, 16])
      for (const [key, literal] of this.pending) if (literal.size === size) places.set(key, place(literal));
    this.addresses[this.pool] = places;
    this.pool++;
    this.pending = new Map();
  }
}
