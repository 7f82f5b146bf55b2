import { describe, expect, it } from 'vitest';
import { assemble } from '../isa/text/assemble';
import { type Bare, bareCpu, mmuOn, RAM_BASE } from './bare-cpu.testkit';
import { Jit } from './jit/jit';

/** What the instruction after a context synchronization event is, once its page is mapped elsewhere or was written. */

const TABLES = RAM_BASE + 0x200000;
const LEVEL3 = TABLES + 0x2000;
/** Two physical pages that take turns at one virtual address. */
const PAGES = [RAM_BASE + 0x100000, RAM_BASE + 0x101000] as const;
const TABLE = 3n;
/** Access flag, page, Normal memory. */
const PAGE = 0x403n;
const GIB_BLOCK = 0x401n;

/** RAM at its own address, and 2 MiB of pages at virtual address 0. */
const BOOT = `
      ${mmuOn(TABLES)}
      mov   x20, #200
      br    x5
      .org  0x800
vectors:
      .org  0x800 + 0x200
      b     .
`;

function poke64(bare: Bare, address: number, value: bigint): void {
  bare.engine.ram.write64(address, value);
}

function poke(bare: Bare, address: number, source: string, base: number): void {
  bare.engine.ram.write(address, assemble(source, { base: BigInt(base) }).bytes);
}

/** Boots with `sources[i]` in physical page i, and the first of them at `address` + `offset` of the virtual page. */
async function remapping(engine: 'interpreter' | 'jit', address: number, sources: [string, string], vcpus = 1): Promise<Bare> {
  const bare = await bareCpu(BOOT, { engine, vcpus });
  poke64(bare, TABLES, BigInt(TABLES + 0x1000) | TABLE);
  poke64(bare, TABLES + 8, BigInt(RAM_BASE) | GIB_BLOCK);
  poke64(bare, TABLES + 0x1000, BigInt(LEVEL3) | TABLE);
  PAGES.forEach((page, i) => {
    poke(bare, page, sources[i]!, address);
  });
  const entry = (page: number): bigint => BigInt(page) | PAGE;
  poke64(bare, LEVEL3 + (address >>> 12) * 8, entry(PAGES[0]));
  for (const cpu of bare.engine.vcpus) {
    cpu.setX(5, BigInt(address));
    cpu.setX(10, BigInt(LEVEL3 + (address >>> 12) * 8));
    cpu.setX(11, entry(PAGES[1]));
    cpu.setX(13, entry(PAGES[0]));
    cpu.setX(12, BigInt(address >>> 12));
  }
  return bare;
}

const SWAP = `
      mov   x14, x11
      mov   x11, x13
      mov   x13, x14
`;

function runToEnd(bare: Bare): void {
  for (let i = 0; i < 600; i++) bare.run(9);
  expect(bare.cpu.x(20)).toBe(0n);
}

describe.each(['interpreter', 'jit'] as const)('on the %s', (engine) => {
  it.each(['vaae1', 'vale1', 'vae1is'])('TLBI %s; DSB; ISB goes on with the code of the new page', async (operation) => {
    const program = (counter: string): string => `
loop: str   x11, [x10]
      dsb   ish
      tlbi  ${operation}, x12
      dsb   ish
      isb
      add   ${counter}, ${counter}, #1
      ${SWAP}
      subs  x20, x20, #1
      b.ne  loop
stop: b     stop`;
    const bare = await remapping(engine, 0x1000, [program('x1'), program('x2')]);
    runToEnd(bare);
    expect([bare.cpu.x(1), bare.cpu.x(2)]).toEqual([100n, 100n]);
    if (engine === 'jit') expect(bare.cpu.compiledInstructions).toBeGreaterThan(0);
  });

  it('what follows a TLBI is of the new page at once, wherever a slice ends', async () => {
    const program = (counter: string): string => `
loop: str   x11, [x10]
      tlbi  vaae1, x12
      add   ${counter}, ${counter}, #1
      ${SWAP}
      subs  x20, x20, #1
      b.ne  loop
stop: b     stop`;
    for (const slice of [1, 3, 9, 100_000]) {
      const bare = await remapping(engine, 0x1000, [program('x1'), program('x2')]);
      for (let left = 5400; left > 0; left -= slice) bare.run(Math.min(slice, left));
      expect([slice, bare.cpu.x(20), bare.cpu.x(1), bare.cpu.x(2)]).toEqual([slice, 0n, 100n, 100n]);
    }
  });

  it('an exception and its return do, too', async () => {
    const program = (counter: string): string => `
loop: str   x11, [x10]
      tlbi  vaae1, x12
      adr   x15, next
      msr   elr_el1, x15
      mov   x15, #0x3c5
      msr   spsr_el1, x15
      eret
next: add   ${counter}, ${counter}, #1
      ${SWAP}
      subs  x20, x20, #1
      b.ne  loop
stop: b     stop`;
    const bare = await remapping(engine, 0x1000, [program('x1'), program('x2')]);
    runToEnd(bare);
    expect([bare.cpu.x(1), bare.cpu.x(2)]).toEqual([100n, 100n]);
  });

  it.each(['isb', 'nop'])('straight code that runs into a remapped page finds the new one (%s)', async (last) => {
    const program = (counter: string): string => `
      add   ${counter}, ${counter}, #1
      ${SWAP}
      subs  x20, x20, #1
      b.ne  . - ${16 + 5 * 4}
stop: b     stop`;
    const bare = await remapping(engine, 0x2000, [program('x1'), program('x2')]);
    const before = RAM_BASE + 0x102000;
    poke64(bare, LEVEL3 + 8, BigInt(before) | PAGE);
    poke(bare, before + 0xff0, `str x11, [x10]\n tlbi vaae1, x12\n dsb ish\n ${last}`, 0x1ff0);
    bare.cpu.setX(5, 0x1ff0n);
    runToEnd(bare);
    expect([bare.cpu.x(1), bare.cpu.x(2)]).toEqual([100n, 100n]);
  });

  it('a TLBI IS of another vCPU moves one to the new page by its next slice', async () => {
    const program = (counter: string): string => `
      cbnz  x7, other
loop: add   ${counter}, ${counter}, #1
      isb
      b     loop
other:
      str   x11, [x10]
      dsb   ish
      tlbi  vaae1is, x12
      dsb   ish
wait: b     wait`;
    const bare = await remapping(engine, 0x1000, [program('x1'), program('x2')], 2);
    const other = bare.engine.vcpus[1]!;
    other.setX(7, 1n);
    for (let i = 0; i < 100; i++) bare.run(9);
    const [before] = [bare.cpu.x(1)];
    expect(before).toBeGreaterThan(100n);
    expect(bare.cpu.x(2)).toBe(0n);
    bare.engine.runSlice(other, 100);
    for (let i = 0; i < 100; i++) bare.run(9);
    expect(bare.cpu.x(1) - before).toBeLessThanOrEqual(1n);
    expect(bare.cpu.x(2)).toBeGreaterThan(200n);
  });

  it.each([
    ['straight on', 'nop\n nop\n nop\n nop', 'b . - 20'],
    ['straight on, from a region that ends there,', 'nop\n nop\n nop\n nop', 'b . - 20', 4],
    ['by a branch', 'nop\n nop\n b 0x2000\n nop', 'b . - 20'],
    ['by a call and its return', 'nop\n bl 0x2000\n b . - 8', 'ret'],
  ])(
    'a loop over two pages goes %s to the page that the second is mapped to now',
    async (_how, first, second, instructions?: number) => {
      const page = (counter: string): string => `add ${counter}, ${counter}, #1\n ${second}`;
      const bare = await remapping(engine, 0x2000, [page('x1'), page('x2')], 2);
      if (engine === 'jit' && instructions) bare.engine.compiler = new Jit(bare.engine, { heat: 20, batch: 1, instructions });
      const before = RAM_BASE + 0x102000;
      poke64(bare, LEVEL3 + 8, BigInt(before) | PAGE);
      poke(bare, before + 0xff0, first, 0x1ff0);
      // A page behind them that has run as well.
      const behind = RAM_BASE + 0x104000;
      poke64(bare, LEVEL3 + 3 * 8, BigInt(behind) | PAGE);
      poke(bare, behind, 'mov x5, #0x1ff0\n br x5', 0x3000);
      bare.cpu.setX(5, 0x3000n);
      for (let i = 0; i < 20; i++) bare.run(i < 10 ? 131 : 1310);
      const seen = bare.cpu.x(1);
      expect(seen).toBeGreaterThan(150n);
      const compiled = bare.cpu.compiledInstructions;
      if (engine === 'jit') expect(compiled).toBeGreaterThan(500);
      // The other vCPU is in a page that this one does not use.
      const other = bare.engine.vcpus[1]!;
      const elsewhere = RAM_BASE + 0x103000;
      poke64(bare, LEVEL3 + 4 * 8, BigInt(elsewhere) | PAGE);
      poke(bare, elsewhere, 'str x11, [x10]\n dsb ish\n tlbi vaae1is, x12\n dsb ish\n b .', 0x4000);
      other.setX(5, 0x4000n);
      bare.engine.runSlice(other, 100);
      for (let i = 0; i < 20; i++) bare.run(i < 10 ? 131 : 1310);
      expect(bare.cpu.x(1) - seen).toBeLessThanOrEqual(2n);
      expect(bare.cpu.x(2)).toBeGreaterThan(150n);
    },
  );

  it.each(['isb', 'nop'])('an instruction that was just written is the new one (%s)', async (barrier) => {
    const bare = await bareCpu(
      `
      adr   x10, patch
      ldr   w11, =0x91000421 // add x1, x1, #1
      ldr   w13, =0x91000442 // add x2, x2, #1
      mov   x20, #200
loop: str   w11, [x10]
      ${barrier}
patch: nop
      ${SWAP}
      subs  x20, x20, #1
      b.ne  loop
stop: b     stop`,
      { engine },
    );
    runToEnd(bare);
    expect([bare.cpu.x(1), bare.cpu.x(2)]).toEqual([100n, 100n]);
  });
});
