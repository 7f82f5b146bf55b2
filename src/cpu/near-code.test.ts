import { describe, expect, it } from 'vitest';
import { SERVICE } from '../isa/emitter';
import { type Bare, bareCpu } from './bare-cpu.testkit';
import type { MemoryAccess } from './memory-access';

/** Stores to pages that hold code, too. Counted is how often they come to TypeScript: time differs from machine to machine. */

/** Slow stores of a run, and none of its loads. */
function countSlowStores(bare: Bare): { readonly stores: number } {
  const counter = { stores: 0 };
  const access = (bare.engine as unknown as { access: MemoryAccess }).access;
  const slow = access.slow.bind(access);
  access.slow = (record, code) => {
    if (code & SERVICE.STORE) counter.stores++;
    return slow(record, code);
  };
  return counter;
}

/** Long enough that the JIT compiles the loop; the store goes to `target` of the page the loop lies in. */
const loop = (store: string, target: string): string => `
        adr   x1, ${target}
        mov   x9, #(3 << 20)
        msr   cpacr_el1, x9
        mov   x20, #4000
loop:   add   x0, x0, #1
        ${store}
        subs  x20, x20, #1
        b.ne  loop
stop:   b     stop
        .org  0x200
data:   .skip 0x80
        .org  0x1000
next:   .skip 64
`;

describe.each(['interpreter', 'jit'] as const)('the %s', (engine) => {
  it.each([
    ['8 bytes', 'str x0, [x1]'],
    ['1 byte', 'strb w0, [x1]'],
    ['a pair', 'stp x0, x0, [x1]'],
    ['16 bytes over two lines', 'stur q0, [x1, #0x38]'],
    ['an atomic', 'ldadd x0, x2, [x1]'],
    ['the unprivileged store', 'sttr x0, [x1]'],
    ['a group over two lines', 'str x0, [x1, #0x38]\n str x0, [x1, #0x40]\n strb w0, [x1, #0x60]'],
  ])('stores %s to a line without code without coming to TypeScript, whatever else the page holds', async (_what, store) => {
    const bare = await bareCpu(loop(store, 'data'), { engine });
    for (let i = 0; i < 40; i++) bare.run(100);
    const counter = countSlowStores(bare);
    for (let i = 0; i < 100; i++) bare.run(100);
    expect(counter.stores).toBe(0);
    expect(bare.cpu.x(0)).toBeGreaterThan(2000n);
    if (store === 'str x0, [x1]') expect(bare.read64(Number(bare.symbols.get('data')))).toBeGreaterThan(3000n);
  });

  it('sees a store to a line with code among others to lines without', async () => {
    const source = loop('str x0, [x1]\n str w30, [x1, #0x44]\n str x0, [x1, #0x70]\n bl code', 'data').replace(
      'data:   .skip 0x80',
      'data:   .skip 0x40\ncode: ret\n .skip 0x3c\n .word 0',
    );
    const bare = await bareCpu(source, { engine });
    for (let i = 0; i < 60; i++) bare.run(100);
    const counter = countSlowStores(bare);
    bare.run(800);
    expect(counter.stores).toBeGreaterThanOrEqual(99);
  });

  it('sees every store to a line with code, also one that only ends in it', async () => {
    const source = loop('stur x0, [x1, #-4]\n bl code', 'second');
    const bare = await bareCpu(source.replace('.skip 0x80', '.skip 0x40\nsecond: .word 0\ncode: ret'), { engine });
    for (let i = 0; i < 60; i++) bare.run(100);
    const counter = countSlowStores(bare);
    bare.run(600);
    expect(counter.stores).toBe(100);
  });

  it('runs what a guest writes into the page it runs in, word by word, and drops lines that have no code left', async () => {
    // Copies a function of 16 instructions over another one in its own page, calling it after each round.
    const bare = await bareCpu(
      `
        mov   x20, #200
again:  bl    victim
        adr   x1, victim
        adr   x2, one
        tbz   x20, #0, copy
        adr   x2, two
copy:   mov   x3, #16
word:   ldr   w4, [x2], #4
        str   w4, [x1], #4
        subs  x3, x3, #1
        b.ne  word
        subs  x20, x20, #1
        b.ne  again
stop:   b     stop
        .org  0x400
victim: ${'add x0, x0, #1\n'.repeat(15)} ret
one:    ${'add x0, x0, #1\n'.repeat(15)} ret
two:    ${'add x0, x0, #3\n'.repeat(15)} ret
      `,
      { engine },
    );
    const victim = Number(bare.symbols.get('victim'));
    for (let i = 0; i < 6000 && bare.cpu.pc !== bare.symbols.get('stop'); i++) bare.run(11);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
    // Before round n stands what round n - 1 copied; the first is `one`'s equal.
    expect(bare.cpu.x(0)).toBe(15n * (1n + 100n * 1n + 99n * 3n));
    expect(bare.engine.ram.hasCode(victim, 64)).toBe(false);
  });
});
