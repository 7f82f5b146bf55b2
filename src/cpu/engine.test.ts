import { describe, expect, it } from 'vitest';
import { bareCpu, RAM_BASE } from './bare-cpu.testkit';
import { CPU } from './layout';
import { SLICE } from './slice';
import { SYS } from './sysregs/storage';

const DATA = RAM_BASE + 0x100000;

/** Loops, calls to another page, conditional branches: everything that moves the budget's accumulator. */
const BUSY = `
      mov   x0, #0
      mov   x19, #40
outer:
      mov   x1, #7
inner:
      add   x0, x0, x1
      subs  x1, x1, #1
      b.ne  inner
      bl    far
      tbz   x0, #3, skip
      eor   x0, x0, #0xff
skip: sub   x19, x19, #1
      cbnz  x19, outer
stop: b     stop
      .org  0x1ffc
far:  add   x0, x0, #3
      mul   x2, x0, x0
      ret
`;

describe.each(['interpreter', 'jit'] as const)('the %s', (engine) => {
  it('stops after exactly as many instructions as asked for, wherever that is', async () => {
    const single = await bareCpu(BUSY, { engine });
    const trace: string[] = [];
    const state = (bare: typeof single): string =>
      `${bare.cpu.pc} ${bare.cpu.x(0)} ${bare.cpu.x(1)} ${bare.cpu.x(19)} ${bare.cpu.nzcv}`;
    for (let i = 0; i < 400; i++) {
      expect(single.run(1)).toBe(1);
      trace.push(state(single));
    }
    for (const step of [2, 3, 7, 31, 97, 400]) {
      const stepped = await bareCpu(BUSY, { engine });
      for (let at = step; at <= 400; at += step) {
        expect(stepped.run(step)).toBe(step);
        expect(state(stepped), `after ${at} instructions in steps of ${step}`).toBe(trace[at - 1]);
      }
    }
  });

  it('gives the same result in one long run as in many slices', async () => {
    const long = await bareCpu(BUSY.replace('#40', '#4000'), { engine });
    const sliced = await bareCpu(BUSY.replace('#40', '#4000'), { engine });
    long.run(150_000);
    for (let i = 0; i < 1500; i++) sliced.run(100);
    expect(sliced.cpu.x(0)).toBe(long.cpu.x(0));
    expect(sliced.cpu.pc).toBe(long.cpu.pc);
    expect(long.cpu.x(19)).toBe(0n);
  });

  it('runs what was written over instructions that had run before', async () => {
    const bare = await bareCpu(
      `
        adr   x10, patch
        ldr   w11, replacement
        mov   x20, #300
loop:   bl    patch
        subs  x20, x20, #1
        b.ne  loop
        str   w11, [x10]
        mov   x20, #300
again:  bl    patch
        subs  x20, x20, #1
        b.ne  again
stop:   b     stop
patch:  add   x0, x0, #1
        ret
replacement:
        add   x0, x0, #16
      `,
      { engine },
    );
    // Slices short enough that the compiler sees the loops.
    for (let i = 0; i < 500; i++) bare.run(10);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
    expect(bare.cpu.x(0)).toBe(300n + 300n * 16n);
  });

  it('reads and writes across pages, at any alignment', async () => {
    const bare = await bareCpu(
      `
        mov   x9, #(3 << 20)
        msr   cpacr_el1, x9
        ldr   x1, =${DATA + 4096 - 3}
        ldr   x2, =0x1122334455667788
        str   x2, [x1]
        ldr   x3, [x1]
        ldp   x4, x5, [x1, #-8]
        ldr   q0, [x1]
        str   q0, [x1, #16]
        ldr   x6, [x1, #16]
        ldrsh w7, [x1, #2]
stop:   b     stop
      `,
      { engine },
    );
    bare.run(20);
    expect(bare.cpu.x(3)).toBe(0x1122334455667788n);
    expect(bare.cpu.x(5)).toBe(0x1122334455667788n);
    expect(bare.cpu.x(6)).toBe(0x1122334455667788n);
    expect(bare.cpu.x(7)).toBe(0x5566n);
  });

  it('takes SVC from EL0 to the vector and comes back', async () => {
    const bare = await bareCpu(
      `
        adr   x0, vectors
        msr   vbar_el1, x0
        adr   x0, user
        msr   elr_el1, x0
        msr   spsr_el1, xzr
        eret
user:   mov   x5, #1
        svc   #42
        mov   x6, #2
stop:   b     stop
        .org  0x800
vectors:
        .org  0x800 + 0x400
        mrs   x9, esr_el1
        mrs   x10, elr_el1
        mrs   x11, currentel
        eret
      `,
      { engine },
    );
    bare.run(30);
    const { cpu } = bare;
    expect(cpu.x(9)).toBe((0x15n << 26n) | (1n << 25n) | 42n);
    expect(cpu.x(10)).toBe(bare.symbols.get('user')! + 8n);
    expect(cpu.x(11)).toBe(4n);
    expect(cpu.x(6)).toBe(2n);
    expect(cpu.get32(CPU.EL)).toBe(0);
  });

  it('raises UNDEFINED for unallocated words and privileged instructions at EL0', async () => {
    const bare = await bareCpu(
      `
        adr   x0, vectors
        msr   vbar_el1, x0
        .word 0x00000000
        .word 0xffffffff
stop:   b     stop
        .org  0x800
vectors:
        .org  0x800 + 0x200
        add   x20, x20, #1
        mrs   x9, elr_el1
        mrs   x8, esr_el1
        add   x9, x9, #4
        msr   elr_el1, x9
        eret
      `,
      { engine },
    );
    bare.run(30);
    expect(bare.cpu.x(20)).toBe(2n);
    expect(bare.cpu.x(8)).toBe(1n << 25n);
  });

  it('sends device accesses to the bus and aborts where nothing answers', async () => {
    const log: string[] = [];
    const bare = await bareCpu(
      `
        adr   x0, vectors
        msr   vbar_el1, x0
        mov   x1, #0x9000000
        mov   w2, #65
        strb  w2, [x1]
        ldr   w3, [x1, #24]
        ldr   x4, [x1, #32]
        mov   x1, #0x1000000
        ldr   w5, [x1]
stop:   b     stop
        .org  0x800
vectors:
        .org  0x800 + 0x200
        mrs   x8, esr_el1
        mrs   x9, far_el1
        b     stop
      `,
      {
        engine,
        mmio: {
          high: 0x1234,
          read(address, size) {
            log.push(`read${size} ${address.toString(16)}`);
            return address < 0x2000000 ? undefined : 0x90;
          },
          write(address, size, low) {
            log.push(`write${size} ${address.toString(16)} ${low & 0xff}`);
            return true;
          },
        },
      },
    );
    bare.run(30);
    expect(log).toEqual(['write1 9000000 65', 'read4 9000018', 'read8 9000020', 'read4 1000000']);
    expect(bare.cpu.x(3)).toBe(0x90n);
    expect(bare.cpu.x(4)).toBe(0x1234_0000_0090n);
    expect(bare.cpu.x(9)).toBe(0x1000000n);
    // Data abort, same EL, synchronous external abort.
    expect(bare.cpu.x(8)).toBe((0x25n << 26n) | (1n << 25n) | 0x10n);
  });

  it('takes an alignment fault for exclusives and atomics that are not aligned', async () => {
    const bare = await bareCpu(
      `
        adr   x0, vectors
        msr   vbar_el1, x0
        ldr   x1, =${DATA + 4}
        ldxr  x2, [x1]
        stlr  x2, [x1]
        ldadd x2, x3, [x1]
        ldaxr w4, [x1]
stop:   b     stop
        .org  0x800
vectors:
        .org  0x800 + 0x200
        add   x20, x20, #1
        mrs   x8, esr_el1
        add   x21, x21, x8
        mrs   x9, elr_el1
        add   x9, x9, #4
        msr   elr_el1, x9
        eret
      `,
      { engine, cpu: 'neoverse-n1' },
    );
    bare.run(60);
    const abort = (0x25n << 26n) | (1n << 25n) | 0x21n;
    expect(bare.cpu.x(20)).toBe(3n);
    expect(bare.cpu.x(21)).toBe(3n * abort + 0x40n);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
  });

  it('waits in WFI until an interrupt line rises, masked or not', async () => {
    const bare = await bareCpu('wfi\n mov x0, #1\nstop: b stop\n', { engine });
    expect(bare.run(10)).toBe(1);
    expect(bare.cpu.get32(CPU.WAITING)).toBe(1);
    bare.cpu.set32(CPU.IRQ_LINES, 1 << 7);
    bare.cpu.set32(CPU.WAITING, 0);
    bare.run(3);
    expect(bare.cpu.x(0)).toBe(1n);
  });

  it.each(['wfit', 'wfet'])('gives its turn away in %s until the time has come, and never waits', async (name) => {
    const bare = await bareCpu(`${name} x0\n mov x1, #1\n mov x0, #1\n ${name} x0\n mov x1, #2\nstop: b stop\n`, { engine });
    // The counter stands at zero.
    expect([bare.engine.runSlice(bare.cpu, 3), bare.cpu.x(1)]).toEqual([SLICE.BUDGET, 1n]);
    expect([bare.engine.runSlice(bare.cpu, 10), bare.cpu.x(1)]).toEqual([SLICE.YIELDED, 1n]);
    expect(bare.cpu.pc).toBe(BigInt(RAM_BASE + 16));
    expect(bare.cpu.get32(CPU.WAITING)).toBe(0);
    bare.run(2);
    expect(bare.cpu.x(1)).toBe(2n);
  });

  it('takes an interrupt exactly after the instruction that unmasks it', async () => {
    const bare = await bareCpu(
      `
        adr   x0, vectors
        msr   vbar_el1, x0
        mov   x1, #0
        msr   daifclr, #2
        mov   x1, #99
stop:   b     stop
        .org  0x800
vectors:
        .org  0x800 + 0x280
        mrs   x9, elr_el1
here:   b     here
      `,
      { engine },
    );
    bare.cpu.set32(CPU.IRQ_LINES, 1 << 7);
    bare.run(20);
    expect(bare.cpu.x(1)).toBe(0n);
    expect(bare.cpu.x(9)).toBe(BigInt(RAM_BASE + 16));
  });

  it('forgets everything decoded when the pool of records is full, and goes on', async () => {
    // A function in each of 40 pages, with room for some 15 pages.
    const functions = Array.from({ length: 40 }, (_, i) => `.org ${0x1000 * (i + 1)}\nf${i}: add x0, x0, #1\n ret\n`).join('');
    const calls = Array.from({ length: 40 }, (_, i) => `bl f${i}\n`).join('');
    const bare = await bareCpu(`mov x20, #5\nloop: ${calls} subs x20, x20, #1\n b.ne loop\nstop: b stop\n${functions}`, {
      engine,
      recordBytes: 17 * 1026 * 16,
    });
    bare.run(5000);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
    expect(bare.cpu.x(0)).toBe(200n);
  });

  it('traps floating point while CPACR_EL1 forbids it', async () => {
    const bare = await bareCpu(
      `
        adr   x0, vectors
        msr   vbar_el1, x0
        fmov  d0, #1.0
        fmov  d1, #2.0
stop:   b     stop
        .org  0x800
vectors:
        .org  0x800 + 0x200
        add   x20, x20, #1
        mrs   x8, esr_el1
        mov   x9, #(3 << 20)
        msr   cpacr_el1, x9
        eret
      `,
      { engine },
    );
    bare.run(30);
    expect(bare.cpu.x(20)).toBe(1n);
    expect(bare.cpu.x(8) >> 26n).toBe(7n);
    expect(bare.cpu.get64(CPU.V)).toBe(0x3ff0000000000000n);
    expect(bare.cpu.get64(SYS.CPACR_EL1)).toBe(3n << 20n);
  });
});

describe('the JIT', () => {
  it('has compiled the loops it was shown', async () => {
    const bare = await bareCpu(BUSY.replace('#40', '#40000'), { engine: 'jit' });
    for (let i = 0; i < 400; i++) bare.run(1500);
    expect(bare.cpu.get32(CPU.COMPILED)).toBeGreaterThan(50_000);
  });
});
