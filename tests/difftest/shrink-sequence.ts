import { disassemble } from '../../src/isa/text/disassemble';
import { NOP } from './case';
import { expectedOf, type SequenceDifference } from './compare-sequences';
import type { QemuUserOracle } from './oracle-qemu-user';
import type { Sequence } from './sequence';
import type { SequenceEngines } from './sequence-engines';
import { sameResult } from './sequence-results';
import { simplerStates } from './shrink';

/** Reduces a difference to the smallest program that shows it: what does not matter becomes NOP, and zero in the state it begins with. */

const ROUNDS = 12;

/** The program with NOPs in the place of some of its words. */
const without = (one: Sequence, from: number, count: number): Sequence => ({
  ...one,
  words: one.words.map((word, i) => (i >= from && i < from + count ? NOP : word)),
});

export async function shrinkSequence(
  difference: SequenceDifference,
  engines: SequenceEngines,
  oracle: QemuUserOracle,
): Promise<SequenceDifference> {
  const { engine, choices } = difference;
  let best = difference;
  /** The difference of a candidate, if the oracle still ends it where it did. Each is run alone: all lie at one address. */
  const examine = async (sequence: Sequence): Promise<SequenceDifference | undefined> => {
    const [actual] = engines.run([sequence], engine, choices);
    // What never ends here is not given to the oracle.
    if (actual!.ending === 'endless') return undefined;
    const [expected] = await expectedOf([sequence], oracle).catch(() => []);
    const { ending, pc } = best.expected;
    if (expected?.ending !== ending || expected.pc !== pc || (actual!.isSteady && sameResult(expected, actual!)))
      return undefined;
    return { sequence, engine, choices, expected, actual: actual! };
  };
  const alone = await examine(best.sequence);
  // It needs what ran before it.
  if (!alone) return difference;
  best = alone;
  for (let size = 64; size >= 1; size = Math.floor(size / 2)) {
    for (let from = best.sequence.instructions - size; from > -size; from -= size) {
      const at = Math.max(0, from);
      if (best.sequence.words.slice(at, at + size).every((word) => word === NOP)) continue;
      best = (await examine(without(best.sequence, at, size))) ?? best;
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    for (const simplify of simplerStates(best.sequence.state)) {
      const next = await examine({ ...best.sequence, state: simplify(best.sequence.state) });
      changed ||= next !== undefined;
      best = next ?? best;
    }
    if (!changed) break;
  }
  return best;
}

/** The instructions that are left, one a line: address in the program, word, assembly. */
export function listing({ words, instructions, state }: Sequence): string[] {
  return words.slice(0, instructions).flatMap((word, i) => {
    if (word === NOP) return [];
    const address = state.pc + BigInt(4 * i);
    return [`${address.toString(16)}  ${word.toString(16).padStart(8, '0')}  ${disassemble(word, address)}`];
  });
}
