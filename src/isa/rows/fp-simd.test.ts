import { describe, expect, it } from 'vitest';
import { type Case, MEMORY, MEMORY_BYTES, NOP, slotAddress } from '../../../tests/difftest/case';
import { ENGINES, EngineUnderTest } from '../../../tests/difftest/engine-under-test';
import { ambiguities } from '../match';
import { FPCR, FPSR } from '../pseudocode/fp-status';
import { fpSimd } from './fp-simd';

const BUFFER = BigInt(MEMORY);
const engine = await EngineUnderTest.create();
const decode = (word: number) => engine.decode(word);

const emptyCase = (word: number): Case => ({
  x: new BigUint64Array(31),
  sp: 0n,
  pc: slotAddress(0),
  nzcv: 0,
  fpcr: 0,
  fpsr: 0,
  v: new Uint8Array(512),
  memory: new Uint8Array(MEMORY_BYTES),
  word,
  prelude: NOP,
});

/** Runs one word on both engines; they must agree. `v`: registers as 128-bit numbers. */
function run(word: number, setup: { v?: Record<number, bigint>; x?: Record<number, bigint>; fpcr?: number; memory?: number[] }) {
  const before = emptyCase(word);
  const view = new DataView(before.v.buffer);
  for (const [n, value] of Object.entries(setup.v ?? {})) {
    view.setBigUint64(Number(n) * 16, BigInt.asUintN(64, value), true);
    view.setBigUint64(Number(n) * 16 + 8, value >> 64n, true);
  }
  for (const [n, value] of Object.entries(setup.x ?? {})) before.x[Number(n)] = value;
  before.fpcr = setup.fpcr ?? 0;
  before.memory.set(setup.memory ?? []);
  const [interpreted, compiled] = ENGINES.map((by) => engine.run([before], by)[0]!);
  expect(interpreted!.outcome).toBe('done');
  expect({ ...compiled!, compiled: false }).toEqual(interpreted);
  const after = interpreted!;
  const out = new DataView(after.v.buffer);
  return {
    ...after,
    v: (n: number): bigint => out.getBigUint64(n * 16, true) | (out.getBigUint64(n * 16 + 8, true) << 64n),
  };
}

const bits64 = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0]!;
const bits32 = (value: number): bigint => BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!);
const DEFAULT_NAN = 0x7ff8000000000000n;
const SIGNALLING = 0xfff0000000000123n;
const HIGH = 0xdeadbeefdeadbeefn << 64n;

describe('the floating-point and vector rows', () => {
  it('leave no word to two rows', () => {
    expect(ambiguities(fpSimd)).toEqual([]);
  });

  it('leave UNALLOCATED encodings alone', () => {
    // FADD with type 10; CMEQ with size 11 and Q = 0; DUP V0.1D, V1.D[0]; PMULL with 32-bit lanes; SSHR with immh = 0 is MOVI.
    for (const word of [0x1ea22820, 0x2ee28c20, 0x0e080420, 0x0ea2e020]) expect(decode(word)).toBeUndefined();
    expect(decode(0x0f000400)!.row.name).toContain('MOVI');
  });
});

describe('scalar floating point', () => {
  it('clears the rest of the register', () => {
    const after = run(0x1e622820, { v: { 0: HIGH, 1: HIGH | bits64(1.5), 2: bits64(2.25) } }); // fadd d0, d1, d2
    expect(after.v(0)).toBe(bits64(3.75));
  });

  it('makes NaNs as the architecture does', () => {
    const fadd = (a: bigint, b: bigint, fpcr = 0) => run(0x1e622820, { v: { 1: a, 2: b }, fpcr });
    const quiet = 0x7ff8000000000777n;
    expect(fadd(quiet, SIGNALLING).v(0)).toBe(SIGNALLING | (1n << 51n));
    expect(fadd(quiet, SIGNALLING).fpsr & FPSR.IOC).toBe(FPSR.IOC);
    expect(fadd(quiet, 0xfff8000000000001n).v(0)).toBe(quiet);
    expect(fadd(quiet, 0xfff8000000000001n).fpsr).toBe(0);
    expect(fadd(quiet, bits64(1), FPCR.DN).v(0)).toBe(DEFAULT_NAN);
    const infinity = bits64(Number.POSITIVE_INFINITY);
    expect(fadd(infinity, infinity | (1n << 63n)).v(0)).toBe(DEFAULT_NAN);
  });

  it('prefers the number in FMAXNM and the NaN in FMAX', () => {
    const v = { 1: DEFAULT_NAN, 2: bits64(7) };
    expect(run(0x1e626820, { v }).v(0)).toBe(bits64(7)); // fmaxnm d0, d1, d2
    expect(run(0x1e624820, { v }).v(0)).toBe(DEFAULT_NAN); // fmax d0, d1, d2
  });

  it('rounds FMADD once', () => {
    // (1 + 2^-30)^2 - (1 + 2^-29) is 2^-60: gone if the product were rounded.
    const v = { 1: bits64(1 + 2 ** -30), 2: bits64(1 + 2 ** -30), 3: bits64(-(1 + 2 ** -29)) };
    expect(run(0x1f420c20, { v }).v(0)).toBe(bits64(2 ** -60));
    // Single: 1 + 2^-24 + 2^-60 must round up although the double sum loses the last term.
    const s = { 1: bits32(2 ** -30), 2: bits32(2 ** -30), 3: bits32(1 + 2 ** -23) };
    expect(run(0x1f020c20, { v: s }).v(0)).toBe(bits32(1 + 2 ** -23));
    const tie = { 1: bits32(1 + 2 ** -12), 2: bits32(1 + 2 ** -12), 3: bits32(2 ** -60) };
    expect(run(0x1f020c20, { v: tie }).v(0)).toBe(bits32(1 + 2 ** -11 + 2 ** -23));
  });

  it('compares', () => {
    const fcmp = (a: number, b: number): number => run(0x1e622020, { v: { 1: bits64(a), 2: bits64(b) } }).nzcv >>> 28;
    expect([fcmp(1, 2), fcmp(2, 2), fcmp(3, 2), fcmp(Number.NaN, 2)]).toEqual([0b1000, 0b0110, 0b0010, 0b0011]);
  });

  it('converts to integers with saturation and the asked rounding', () => {
    expect(run(0x1e780020, { v: { 1: bits64(-1e10) }, x: { 0: ~0n & ((1n << 64n) - 1n) } }).x[0]).toBe(0x80000000n); // fcvtzs w0, d1
    expect(run(0x9e640020, { v: { 1: bits64(0.49999999999999994) } }).x[0]).toBe(0n); // fcvtas x0, d1
    expect(run(0x9e640020, { v: { 1: bits64(-2.5) } }).x[0]).toBe(BigInt.asUintN(64, -3n));
  });

  it('honours FPCR.RMode in FRINTI and FCVT', () => {
    const frinti = (mode: number): bigint => run(0x1e67c020, { v: { 1: bits64(-2.5) }, fpcr: mode << FPCR.RMODE_SHIFT }).v(0);
    expect([0, 1, 2, 3].map(frinti)).toEqual([-2, -2, -3, -2].map(bits64));
    const fcvt = (mode: number): bigint => run(0x1e23c020, { v: { 1: bits32(65519.998) }, fpcr: mode << FPCR.RMODE_SHIFT }).v(0); // fcvt h0, s1
    expect([0, 1, 2, 3].map(fcvt)).toEqual([0x7bffn, 0x7c00n, 0x7bffn, 0x7bffn]);
  });

  it('estimates by the architecture’s table', () => {
    expect(run(0x5ea1d820, { v: { 1: bits32(1) } }).v(0)).toBe(0x3f7f8000n); // frecpe s0, s1
  });

  it('moves the upper half', () => {
    expect(run(0x9eaf0041, { v: { 1: 5n }, x: { 2: 9n } }).v(1)).toBe((9n << 64n) | 5n); // fmov v1.d[1], x2
    expect(run(0x9eae0022, { v: { 1: (9n << 64n) | 5n } }).x[2]).toBe(9n); // fmov x2, v1.d[1]
  });
});

describe('Advanced SIMD', () => {
  it('narrows with SHRN as string functions use it', () => {
    const mask = 0xffff_0000_0000_ffff_0000_0000_ffff_0000n;
    expect(run(0x0f0c8420, { v: { 0: HIGH, 1: mask } }).v(0)).toBe(0xff0000ff0000ff00n); // shrn v0.8b, v1.8h, #4
  });

  it('saturates and says so', () => {
    const uqadd = run(0x7e220c20, { v: { 0: HIGH, 1: 0xff01f0n, 2: 0xff0120n } }); // uqadd b0, b1, b2
    expect(uqadd.v(0)).toBe(0xffn);
    expect(uqadd.fpsr).toBe(FPSR.QC);
    // The other lanes would saturate, but the scalar form has only one.
    expect(run(0x7e220c20, { v: { 1: 0xff01n, 2: 0xff01n } }).fpsr).toBe(0);
    const squares = run(0x2e62b420, { v: { 1: 0x8000n, 2: 0x8000n } }); // sqrdmulh v0.4h, v1.4h, v2.4h
    expect([squares.v(0), squares.fpsr]).toEqual([0x7fffn, FPSR.QC]);
    const high = run(0x2e62b420, { v: { 1: 0x8000n << 64n, 2: 0x8000n << 64n } });
    expect([high.v(0), high.fpsr]).toEqual([0n, 0]);
  });

  it('shifts by the full width', () => {
    expect(run(0x6f400420, { v: { 1: (1n << 128n) - 1n } }).v(0)).toBe(0n); // ushr v0.2d, v1.2d, #64
  });

  it('wraps register lists after V31', () => {
    // tbl v0.8b, {v31.16b, v0.16b}, v2.8b: bytes 0, 16, 17 of the table, one outside, and byte 0 again
    const table = run(0x0e0223e0, { v: { 31: 0xaan, 0: 0xbb00n, 2: 0x20111000n } });
    expect(table.v(0)).toBe(0xaaaaaaaa_00bb00aan);
    const memory = Array.from({ length: 24 }, (_, i) => i);
    const after = run(0x0cdf403e, { x: { 1: BUFFER }, memory }); // ld3 {v30.8b, v31.8b, v0.8b}, [x1], #24
    expect(after.v(30)).toBe(0x15120f0c09060300n);
    expect(after.v(0)).toBe(0x1714110e0b080502n);
    expect(after.x[1]).toBe(BUFFER + 24n);
  });

  it('stores interleaved and adds a register to the base', () => {
    const after = run(0x4c828c21, { x: { 1: BUFFER, 2: 5n }, v: { 1: (3n << 64n) | 1n, 2: (4n << 64n) | 2n } }); // st2 {v1.2d, v2.2d}, [x1], x2
    expect([0, 8, 16, 24].map((at) => after.memory[at])).toEqual([1, 2, 3, 4]);
    expect(after.x[1]).toBe(BUFFER + 5n);
  });

  it('loads one lane and keeps the others', () => {
    const v = { 5: 0x44444444_33333333_22222222_11111111n };
    expect(run(0x4d408025, { x: { 1: BUFFER }, memory: [1, 2, 3, 4], v }).v(5)).toBe(0x44444444_04030201_22222222_11111111n); // ld1 {v5.s}[2], [x1]
  });

  it('extracts, inserts, expands immediates', () => {
    const [n, m] = [0x0f0e0d0c0b0a09080706050403020100n, 0x1f1e1d1c1b1a19181716151413121110n];
    expect(run(0x6e021820, { v: { 1: n, 2: m } }).v(0)).toBe(0x1211100f0e0d0c0b0a09080706050403n); // ext v0.16b, v1.16b, v2.16b, #3
    expect(run(0x6e0e6420, { v: { 0: 0n, 1: n } }).v(0)).toBe(0x0d0c_0000_0000_0000n); // ins v0.h[3], v1.h[6]
    expect(run(0x6f02e6a0, {}).v(0)).toBe(0x00ff00ff00ff00ff00ff00ff00ff00ffn & ((1n << 128n) - 1n)); // movi v0.2d
    expect(run(0x6f00d420, {}).v(0)).toBe(0xfffe0000fffe0000fffe0000fffe0000n); // mvni v0.4s, #1, msl #16
  });

  it('adds across lanes', () => {
    expect(run(0x2e303820, { v: { 0: HIGH, 1: HIGH | 0xffffffffffffffffn } }).v(0)).toBe(8n * 255n); // uaddlv h0, v1.8b
    expect(run(0x5ef1b820, { v: { 1: (5n << 64n) | 7n } }).v(0)).toBe(12n); // addp d0, v1.2d
  });
});
