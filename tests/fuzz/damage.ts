import type { Random } from './random';

const NUMBERS = [
  0n,
  1n,
  2n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  1n << 32n,
  (1n << 53n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];

/** A copy of a file with a few numbers, bits or pieces of it changed, most of them near its beginning, or where `hot` says that numbers are. */
export function damaged(random: Random, file: Uint8Array, hot: readonly number[] = []): Uint8Array {
  let bytes = Uint8Array.from(file);
  for (let changes = 1 + random.below(4); changes > 0 && bytes.length > 8; changes--) {
    const reach = random.chance(2) ? Math.min(bytes.length, 128) : bytes.length;
    const at = Math.min(hot.length > 0 && random.chance(2) ? random.pick(hot) : random.below(reach), bytes.length - 8);
    const view = new DataView(bytes.buffer);
    switch (random.below(6)) {
      case 0:
        bytes[at]! ^= 1 << random.below(8);
        break;
      case 1:
        view.setUint32(at, Number(random.pick(NUMBERS) & 0xffff_ffffn), random.chance(2));
        break;
      case 2:
        view.setBigUint64(at, random.pick(NUMBERS), random.chance(2));
        break;
      case 3:
        view.setUint32(at, view.getUint32(at, true) + random.pick([1, -1, 4, -4, 4096, -4096]), true);
        break;
      case 4:
        bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length));
        break;
      default:
        if (random.chance(3)) bytes = bytes.slice(0, random.below(bytes.length + 1));
        else bytes[at] = random.next();
    }
  }
  return bytes;
}
