import { withoutKnown } from './known-differences';
import type { Program, ProgramResult, StepRecord } from './program';
import { type EngineName, runHere, runOnQemu } from './program-runners';

export interface ProgramDifference {
  readonly program: Program;
  readonly engine: EngineName;
  /** The first step that differs; undefined: only what is left in memory does. */
  readonly step: number | undefined;
  /** Sentences. */
  readonly what: readonly string[];
}

const hex = (value: bigint | undefined): string => (value === undefined ? 'nothing' : `0x${value.toString(16)}`);

const fieldsOf = ({ vector, esr, elr, far, spsr, x }: StepRecord): [name: string, value: bigint][] => [
  ['vector', vector],
  ['ESR_EL1', esr],
  ['ELR_EL1', elr],
  ['FAR_EL1', far],
  ['SPSR_EL1', spsr],
  ...x.map((value, n): [string, bigint] => [`x${n}`, value]),
];

function differencesOf(theirs: StepRecord, ours: StepRecord): string[] {
  const mine = fieldsOf(ours);
  return fieldsOf(theirs).flatMap(([name, value], i) =>
    value === mine[i]![1] ? [] : [`${name}: QEMU ${hex(value)}, here ${hex(mine[i]![1])}`],
  );
}

/** The first difference of a program's two results, known ones aside. */
export function firstDifference(
  program: Program,
  theirs: ProgramResult,
  ours: ProgramResult,
): Pick<ProgramDifference, 'step' | 'what'> | undefined {
  for (const [step, what] of program.steps.entries()) {
    const [their, our] = [theirs.records[step], ours.records[step]];
    if (!their || !our) return { step, what: [`QEMU came to ${theirs.records.length} exceptions, here ${ours.records.length}`] };
    const found = differencesOf(withoutKnown(what, their, our), our);
    if (found.length) return { step, what: found };
  }
  const what: string[] = [];
  if (theirs.dataSum !== ours.dataSum) what.push('the data that is left is another');
  if (theirs.tableSum !== ours.tableSum) what.push('the descriptors that are left are others');
  return what.length ? { step: undefined, what } : undefined;
}

/** Runs programs on both sides. */
export async function compare(programs: readonly Program[], engines: readonly EngineName[]): Promise<ProgramDifference[]> {
  const theirs = runOnQemu(programs);
  const differences: ProgramDifference[] = [];
  for (const engine of engines) {
    const ours = await runHere(programs, engine);
    programs.forEach((program, i) => {
      const found = firstDifference(program, theirs[i]!, ours[i]!);
      if (found) differences.push({ program, engine, ...found });
    });
  }
  return differences;
}
