import { bind, type Codec, type CodecMaker, readNumber } from './codec';

/** Operands of the bit-field moves (SBFM, UBFM, BFM) under their aliases. */

const sizeOf = (sf: number | undefined): number => (sf ? 64 : 32);

/** A shift right is a bit field that reaches to the top. */
const shiftRight: Codec = {
  print: (f) => (f.imms === sizeOf(f.sf) - 1 ? `#${f.immr}` : undefined),
  parse: (c, b) => {
    const size = sizeOf(b.get('sf'));
    const amount = readNumber(c, 0n, BigInt(size - 1), 'shift');
    return typeof amount === 'string' ? amount : bind(b, { immr: Number(amount), imms: size - 1 });
  },
};

const shiftLeft: Codec = {
  print: (f) => (f.imms !== sizeOf(f.sf) - 1 && f.imms! + 1 === f.immr ? `#${sizeOf(f.sf) - 1 - f.imms!}` : undefined),
  parse: (c, b) => {
    const size = sizeOf(b.get('sf'));
    const amount = readNumber(c, 0n, BigInt(size - 1), 'shift');
    if (typeof amount === 'string') return amount;
    return bind(b, { immr: (size - Number(amount)) % size, imms: size - 1 - Number(amount) });
  },
};

/** `#lsb, #width` of a field inserted at lsb (imms < immr) or, if `extract`, taken from lsb (imms >= immr). */
function field(extract: boolean): Codec {
  return {
    print: (f) => {
      const { immr, imms } = f as { immr: number; imms: number };
      if (imms >= immr !== extract) return undefined;
      return extract ? `#${immr}, #${imms - immr + 1}` : `#${sizeOf(f.sf) - immr}, #${imms + 1}`;
    },
    parse: (c, b) => {
      const size = sizeOf(b.get('sf'));
      const lsb = readNumber(c, 0n, BigInt(size - 1), 'lowest bit');
      if (typeof lsb === 'string') return lsb;
      if (!c.take(',')) return 'expected ", #width"';
      const width = readNumber(c, 1n, BigInt(size) - lsb, 'width');
      if (typeof width === 'string') return width;
      if (extract) return bind(b, { immr: Number(lsb), imms: Number(lsb + width) - 1 });
      return bind(b, { immr: (size - Number(lsb)) % size, imms: Number(width) - 1 });
    },
  };
}

export const bitFieldCodecs: Record<string, CodecMaker> = {
  shr: () => shiftRight,
  shl: () => shiftLeft,
  insert: () => field(false),
  extract: () => field(true),
};
