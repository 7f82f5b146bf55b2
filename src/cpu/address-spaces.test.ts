import { describe, expect, it } from 'vitest';
import { assemble } from '../isa/text/assemble';
import { type Bare, bareCpu, mmuOn, RAM_BASE } from './bare-cpu.testkit';

/** A guest that goes back and forth between two address spaces, with accesses and code of EL0 and unprivileged accesses of EL1. */

const ROUNDS = 400;
const RESERVED = RAM_BASE + 0x200000;
const SPACES = [RAM_BASE + 0x210000, RAM_BASE + 0x220000] as const;
const CODE = [RAM_BASE + 0x100000, RAM_BASE + 0x101000] as const;
const DATA = [RAM_BASE + 0x102000, RAM_BASE + 0x103000, RAM_BASE + 0x104000] as const;
const VALUES = [1n, 1000n, 1_000_000n] as const;
const CODE_VA = 0x1000;
const DATA_VA = 0x2000;

const TABLE = 3n;
const GIB_BLOCK = 0x401n;
/** Access flag, not global, EL0 may read and write. */
const USER_PAGE = 0xc43n;

/** Counts in x20; x21 and x22 are the TTBR0_EL1 values, ASIDs in them. Every round changes spaces. `half` runs in the middle. */
const guest = (half: string): string => `
      ${mmuOn(RESERVED)}
      mov   x20, #${ROUNDS}
      ldr   x21, =${BigInt(SPACES[0]) | (1n << 48n)}
      ldr   x22, =${BigInt(SPACES[1]) | (2n << 48n)}
      mov   x10, #${DATA_VA}
      mov   x11, #${CODE_VA}
round:
      ldr   x0, =${RESERVED}
      msr   ttbr0_el1, x0
      msr   ttbr0_el1, x21
      isb
      ldtr  x1, [x10]
      add   x23, x23, x1
      sttr  x23, [x10, #8]
      msr   elr_el1, x11
      msr   spsr_el1, xzr
      eret
back:
      mov   x0, x21
      mov   x21, x22
      mov   x22, x0
      subs  x20, x20, #1
      b.eq  stop
      cmp   x20, #${ROUNDS / 2}
      b.ne  round
      ${half}
      b     round
stop: b     stop
      .org  0x800
vectors:
      .org  0x800 + 0x400
      b     back
`;

function prepare(bare: Bare): void {
  const { ram } = bare.engine;
  for (const root of [RESERVED, ...SPACES]) ram.write64(root + 8, BigInt(RAM_BASE) | GIB_BLOCK);
  SPACES.forEach((root, i) => {
    ram.write64(root, BigInt(root + 0x1000) | TABLE);
    ram.write64(root + 0x1000, BigInt(root + 0x2000) | TABLE);
    ram.write64(root + 0x2000 + 8, BigInt(CODE[i]!) | USER_PAGE);
    ram.write64(root + 0x2000 + 16, BigInt(DATA[i]!) | USER_PAGE);
    const source = `ldr x1, [x10]\nadd x24, x24, x1\nadd x25, x25, #${i + 1}\nstr x25, [x10, #16]\nsvc #0`;
    ram.write(CODE[i]!, assemble(source, { base: BigInt(CODE_VA) }).bytes);
  });
  DATA.forEach((page, i) => {
    ram.write64(page, VALUES[i]!);
  });
}

describe.each(['interpreter', 'jit'] as const)('two address spaces with the %s', (engine) => {
  it('have their own data and code at the same addresses', async () => {
    const bare = await bareCpu(guest('nop'), { engine });
    prepare(bare);
    bare.run(40_000);
    const half = BigInt(ROUNDS / 2);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
    expect(bare.cpu.x(23)).toBe(half * (VALUES[0] + VALUES[1]));
    expect(bare.cpu.x(24)).toBe(half * (VALUES[0] + VALUES[1]));
    expect(bare.cpu.x(25)).toBe(half * 3n);
    expect(bare.read64(DATA[1] + 8)).toBe(bare.cpu.x(23));
    expect(bare.read64(DATA[1] + 16)).toBe(bare.cpu.x(25));
  });

  it.each([
    ['aside1', 'mov x2, #1\nlsl x2, x2, #48'],
    ['vae1is', `mov x2, #1\nlsl x2, x2, #48\nadd x2, x2, #${DATA_VA >> 12}`],
    ['vaale1is', `mov x2, #${DATA_VA >> 12}`],
    ['vmalle1', 'mov x2, xzr'],
  ])('see a page of the one mapped elsewhere while the other is current, by TLBI %s', async (name, argument) => {
    // In the middle the second space is still in TTBR0_EL1, and the first comes next.
    const change = `
      ldr   x2, =${SPACES[0] + 0x2000 + 16}
      ldr   x3, =${BigInt(DATA[2]) | USER_PAGE}
      str   x3, [x2]
      dsb   ish
      ${argument}
      tlbi  ${name}${name.startsWith('vmalle1') ? '' : ', x2'}
      dsb   ish
      isb`;
    const bare = await bareCpu(guest(change), { engine });
    prepare(bare);
    bare.run(40_000);
    const quarter = BigInt(ROUNDS / 4);
    expect(bare.cpu.x(23)).toBe(quarter * (VALUES[0] + 2n * VALUES[1] + VALUES[2]));
    expect(bare.cpu.x(24)).toBe(bare.cpu.x(23));
  });
});
