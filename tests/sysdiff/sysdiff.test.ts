import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstDifference } from './compare-programs';
import { runHere } from './program-runners';
import { RECORDED_FILE, type RecordedResult, recordedPrograms, unpackResult } from './recorded-programs';

describe('programs at EL1 and EL0 end as they did on QEMU', () => {
  const recorded = JSON.parse(readFileSync(RECORDED_FILE, 'utf8')) as RecordedResult[];
  const programs = recordedPrograms();

  it.each(['interpreter', 'jit'] as const)(
    'on the %s',
    async (engine) => {
      expect(recorded.length).toBe(programs.length);
      const results = await runHere(programs, engine);
      const differing = programs.flatMap((program, i) => {
        const found = firstDifference(program, unpackResult(program, recorded[i]!), results[i]!);
        return found ? [{ seed: program.seed, ...found }] : [];
      });
      expect(differing).toEqual([]);
    },
    30_000,
  );

  it('and with all kinds of exceptions', () => {
    const classes = new Set(
      recorded.flatMap(({ exceptions }) => exceptions.map((line) => Number(`0x${line.split(' ')[1]}`) >>> 26)),
    );
    // UNDEFINED, FP trap, branch target, illegal state, SVC, system trap, aborts of both levels, PC alignment, BRK.
    for (const one of [0x00, 0x07, 0x0d, 0x0e, 0x15, 0x18, 0x20, 0x21, 0x22, 0x24, 0x25, 0x3c]) expect(classes).toContain(one);
  });
});
