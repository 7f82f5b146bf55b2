import { describe, expect, it } from 'vitest';
import { Random } from '../../../tests/difftest/random';
import { type Bare, bareCpu } from '../../cpu/bare-cpu.testkit';
import { type CpuModelName, MAX } from '../../cpu/models';
import { EC, ESR_EC_SHIFT } from '../../cpu/syndrome';
import { SYS } from '../../cpu/sysregs/storage';

/** FEAT_PAuth by known answers and by the manual's pseudocode, written here once more with BigInt. tests/sysdiff compares it with QEMU. */

const START = 0x4000_0000n;
const both = async (source: string, cpu?: CpuModelName): Promise<Bare[]> =>
  Promise.all((['interpreter', 'jit'] as const).map((engine) => bareCpu(source, { engine, ...(cpu && { cpu }) })));
const all = (bits: number): bigint => (1n << BigInt(bits)) - 1n;
const bitAt = (value: bigint, bit: number): bigint => (value >> BigInt(bit)) & 1n;

/** Known answers of QARMA5-64 with σ2: R. Avanzi, "The QARMA Block Cipher Family", appendix. */
const KEY = { low: 0xec2802d4e0a488e9n, high: 0x84be85ce9804e94bn };
const PLAIN = 0xfb623599da6e8127n;
const TWEAK = 0x477d469dec0b8762n;
const CODE = 0xc003b93999b33765n;

function setKeys(bare: Bare, low = KEY.low, high = KEY.high): void {
  for (const name of ['APIA', 'APIB', 'APDA', 'APDB', 'APGA'] as const) {
    bare.cpu.set64(SYS[`${name}KeyLo_EL1`], low);
    bare.cpu.set64(SYS[`${name}KeyHi_EL1`], high);
  }
}

const ALL_KEYS = 0xc8002000n;
const enable = (bare: Bare): void => bare.cpu.set64(SYS.SCTLR_EL1, bare.cpu.get64(SYS.SCTLR_EL1) | ALL_KEYS);
const again = (bare: Bare, x: Record<number, bigint>, count = 1): void => {
  bare.cpu.pc = START;
  for (const [n, value] of Object.entries(x)) bare.cpu.setX(Number(n), value);
  bare.run(count);
};

describe('QARMA5', () => {
  it('has the known answer of its paper, of which PACGA shows the upper half', async () => {
    for (const bare of await both('pacga x0, x1, x2')) {
      setKeys(bare);
      for (let round = 0; round < 30; round++) {
        again(bare, { 1: PLAIN, 2: TWEAK });
        expect(bare.cpu.x(0)).toBe(CODE & ~0xffff_ffffn);
      }
    }
  });

  it('knows codes that were computed from those of other keys, modifiers and data', async () => {
    for (const bare of await both('pacga x0, x1, x2')) {
      const random = new Random(3);
      const seen = new Map<string, bigint>();
      const values = Array.from({ length: 12 }, () => random.u64()).concat(0n);
      for (let round = 0; round < 3000; round++) {
        const [data, modifier, low, high] = [0, 0, 0, 0].map(() => random.pick(values)) as [bigint, bigint, bigint, bigint];
        setKeys(bare, low, high);
        again(bare, { 1: data, 2: modifier });
        const inputs = [data, modifier, low, high].join();
        expect(bare.cpu.x(0)).toBe(seen.get(inputs) ?? bare.cpu.x(0));
        seen.set(inputs, bare.cpu.x(0));
      }
      // Nearly all are different.
      expect(new Set(seen.values()).size).toBeGreaterThan(seen.size - 3);
      expect(bare.cpu.x(0)).not.toBe(0n);
    }
  });
});

/** TCR_EL1 in the pseudocode's terms. */
interface Control {
  readonly tsz: readonly [number, number];
  readonly tbi: readonly [boolean, boolean];
  readonly tbid: readonly [boolean, boolean];
}
const tcrOf = ({ tsz, tbi, tbid }: Control): bigint => {
  const bit = (set: boolean, at: number): bigint => (set ? 1n << BigInt(at) : 0n);
  const sizes = BigInt(tsz[0]) | (BigInt(tsz[1]) << 16n);
  return sizes | (2n << 30n) | bit(tbi[0], 37) | bit(tbi[1], 38) | bit(tbid[0], 51) | bit(tbid[1], 52);
};
const ignores = ({ tbi, tbid }: Control, half: number, isData: boolean): boolean => tbi[half]! && (isData || !tbid[half]!);
const bottomOf = ({ tsz }: Control, half: number): number => 64 - Math.min(Math.max(tsz[half]!, 16), 48);

/** pointer<63:56> if the top byte is ignored, else the extension; the extension down to the address; the address. */
function extend(pointer: bigint, half: number, bottom: number, tbi: boolean): bigint {
  const top = tbi ? 56 : 64;
  const extension = half ? all(top) & ~all(bottom) : 0n;
  return (tbi ? pointer & ~all(56) : 0n) | extension | (pointer & all(bottom));
}

function addPac(control: Control, pointer: bigint, isData: boolean, code: (data: bigint) => bigint): bigint {
  const anyIgnored = ignores(control, 0, isData) || ignores(control, 1, isData);
  const half = Number(bitAt(pointer, anyIgnored ? 55 : 63));
  const tbi = ignores(control, Number(bitAt(pointer, 55)), isData);
  const bottom = bottomOf(control, half);
  const topBit = tbi ? 55 : 63;
  let pac = code(extend(pointer, half, bottom, tbi));
  const field = (pointer & all(topBit + 1)) >> BigInt(bottom);
  if (field !== 0n && field !== all(topBit + 1 - bottom)) pac ^= 1n << BigInt(topBit - 1);
  const codeBits = (all(55) & ~all(bottom)) | (tbi ? 0n : all(64) & ~all(56));
  const kept = (tbi ? pointer & ~all(56) : 0n) | (pointer & all(bottom));
  return kept | (BigInt(half) << 55n) | (pac & codeBits);
}

function strip(control: Control, pointer: bigint, isData: boolean): bigint {
  const half = Number(bitAt(pointer, 55));
  return extend(pointer, half, bottomOf(control, half), ignores(control, half, isData));
}

function auth(control: Control, pointer: bigint, isData: boolean, keyB: boolean, code: (data: bigint) => bigint): bigint {
  const half = Number(bitAt(pointer, 55));
  const tbi = ignores(control, half, isData);
  const original = strip(control, pointer, isData);
  const compared = (all(55) & ~all(bottomOf(control, half))) | (tbi ? 0n : all(64) & ~all(56));
  if (((code(original) ^ pointer) & compared) === 0n) return original;
  const at = tbi ? 53n : 61n;
  return (original & ~(3n << at)) | ((keyB ? 2n : 1n) << at);
}

describe('pointers', () => {
  const controls: Control[] = [16, 25, 33, 48, 60].flatMap((size) =>
    [0, 1, 2, 3].flatMap((tbi) =>
      [0, 3].map(
        (tbid): Control => ({
          tsz: [size, 64 - size > 30 ? 17 : 40],
          tbi: [(tbi & 1) !== 0, (tbi & 2) !== 0],
          tbid: [(tbid & 1) !== 0, (tbid & 2) !== 0],
        }),
      ),
    ),
  );

  it.each(['ia', 'ib', 'da', 'db'])(
    'are signed, authenticated and stripped as the pseudocode has it, with key %s',
    async (key) => {
      const isData = key.startsWith('d');
      const source = (first: string): string => `${first}${key} x0, x2\n aut${key} x1, x2\n xpac${key[0]} x3\n pacga x4, x5, x2`;
      for (const bare of await both(source('pac'))) {
        setKeys(bare);
        enable(bare);
        const random = new Random(5);
        const { engine, cpu } = bare;
        /** The whole code: with a key that signs all bits but some, that is how it can be seen. */
        const codeOf = (data: bigint): bigint => {
          const helper = engine.exports['helper.pac_encrypt'] as (cpu: number, ...args: bigint[]) => bigint;
          return BigInt.asUintN(64, helper(cpu.base, data, TWEAK, KEY.low, KEY.high));
        };
        expect(codeOf(PLAIN)).toBe(CODE);
        for (const control of controls) {
          cpu.set64(SYS.TCR_EL1, tcrOf(control));
          for (let i = 0; i < 30; i++) {
            const address = random.u64() & all(random.pick([24, 39, 48, 56]));
            const pointer = random.pick([address, BigInt.asUintN(64, ~address), random.u64()]);
            const signed = addPac(control, pointer, isData, codeOf);
            const given = random.oneIn(3) ? signed ^ (1n << BigInt(random.below(64))) : signed;
            again(bare, { 0: pointer, 1: given, 2: TWEAK, 3: given }, 3);
            const expected = [signed, auth(control, given, isData, key.endsWith('b'), codeOf), strip(control, given, isData)];
            expect([cpu.x(0), cpu.x(1), cpu.x(3)], `${pointer.toString(16)} ${JSON.stringify(control)}`).toEqual(expected);
          }
        }
      }
    },
  );

  it('stay as they are while their key is not enabled', async () => {
    for (const bare of await both('pacia x0, x2\n autib x0, x2\n pacdza x0\n paciasp\n brk #0')) {
      setKeys(bare);
      again(bare, { 0: 0x1234n, 2: 5n, 30: 0x5678n }, 4);
      expect([bare.cpu.x(0), bare.cpu.x(30)]).toEqual([0x1234n, 0x5678n]);
    }
  });
});

describe('what uses pointers', () => {
  const PROLOGUE = `
      mov  x9, #0x2000
      movk x9, #0xc800, lsl #16
      mrs  x8, sctlr_el1
      orr  x8, x8, x9
      msr  sctlr_el1, x8
      mov  x9, #0x1234
      msr  apiakeylo_el1, x9
      msr  apibkeyhi_el1, x9
      msr  apdakeylo_el1, x9
      ldr  x9, =0x40002000
      mov  sp, x9
      adr  x9, vectors
      msr  vbar_el1, x9
      mov  x19, #0
      mov  x20, #0`;
  const VECTORS = `
stop: b    stop
      .org 0x800
vectors:
      .org 0xa00
      mrs  x21, esr_el1
      mrs  x22, far_el1
      b    stop`;
  const runs = async (body: string): Promise<Bare[]> => {
    const bares = await both(`${PROLOGUE}\n${body}\n${VECTORS}`);
    for (const bare of bares) {
      bare.run(20_000);
      expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
    }
    return bares;
  };

  it('functions that sign their return address come back, in loops that are compiled', async () => {
    for (const { cpu } of await runs(`
again: bl   first
      add  x19, x19, #1
      cmp  x19, #200
      b.ne again
      b    stop
first: paciasp
      str  x30, [sp, #-16]!
      bl   second
      ldr  x30, [sp], #16
      autiasp
      ret
second: pacibsp
      add  x20, x20, #1
      retab`)) {
      expect([cpu.x(19), cpu.x(20), cpu.x(21)]).toEqual([200n, 200n, 0n]);
    }
  });

  it('a return address that was changed is not gone to', async () => {
    for (const { cpu } of await runs(`
      adr  x30, stop
      paciasp
      add  x30, x30, #8
      retaa`)) {
      expect(cpu.x(21) >> BigInt(ESR_EC_SHIFT)).toBe(BigInt(EC.INSTRUCTION_ABORT_SAME));
      expect(cpu.x(22) >> 61n).toBe(1n);
    }
  });

  it('branches, calls and exception returns', async () => {
    for (const { cpu } of await runs(`
      mov  x1, #77
      adr  x0, 1f
      pacia x0, x1
      braa x0, x1
      brk  #1
1:    adr  x0, 2f
      pacizb x0
      blrabz x0
3:    mov  x19, x30
      adr  x30, 4f
      paciasp
      msr  elr_el1, x30
      mrs  x0, currentel
      mov  x0, #5
      msr  spsr_el1, x0
      eretaa
      brk  #2
2:    adr  x0, 3b
      subs x0, x0, x30
      cset x20, eq
      ret
4:    add  x20, x20, #1
      b    stop`)) {
      expect([cpu.x(20), cpu.x(21)]).toEqual([2n, 0n]);
    }
  });

  it('loads, with writeback of the address without a code', async () => {
    for (const { cpu } of await runs(`
      ldr  x1, =0x40003000
      mov  x2, #99
      str  x2, [x1, #-8]
      str  x2, [x1, #8]
      pacdza x1
      mov  x3, x1
      ldraa x4, [x1, #8]
      ldraa x5, [x3, #-8]!
      b    stop`)) {
      expect([cpu.x(4), cpu.x(5), cpu.x(3), cpu.x(21)]).toEqual([99n, 99n, 0x40002ff8n, 0n]);
      expect(cpu.x(1) & ~all(48)).not.toBe(0n);
    }
  });
});

describe('a CPU without FEAT_PAuth', () => {
  it('takes hints for nothing, and the rest for UNDEFINED', async () => {
    expect(MAX.has('FEAT_PAuth')).toBe(true);
    for (const bare of await both('paciasp\n pacia1716\n xpaclri\n pacia x0, x1\n', 'cortex-a72')) {
      again(bare, { 17: 0x80_0000_0000_1234n, 30: 0xff_0000_0000_5678n }, 3);
      expect([bare.cpu.x(17), bare.cpu.x(30)]).toEqual([0x80_0000_0000_1234n, 0xff_0000_0000_5678n]);
    }
    for (const source of ['pacia x0, x1', 'xpaci x0', 'braaz x0', 'ldraa x0, [x1]', 'mrs x0, apiakeylo_el1', 'pacga x0, x1, x2'])
      for (const bare of await both(source, 'cortex-a72')) {
        again(bare, {}, 1);
        expect(bare.cpu.lo(SYS.ESR_EL1) >>> ESR_EC_SHIFT, source).toBe(EC.UNKNOWN);
      }
  });
});
