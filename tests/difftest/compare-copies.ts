import { expectedOf, type SequenceDifference } from './compare-sequences';
import type { QemuUserOracle } from './oracle-qemu-user';
import { Random } from './random';
import { MEMORY_BYTES, padded, SEQUENCE_PLACES, type Sequence, type SequenceResult, SLOT_BYTES } from './sequence';
import { SEQUENCE_ENGINES, type SequenceEngines } from './sequence-engines';
import { sameResult } from './sequence-results';
import { randomSequenceState } from './sequence-state';

/**
 * FEAT_MOPS against the newer oracle: all three instructions of a copy or a set, of all options, random registers and sizes, across pages and overlapping. What is
 * compared is the end: the oracle goes by Option A, we by Option B, so registers differ between the instructions, and PSTATE behind them.
 */

const BRK = 0xd4200000;
const BATCH = 512;
const SIZES = [0, 1, 2, 7, 8, 15, 16, 17, 63, 64, 65, 255, 256, 257] as const;
/** CPYFP, CPYP and SETP. */
const PROLOGUES = { copyForward: 0x19000400, copy: 0x1d000400, set: 0x19c00400 } as const;
/** From one of the three instructions to the next. */
const STAGE = { copyForward: 1 << 22, copy: 1 << 22, set: 1 << 14 } as const;
const LOWEST = BigInt(SEQUENCE_PLACES.memory);

/** Registers that are all different, the first `count`. */
function someRegisters(random: Random, count: number): number[] {
  const all = Array.from({ length: 31 }, (_, i) => i);
  return Array.from({ length: count }, () => all.splice(random.below(all.length), 1)[0]!);
}

function randomCopy(seed: number, slot: number): Sequence {
  const random = new Random(seed);
  const kind = random.pick(['copyForward', 'copy', 'copy', 'set'] as const);
  const [d, s, n] = someRegisters(random, 3) as [number, number, number];
  const size = random.oneIn(2) ? random.pick(SIZES) : random.below(1200);
  let to = random.below(MEMORY_BYTES - size);
  let from = random.below(MEMORY_BYTES - size);
  // Often over each other.
  if (random.oneIn(2)) from = Math.max(0, Math.min(MEMORY_BYTES - size, to + random.below(65) - 32));
  // What CPYF makes of a source whose end it overwrites depends on its pieces.
  if (kind === 'copyForward' && from < to) [to, from] = [from, to];
  const state = randomSequenceState(random);
  state.x[d] = LOWEST + BigInt(to);
  if (kind !== 'set') state.x[s] = LOWEST + BigInt(from);
  state.x[n] = BigInt(size);
  const value = kind === 'set' && random.oneIn(8) ? 31 : s;
  const options = kind === 'set' ? random.below(4) : random.below(16);
  const first = (PROLOGUES[kind] | (value << 16) | (options << 12) | (n << 5) | d) >>> 0;
  const words = [first, first + STAGE[kind], first + 2 * STAGE[kind], BRK];
  const pc = BigInt(SEQUENCE_PLACES.code + slot * SLOT_BYTES);
  return { seed, words: padded(words), instructions: words.length, labels: [], state: { ...state, pc } };
}

const withoutFlags = (result: SequenceResult): SequenceResult => ({ ...result, nzcv: 0 });

/** Compares `count` copies from a seed on. */
export async function compareCopies(
  engines: SequenceEngines,
  oracle: QemuUserOracle,
  first: number,
  count: number,
): Promise<SequenceDifference[]> {
  const differences: SequenceDifference[] = [];
  for (let from = 0; from < count; from += BATCH) {
    const copies = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => randomCopy(first + from + i, i));
    const expected = (await expectedOf(copies, oracle)).map(withoutFlags);
    for (const engine of SEQUENCE_ENGINES) {
      engines.run(copies, engine, first).forEach((result, i) => {
        const [sequence, actual] = [copies[i]!, withoutFlags(result)];
        if (!sameResult(expected[i]!, actual))
          differences.push({ sequence, engine, choices: first, expected: expected[i]!, actual });
      });
    }
  }
  return differences;
}
