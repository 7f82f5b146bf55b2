import { signed } from '../../row';
import { bind, type Codec, type CodecMaker, hex } from './codec';

/** Addresses relative to the instruction. Numbers are absolute addresses, as they are printed. */

const address = (value: bigint): string => hex(BigInt.asUintN(64, value));

/** A word offset of `width` bits in a field. */
function label(field: string, width: number): Codec {
  return {
    print: (f, pc) => address(pc + BigInt(signed(f[field]!, width)) * 4n),
    parse: (c, b) => {
      const target = c.expression();
      if (typeof target === 'string') return target;
      const offset = BigInt.asIntN(64, target - b.pc);
      if (offset % 4n) return `the target ${hex(target)} is not a multiple of 4 away`;
      const span = 1n << BigInt(width + 1);
      if (offset < -span || offset >= span)
        return `the target ${hex(target)} is ${offset} bytes away, too far for this instruction`;
      return bind(b, { [field]: Number(BigInt.asUintN(width, offset / 4n)) });
    },
  };
}

/** ADR (bytes) and ADRP (pages): 21 bits in immhi:immlo. */
function pcRelative(pages: boolean): Codec {
  return {
    print: (f, pc) => {
      const offset = BigInt(signed((f.immhi! << 2) | f.immlo!, 21));
      return address(pages ? (pc & ~0xfffn) + (offset << 12n) : pc + offset);
    },
    parse: (c, b) => {
      const target = c.expression();
      if (typeof target === 'string') return target;
      const offset = pages ? BigInt.asIntN(52, (target >> 12n) - (b.pc >> 12n)) : BigInt.asIntN(64, target - b.pc);
      if (offset < -0x100000n || offset > 0xfffffn) return `the target ${hex(target)} is too far for this instruction`;
      const bits = Number(BigInt.asUintN(21, offset));
      return bind(b, { immhi: bits >> 2, immlo: bits & 3 });
    },
  };
}

export const labelCodecs: Record<string, CodecMaker> = {
  label: (field, width) => label(field!, Number(width)),
  adr: () => pcRelative(false),
  adrp: () => pcRelative(true),
};
