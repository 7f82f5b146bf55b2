import { describe, expect, it } from 'vitest';
import { bareCpu, mmuOn, RAM_BASE } from './bare-cpu.testkit';
import { CPU, WINDOW } from './layout';

/** Reading through a block of memory that compiled code need not look up: what changes the block, or bounds it, still counts. */

const TABLES = RAM_BASE + 0x200000;
const RAM_BYTES = 4 << 20;

const VECTORS = `
      .org  0x800
vectors: .org 0x800 + 0x200
      mov   x29, x3
      mrs   x28, far_el1
      b     .
`;

async function run(
  source: string,
  engine: 'interpreter' | 'jit',
  prepare: (write: (address: number, value: bigint) => void) => void,
) {
  const bare = await bareCpu(source, { engine, ramBytes: RAM_BYTES });
  prepare((address, value) => bare.engine.ram.write64(address, value));
  for (let i = 0; i < 60; i++) bare.run(400);
  const { cpu } = bare;
  return { x: Array.from({ length: 31 }, (_, n) => cpu.x(n)), compiled: cpu.compiledInstructions, cpu };
}
const isOpen = ({ cpu }: Awaited<ReturnType<typeof run>>): boolean =>
  (cpu.views.u32[(cpu.get32(CPU.WINDOW) + WINDOW.LIMIT) >>> 2] ?? 0) !== 0;

async function same(source: string, prepare: Parameters<typeof run>[2]) {
  const [interpreted, compiled] = [await run(source, 'interpreter', prepare), await run(source, 'jit', prepare)];
  expect(compiled.x).toEqual(interpreted.x);
  expect(compiled.compiled).toBeGreaterThan(1000);
  return compiled;
}

describe('a block that is read through', () => {
  it('is all of RAM while the MMU is off, and ends with it', async () => {
    const source = `
        adr   x0, vectors
        msr   vbar_el1, x0
        ldr   x3, =${RAM_BASE + RAM_BYTES - 0x800}
loop:   ldrb  w2, [x3], #1
        add   x1, x1, x2
        b     loop
        ${VECTORS}`;
    const result = await same(source, (write) => {
      for (let at = 0x800; at > 0; at -= 8) write(RAM_BASE + RAM_BYTES - at, BigInt(at) * 0x0101010101n);
    });
    expect(result.x[28]).toBe(BigInt(RAM_BASE + RAM_BYTES));
    expect(isOpen(result)).toBe(true);
  });

  it('is no longer there when its entry was taken away and invalidated', async () => {
    // RAM is at two GiB of virtual addresses: code at its own, data at the next, which then leads to nothing.
    const source = `${mmuOn(TABLES)}
        ldr   x3, =0x80000000 + 0x300000
        mov   x20, #1500
loop:   ldr   x2, [x3]
        ldr   x4, [x3, #8]
        add   x1, x1, x2
        eor   x1, x1, x4, lsl #7
        subs  x20, x20, #1
        b.ne  loop
        str   xzr, [x10]
        dsb   ish
        lsr   x11, x3, #12
        tlbi  vae1, x11
        dsb   ish
        isb
        mov   x20, #1500
        b     loop
        ${VECTORS}`;
    const result = await same(source.replace('ldr   x3', `ldr x10, =${TABLES + 16}\n        ldr   x3`), (write) => {
      write(TABLES + 8, BigInt(RAM_BASE) | 0x401n);
      write(TABLES + 16, BigInt(RAM_BASE) | 0x401n);
      write(RAM_BASE + 0x300000, 0x1234n);
      write(RAM_BASE + 0x300008, 0x77n);
    });
    expect(result.x[28]).toBe(0x80300000n);
    expect(result.x[20]).toBe(1500n);
  });
});
