import { describe, expect, it } from 'vitest';
import { assemble } from '../isa/text/assemble';
import { collected } from '../storage/byte-reader';
import { readSnapshot } from '../storage/snapshot-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import type { Machine } from './machine';
import { bareMachine } from './machine.testkit';
import { machineSections, restoreMachine } from './saved-machine';
import { stateHash } from './state-hash';

const ENGINES = ['interpreter', 'jit'] as const;
const x = (machine: Machine, n: number): bigint => machine.engine.vcpus[0]!.x(n);

/** A machine whose first bank of flash holds a program, which is entered at address 0. */
async function fromFlash(source: string, engine: (typeof ENGINES)[number] = 'interpreter'): Promise<Machine> {
  const flash = assemble(source, { base: 0n }).bytes;
  const machine = await bareMachine({ vcpus: 1, engine, jit: { heat: 100, batch: 1 }, flash });
  machine.reset(0, 0);
  return machine;
}

/** Puts what lies between `from` and `to` into RAM, and goes there: who programs flash cannot run from it. */
const toRam = (from: string, to: string): string => `
      adr   x0, ${from}
      adr   x1, ${to}
      movz  x2, #0x4010, lsl #16
      mov   x3, x2
copy: ldr   w4, [x0], #4
      str   w4, [x3], #4
      cmp   x0, x1
      b.ne  copy
      br    x2`;

/** Both chips: program a word, and read the array again. w1 is programmed at x0; uses w8. */
const PROGRAM = `
      movz  w8, #0x40
      movk  w8, #0x40, lsl #16
      str   w8, [x0]
      str   w1, [x0]
      movn  w8, #0
      str   w8, [x0]`;

describe.each(ENGINES)('flash (%s)', (engine) => {
  it('is run from and read like memory, also where it is hot; what is behind the image is blank', async () => {
    const machine = await fromFlash(
      `     mov   x5, #0
            movz  x6, #40000
      lap:  ldr   w7, word
            add   x5, x5, x7
            subs  x6, x6, #1
            b.ne  lap
            movz  x9, #0x3ff, lsl #16
            ldr   w10, [x9]
            ldrb  w11, [x9, #3]
      stop: b     stop
      word: .word 3`,
      engine,
    );
    machine.run({ cost: 400_000 });
    expect([x(machine, 5), x(machine, 10), x(machine, 11)]).toEqual([120_000n, 0xffffffffn, 0xffn]);
    if (engine === 'jit') expect(machine.engine.vcpus[0]!.compiledInstructions).toBeGreaterThan(50_000);
  });

  it('takes a store as a command, and is what it was when it reads as an array again', async () => {
    const machine = await fromFlash(
      `${toRam('begin', 'end')}
      begin:
            movz  x9, #0x100
            ldr   w10, [x9]
            movz  w8, #0x70
            str   w8, [x9]
            ldr   w11, [x9]
            movz  w8, #0xff
            str   w8, [x9]
            ldr   w12, [x9]
            b     .
      end:
            .org  0x100
            .word 0x12345678`,
      engine,
    );
    machine.run({ cost: 10_000 });
    expect([x(machine, 10), x(machine, 11), x(machine, 12)]).toEqual([0x12345678n, 0x800080n, 0x12345678n]);
  });

  it('runs what it was programmed to, not what was decoded or compiled of it before', async () => {
    const machine = await fromFlash(
      `${toRam('begin', 'end')}
      begin:
            movz  x20, #0x200
            mov   x21, #0
            movz  x22, #5000
      lap:  blr   x20
            add   x21, x21, x0
            subs  x22, x22, #1
            b.ne  lap
            movz  x0, #0x200
            ldr   w1, patch
            ${PROGRAM}
            blr   x20
            b     .
      patch: movz x0, #1
      end:
            .org  0x200
            movz  x0, #3
            ret`,
      engine,
    );
    machine.run({ cost: 200_000 });
    expect([x(machine, 21), x(machine, 0)]).toEqual([15_000n, 1n]);
  });

  it('keeps what was programmed in a saved machine, in both banks', async () => {
    const source = `${toRam('begin', 'end')}
      begin:
            movz  x0, #0x300
            movz  w1, #0x1234
            ${PROGRAM}
            movz  x0, #0x400, lsl #16
            ${PROGRAM}
      again: ldr  w10, [x0]
            movz  x3, #0x300
            ldr   w11, [x3]
            b     again
      end:
            .org  0x300
            .word 0xffffffff`;
    const machine = await fromFlash(source, engine);
    machine.run({ cost: 10_000 });
    const saved = await collected(writeSnapshot(machineSections(machine)));
    const other = await fromFlash(source, engine);
    await restoreMachine(other, readSnapshot([saved]));
    expect(stateHash(other)).toBe(stateHash(machine));
    other.run({ cost: 1000 });
    expect([x(other, 10), x(other, 11)]).toEqual([0x1234n, 0x1234n]);
  });
});

it('a machine without firmware has no flash: an access there is an external abort', async () => {
  const machine = await bareMachine({ vcpus: 1 });
  expect(machine.bus.read(0, 4)).toBeUndefined();
  expect(machine.memory.holds(0)).toBe(false);
});
