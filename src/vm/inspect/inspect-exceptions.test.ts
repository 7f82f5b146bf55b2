import { describe, expect, it } from 'vitest';
import { EXCEPTIONS_KEPT } from '../../cpu/exception-log';
import type { Machine } from '../../machine/machine';
import { machineOf } from '../../machine/machine.testkit';
import { stateHash } from '../../machine/state-hash';
import type { ExceptionsAsk } from '../api/exceptions-answer';
import { EXCEPTION_ROWS } from '../api/exceptions-answer';
import { GuestSymbols } from '../symbols/guest-symbols';
import { inspectExceptions } from './inspect-exceptions';

/** An SVC, an undefined instruction, a store to where nothing is, and a call of the firmware, over and over; the handler steps over what faulted. */
const EVENTFUL = `
      ldr   x10, =vectors
      msr   vbar_el1, x10
      mov   x8, #64
again:
      svc   #0
      svc   #7
      .word 0
      movz  x9, #0x0500, lsl #16
      str   x9, [x9]
      movz  x0, #0x8400, lsl #16
      hvc   #0
      b     again
      .balign 2048
vectors:
      .space 0x200
      mrs   x1, esr_el1
      lsr   x1, x1, #26
      cmp   x1, #0x15
      b.eq  1f
      mrs   x2, elr_el1
      add   x2, x2, #4
      msr   elr_el1, x2
1:    eret
`;
const named = (machine: Machine) => ({
  machine,
  symbols: new GuestSymbols(new Uint8Array(), [{ name: 'start', address: 0x4008_0000n }]),
});
const ALL: ExceptionsAsk = { record: true, without: [] };

describe('exceptions', () => {
  it('are recorded while they are asked for, in words', async () => {
    const machine = await machineOf(EVENTFUL, { vcpus: 1 });
    machine.runTo(200);
    expect(inspectExceptions(named(machine), ALL)).toMatchObject({ recording: true, count: 0, rows: [] });
    machine.runTo(400);
    const { rows, count, counts, more } = inspectExceptions(named(machine), { ...ALL, record: false });
    expect(more).toBe(false);
    expect(rows).toHaveLength(count);
    expect(rows.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'SVC, x8 = 64',
        'SVC #7, x8 = 64',
        'Unknown reason (an UNDEFINED instruction)',
        expect.stringMatching(/^Data Abort from EL1: write, /),
        'HVC, function 0x84000000',
      ]),
    );
    expect(rows.find(({ class: kind }) => kind === 'faults')).toMatchObject({ far: 0x500_0000n, fromEl: 1, to: 'EL1', vcpu: 0 });
    expect(rows.find(({ class: kind }) => kind === 'firmware')).toMatchObject({ to: 'firmware', place: { name: 'start' } });
    expect(Object.values(counts).reduce((sum, each) => sum + each)).toBe(count);
    expect(rows.every((row, at) => at === 0 || row.instructions > rows[at - 1]!.instructions)).toBe(true);
    machine.runTo(600);
    expect(inspectExceptions(named(machine), { ...ALL, record: false }).count, 'no more').toBe(count);
  });

  it('are left out by class and vCPU, and the newest are kept', async () => {
    const machine = await machineOf(EVENTFUL, { vcpus: 2 });
    inspectExceptions(named(machine), ALL);
    machine.runTo(200_000);
    const { rows, count, more } = inspectExceptions(named(machine), {
      record: true,
      without: ['system calls', 'firmware', 'other'],
    });
    expect(count).toBeGreaterThan(EXCEPTIONS_KEPT);
    expect(new Set(rows.map((row) => row.class))).toEqual(new Set(['faults']));
    expect(rows).toHaveLength(EXCEPTION_ROWS);
    expect(more).toBe(true);
    expect(rows.at(-1)!.seq).toBeGreaterThan(count - 10);
    expect(inspectExceptions(named(machine), { ...ALL, vcpu: 1 }).rows).toEqual([]);
  });

  it.each(['interpreter', 'jit'] as const)('change nothing by being recorded (%s)', async (engine) => {
    const [watched, alone] = [await machineOf(EVENTFUL, { engine }), await machineOf(EVENTFUL, { engine })];
    inspectExceptions(named(watched), ALL);
    watched.runTo(300_000);
    alone.runTo(300_000);
    expect(stateHash(watched)).toBe(stateHash(alone));
  });
});
