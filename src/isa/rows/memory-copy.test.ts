import { describe, expect, it } from 'vitest';
import { Random } from '../../../tests/difftest/random';
import { type Bare, bareCpu, mmuOn, RAM_BASE } from '../../cpu/bare-cpu.testkit';
import { SPSR, setPstate } from '../../cpu/exceptions';
import { EC, ESR_EC_SHIFT } from '../../cpu/syndrome';
import { SYS } from '../../cpu/sysregs/storage';

/** FEAT_MOPS, which the oracle of tests/difftest does not have: by the manual's pseudocode. */

const ENGINES = ['interpreter', 'jit'] as const;
const DATA = RAM_BASE + 0x10_0000;
const BYTES = 0x6000;

const COPY = 'cpyp [x0]!, [x1]!, x2!\n cpym [x0]!, [x1]!, x2!\n cpye [x0]!, [x1]!, x2!';
const FORWARD = 'cpyfp [x0]!, [x1]!, x2!\n cpyfm [x0]!, [x1]!, x2!\n cpyfe [x0]!, [x1]!, x2!';
const SET = 'setp [x0]!, x2!, x1\n setm [x0]!, x2!, x1\n sete [x0]!, x2!, x1';
const END = '\nstop: b stop';

function again(bare: Bare, x: readonly bigint[]): void {
  bare.cpu.pc = BigInt(RAM_BASE);
  x.forEach((value, n) => {
    bare.cpu.setX(n, value);
  });
  bare.run(100);
  expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
}

describe.each(ENGINES)('on the %s', (engine) => {
  it.each([
    ['CPY', COPY],
    ['CPYF', FORWARD],
    ['SET', SET],
  ])('%s does what it says, of any size and anywhere', async (name, source) => {
    const bare = await bareCpu(source + END, { engine });
    const random = new Random(9);
    const model = new Uint8Array(BYTES).map(() => random.below(256));
    bare.engine.ram.write(DATA, model);
    for (let i = 0; i < 200; i++) {
      const size = random.pick([0, 1, random.below(20), random.below(200), 4096, random.below(0x2800)]);
      const from = random.below(BYTES - size);
      const near = Math.min(Math.max(from + random.below(2 * size + 1) - size, 0), BYTES - size);
      const to = random.oneIn(2) ? near : random.below(BYTES - size);
      // What goes forward only must not read what it has written.
      if (name === 'CPYF' && to > from && to < from + size) continue;
      const value = random.u64();
      again(bare, [BigInt(DATA + to), name === 'SET' ? value : BigInt(DATA + from), BigInt(size)]);
      if (name === 'SET') model.fill(Number(value & 0xffn), to, to + size);
      else model.copyWithin(to, from, from + size);
      const isBackward = name === 'CPY' && from < to && from + size > to;
      const moved = isBackward ? 0n : BigInt(size);
      expect([bare.cpu.x(0), bare.cpu.x(2)]).toEqual([BigInt(DATA + to) + moved, 0n]);
      if (name !== 'SET') expect(bare.cpu.x(1)).toBe(BigInt(DATA + from) + moved);
      expect(bare.cpu.nzcv >>> 28).toBe(isBackward ? 0b1010 : 0b0010);
      expect(Buffer.from(bare.engine.ram.view(DATA, BYTES)).equals(Buffer.from(model)), `${name} ${i}`).toBe(true);
    }
  });

  it('sizes are what can be had at most', async () => {
    const bare = await bareCpu(`cpyp [x0]!, [x1]!, x2!\n cpyfp [x3]!, [x4]!, x5!\n setp [x6]!, x7!, x8${END}`, { engine });
    again(bare, [0n, 0n, 1n << 63n, 0n, 0n, 1n << 63n, 0n, 1n << 63n, 0n]);
    expect([bare.cpu.x(2), bare.cpu.x(5), bare.cpu.x(7)]).toEqual([(1n << 55n) - 1n, (1n << 63n) - 1n, (1n << 63n) - 1n]);
  });

  it('code that is overwritten is decoded anew', async () => {
    const bare = await bareCpu(
      `
      adr x3, target
      adr x4, other
      mov x9, #0
loop: blr x3
      add x9, x9, x5
      mov x0, x3
      mov x1, x4
      mov x2, #4
      ${COPY}
      blr x3
      add x9, x9, x5
stop: b stop
target: mov x5, #1
      ret
other: mov x5, #100`,
      { engine },
    );
    bare.run(100);
    expect(bare.cpu.x(9)).toBe(101n);
  });

  const TABLES = RAM_BASE + 0x20_0000;
  const faulting = (body: string): string => `
      ${mmuOn(TABLES)}
      ldr   x0, =${RAM_BASE + 0x2f00}
      ldr   x1, =${RAM_BASE + 0x1100}
      mov   x2, #0x600
      ${body}
stop: b     stop
      .ltorg
      .org  0x800
vectors:
      .org  0xa00
      mrs   x21, esr_el1
      mrs   x22, far_el1
      mrs   x23, elr_el1
      b     stop
`;
  /** Four pages of RAM, and nothing behind. */
  async function onFourPages(body: string): Promise<Bare> {
    const bare = await bareCpu(faulting(body), { engine });
    const write = (address: number, value: bigint): void =>
      bare.engine.ram.write(address, new Uint8Array(BigUint64Array.of(value).buffer));
    write(TABLES + 8, BigInt(TABLES + 0x1000) | 3n);
    write(TABLES + 0x1000, BigInt(TABLES + 0x2000) | 3n);
    for (let i = 0; i < 4; i++) write(TABLES + 0x2000 + i * 8, BigInt(RAM_BASE + i * 0x1000) | 0x703n);
    bare.run(200);
    expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
    return bare;
  }

  it('a fault in the middle leaves what is done and what is left', async () => {
    const { cpu } = await onFourPages(`mov x2, #0x1300\n ${COPY}`);
    expect([cpu.x(0), cpu.x(1), cpu.x(2)]).toEqual([BigInt(RAM_BASE + 0x4000), BigInt(RAM_BASE + 0x2200), 0x200n]);
    expect(cpu.x(22)).toBe(BigInt(RAM_BASE + 0x4000));
    expect([Number(cpu.x(21)) >>> ESR_EC_SHIFT, cpu.x(21) & 0x7fn]).toEqual([EC.DATA_ABORT_SAME, 0x47n]);
    expect(cpu.lo(SYS.SPSR_EL1) >>> 28).toBe(2);
  });

  it('so does one on the way back', async () => {
    const { cpu } = await onFourPages(`ldr x0, =${RAM_BASE + 0x3f00}\n ldr x1, =${RAM_BASE + 0x3800}\n mov x2, #0x900\n ${COPY}`);
    expect([cpu.x(0), cpu.x(1), cpu.x(2)]).toEqual([BigInt(RAM_BASE + 0x4800), BigInt(RAM_BASE + 0x4100), 0x900n]);
    expect([cpu.x(22), cpu.x(21) & 0x7fn]).toEqual([BigInt(RAM_BASE + 0x40ff), 0x07n]);
    expect(cpu.lo(SYS.SPSR_EL1) >>> 28).toBe(10);
  });

  it('registers that no prologue has left are told of', async () => {
    const { cpu } = await onFourPages('msr nzcv, xzr\n cpymwt [x0]!, [x1]!, x2!');
    expect(Number(cpu.x(21)) >>> ESR_EC_SHIFT).toBe(EC.MEMORY_OPERATION);
    expect(cpu.x(21) & 0x1ffffffn).toBe((1n << 19n) | (1n << 17n) | (0n << 10n) | (1n << 5n) | 2n);
    const epilogue = await onFourPages('msr nzcv, xzr\n setetn [x0]!, x2!, x1');
    expect(epilogue.cpu.x(21) & 0x1ffffffn).toBe((1n << 24n) | (3n << 19n) | (1n << 18n) | (1n << 17n) | (1n << 5n) | 2n);
  });

  it('EL0 may if SCTLR_EL1.MSCEn says so', async () => {
    for (const allowed of [false, true]) {
      const bare = await bareCpu(SET + END, { engine });
      if (allowed) bare.cpu.set64(SYS.SCTLR_EL1, bare.cpu.get64(SYS.SCTLR_EL1) | (1n << 33n));
      setPstate(bare.cpu, SPSR.DAIF);
      bare.cpu.setX(0, BigInt(DATA));
      bare.cpu.setX(2, 100n);
      bare.run(allowed ? 20 : 1);
      if (allowed) expect([bare.cpu.pc, bare.cpu.el]).toEqual([bare.symbols.get('stop'), 0]);
      else expect(bare.cpu.lo(SYS.ESR_EL1) >>> ESR_EC_SHIFT).toBe(EC.UNKNOWN);
    }
  });
});

it('what nothing sensible can come of is UNDEFINED', async () => {
  for (const word of [0x19010400, 0x1901041f, 0x191f0440, 0x190107e0, 0x19c0041f, 0x1dc00440]) {
    const bare = await bareCpu(`.word ${word}`);
    expect(bare.engine.decoder.decode(word), word.toString(16)).toBeUndefined();
  }
});
