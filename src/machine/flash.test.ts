import { describe, expect, it } from 'vitest';
import { readField } from '../cpu/vcpu-state';
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

  it('gives instructions what it holds, whatever it reads as, and however the run is cut', async () => {
    const source = `
            movz  w8, #0x70
            mov   x0, #0
            str   w8, [x0]
      lap:  add   x5, x5, #1
            cmp   x5, #4000
            b.ne  lap
            ldr   w6, [x0]
            mov   w8, #0xff
            str   w8, [x0]
            ldr   w7, [x0]
      stop: b     stop`;
    const hashes = new Set<string>();
    for (const step of [60_000, 5000, 777]) {
      const machine = await fromFlash(source, engine);
      for (let at = step; machine.instructions < 60_000; at += step) machine.runTo(Math.min(at, 60_000));
      expect([x(machine, 5), x(machine, 6)]).toEqual([4000n, 0x800080n]);
      expect(x(machine, 7)).toBe(
        BigInt(machine.memory.rom[0]! | (machine.memory.rom[1]! << 8) | (machine.memory.rom[2]! << 16)) |
          (BigInt(machine.memory.rom[3]!) << 24n),
      );
      hashes.add(stateHash(machine));
    }
    expect(hashes.size).toBe(1);
  });

  it('may hold translation tables, but none that hardware has to write to', async () => {
    for (const ha of [0, 1]) {
      const machine = await fromFlash(
        `     movz  x0, #0x1000
              msr   TTBR0_EL1, x0
              movz  x1, #0xff
              msr   MAIR_EL1, x1
              movz  x2, #25
              movk  x2, #0x80, lsl #16
              movk  x2, #${2 | (ha << 7)}, lsl #32
              msr   TCR_EL1, x2
              adr   x4, vectors
              msr   VBAR_EL1, x4
              mrs   x3, SCTLR_EL1
              orr   x3, x3, #1
              msr   SCTLR_EL1, x3
              isb
              mov   x9, #1
              b     .
              .org  0x800
      vectors: .org 0xa00
              b     .
              .org  0x1000
              .word ${ha ? 0x301 : 0x701}, 0`,
        engine,
      );
      machine.run({ cost: 5000 });
      const vcpu = machine.engine.vcpus[0]!;
      // Unsupported atomic hardware update, of an instruction fetch at EL1.
      if (ha) expect(readField(vcpu, 'ESR_EL1')).toBe(0x86000031n);
      else expect(x(machine, 9)).toBe(1n);
    }
  });

  it('has breakpoints of the guest', async () => {
    const machine = await fromFlash(
      `     adr   x4, vectors
            msr   VBAR_EL1, x4
            adr   x0, there
            msr   DBGBVR0_EL1, x0
            movz  x1, #0x1e3
            msr   DBGBCR0_EL1, x1
            msr   OSLAR_EL1, xzr
            movz  x2, #0xa000
            msr   MDSCR_EL1, x2
            msr   DAIFClr, #8
            isb
            b     there
            .org  0x400
      there: mov  x9, #1
            b     .
            .org  0x800
      vectors: .org 0xa00
            mrs   x10, ELR_EL1
            b     .`,
      engine,
    );
    machine.run({ cost: 5000 });
    expect([x(machine, 9), x(machine, 10)]).toEqual([0n, 0x400n]);
  });

  it.each([0x3fff1, 0x3fff2, 0x3fffa, 0x3fffc])(
    'a load that leaves what the image has, at 0x%s, goes on with what is behind',
    async (at) => {
      const image = new Uint8Array(0x40000);
      image.set(
        Uint8Array.from({ length: 32 }, (_, i) => i + 1),
        image.length - 32,
      );
      image.set(
        assemble(
          `     movz  x0, #${at & 0xffff}
              movk  x0, #${at >>> 16}, lsl #16
              mov   x1, #(3 << 20)
              msr   CPACR_EL1, x1
              isb
              ldr   q0, [x0]
              umov  x2, v0.d[0]
              umov  x3, v0.d[1]
              b     .`,
          { base: 0n },
        ).bytes,
      );
      const machine = await bareMachine({ vcpus: 1, engine, flash: image });
      machine.reset(0, 0);
      machine.run({ cost: 10_000 });
      const expected = Uint8Array.from({ length: 16 }, (_, i) => image[at + i] ?? 0xff);
      expect([x(machine, 2), x(machine, 3)]).toEqual([...new BigUint64Array(expected.buffer)]);
    },
  );

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
