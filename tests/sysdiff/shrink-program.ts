import { compare, type ProgramDifference } from './compare-programs';
import type { Program, Step } from './program';

/** Reduces a difference to the smallest program that still shows one: steps and mappings that do not matter go, and so do bits of its controls. */

const ROUNDS = 12;

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, i) => i !== index);

/** Bits of TCR_EL1 and SCTLR_EL1 that a program can do without: TBI, A1, AS, HA, HD, HPD, E0PD; WXN, SA, SA0, A, UCI, UCT, DZE, UMA. */
const TCR_BITS = [22, 36, 37, 38, 39, 40, 41, 42, 55, 56];
const SCTLR_BITS = [1, 3, 4, 9, 14, 15, 19, 26];

const simplerStep = (step: Step): Step[] =>
  step.x.flatMap((value, n) => (n > 0 && value ? [{ ...step, x: step.x.map((old, i) => (i === n ? 0n : old)) }] : []));

function simpler(program: Program, last: number): Program[] {
  const { steps, mappings, tcr, sctlr } = program;
  if (last < steps.length - 1) return [{ ...program, steps: steps.slice(0, last + 1) }];
  const cleared = (value: bigint, bits: readonly number[]): bigint[] =>
    bits.filter((bit) => (value >> BigInt(bit)) & 1n).map((bit) => value & ~(1n << BigInt(bit)));
  return [
    ...steps.map((_, i) => ({ ...program, steps: without(steps, i) })).filter(({ steps }) => steps.length > 0),
    ...mappings.map((_, i) => ({ ...program, mappings: without(mappings, i) })),
    ...mappings.flatMap((mapping, i) =>
      mapping.tableBits ? [{ ...program, mappings: mappings.map((old, n) => (n === i ? { ...old, tableBits: 0n } : old)) }] : [],
    ),
    ...cleared(tcr, TCR_BITS).map((tcr) => ({ ...program, tcr })),
    ...cleared(sctlr, SCTLR_BITS).map((sctlr) => ({ ...program, sctlr })),
    ...simplerStep(steps[last]!).map((step) => ({ ...program, steps: [...steps.slice(0, last), step] })),
  ];
}

export async function shrinkProgram(difference: ProgramDifference): Promise<ProgramDifference> {
  let best = difference;
  for (let round = 0; round < ROUNDS; round++) {
    const candidates = simpler(best.program, best.step ?? best.program.steps.length - 1);
    if (!candidates.length) break;
    const still = await compare(candidates, [best.engine]);
    // What is smallest of them; steps count most.
    const weight = ({ program }: ProgramDifference): number => program.steps.length * 100 + program.mappings.length;
    const next = still.reduce<ProgramDifference | undefined>((a, b) => (a && weight(a) <= weight(b) ? a : b), undefined);
    if (!next) break;
    best = next;
  }
  return best;
}
