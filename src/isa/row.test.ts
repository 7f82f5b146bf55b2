import { describe, expect, it } from 'vitest';
import { A64 } from '.';
import { matchRow } from './match';
import { endsBlock, synchronises } from './row';
import { assemble } from './text/assemble';

const match = matchRow(A64);

/** The row and fields of one instruction, with the derived ones. */
function instruction(text: string) {
  const { bytes } = assemble(text);
  const { row, fields } = match(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true))!;
  const context = { sysreg: () => ({ access: 0, offset: 0 }), has: () => true };
  for (const [name, derived] of Object.entries(row.derived ?? {})) fields[name] = derived.of(fields, context);
  return { row, fields };
}

describe('context synchronisation', () => {
  it.each([
    'isb',
    'eret',
    'svc #0',
    'hvc #1',
    'brk #2',
    'tlbi vmalle1is',
    'tlbi vae1, x3',
    'msr ttbr0_el1, x0',
    'msr ttbr1_el1, x0',
    'msr tcr_el1, x0',
    'msr mair_el1, x0',
    'msr sctlr_el1, x0',
    'msr cpacr_el1, x0',
    'msr spsel, #1',
    'msr pan, #0',
    'msr pan, x1',
    'msr mdscr_el1, x1',
  ])('%s', (text) => {
    const { row, fields } = instruction(text);
    expect(synchronises(row, fields)).toBe(true);
    expect(endsBlock(row, fields)).toBe(true);
  });

  it.each([
    'dsb ish',
    'dmb sy',
    'nop',
    'wfi',
    'mrs x0, ttbr0_el1',
    'mrs x0, sctlr_el1',
    'msr tpidr_el0, x0',
    'msr daifset, #2',
    'msr daif, x0',
    'ic ivau, x0',
    'dc civac, x0',
    'at s1e1r, x0',
    'sysl x0, #0, c8, c7, #0',
    'ldr x0, [x1]',
    'b.eq .',
  ])('not %s', (text) => {
    const { row, fields } = instruction(text);
    expect(synchronises(row, fields)).toBe(false);
    expect(endsBlock(row, fields)).toBe(false);
  });

  it('is not what ends straight code at a jump', () => {
    for (const text of ['b .', 'bl .', 'br x0', 'blr x0', 'ret']) {
      const { row, fields } = instruction(text);
      expect([text, synchronises(row, fields), endsBlock(row, fields)]).toEqual([text, false, true]);
    }
  });
});
