import { describe, expect, it } from 'vitest';
import { type Case, NOP, slotAddress } from '../../../tests/difftest/case';
import { ENGINES, EngineUnderTest } from '../../../tests/difftest/engine-under-test';
import { assemble } from '../text/assemble';

/** Known answers of the standards, and products by the definition. What else the instructions do is compared with an oracle: tests/difftest. */

const engine = await EngineUnderTest.create();

/** V0 after one instruction on V0, V1 and V2, on both engines. */
function run(source: string, ...v: bigint[]): bigint {
  const before: Case = {
    x: new BigUint64Array(31),
    sp: 0n,
    pc: slotAddress(0),
    nzcv: 0,
    fpcr: 0,
    fpsr: 0,
    v: new Uint8Array(512),
    memory: new Uint8Array(0),
    word: new DataView(assemble(source).bytes.buffer).getUint32(0, true),
    prelude: NOP,
  };
  const view = new DataView(before.v.buffer);
  v.forEach((value, n) => {
    view.setBigUint64(n * 16, BigInt.asUintN(64, value), true);
    view.setBigUint64(n * 16 + 8, value >> 64n, true);
  });
  const [interpreted, compiled] = ENGINES.map((by) => engine.run([before], by)[0]!);
  expect(interpreted!.outcome).toBe('done');
  expect({ ...compiled!, compiled: false }).toEqual(interpreted);
  const out = new DataView(interpreted!.v.buffer, interpreted!.v.byteOffset);
  return out.getBigUint64(0, true) | (out.getBigUint64(8, true) << 64n);
}

/** A block as the standards write it, first byte first, and back. */
const block = (hex: string): bigint => BigInt(`0x${hex.match(/../g)!.reverse().join('')}`);
const text = (value: bigint): string => value.toString(16).padStart(32, '0').match(/../g)!.reverse().join('');

describe('AES (FIPS 197, appendix B, round 1)', () => {
  const start = '193de3bea0f4e22b9ac68d2ae9f84808';
  const shifted = 'd4bf5d30e0b452aeb84111f11e2798e5';
  const mixed = '046681e5e0cb199a48f8d37a2806264c';

  it('substitutes, shifts and mixes', () => {
    expect(text(run('aese v0.16b, v1.16b', 0n, block(start)))).toBe(shifted);
    expect(text(run('aesmc v0.16b, v1.16b', 0n, block(shifted)))).toBe(mixed);
  });

  it('undoes all of it', () => {
    expect(text(run('aesd v0.16b, v1.16b', block(shifted), 0n))).toBe(start);
    expect(text(run('aesimc v0.16b, v1.16b', 0n, block(mixed)))).toBe(shifted);
  });

  it('knows every byte of the S-box back', () => {
    for (let first = 0; first < 256; first += 16) {
      const bytes = Array.from({ length: 16 }, (_, i) => (first + i).toString(16).padStart(2, '0')).join('');
      expect(text(run('aesd v0.16b, v1.16b', run('aese v0.16b, v1.16b', block(bytes), 0n), 0n))).toBe(bytes);
    }
  });
});

describe('PMULL', () => {
  const product = (a: bigint, b: bigint): bigint => {
    let result = 0n;
    for (let bit = 0n; bit < 64n; bit++) if ((b >> bit) & 1n) result ^= a << bit;
    return result;
  };
  const ONES = (1n << 64n) - 1n;

  it.each([
    [ONES, ONES],
    [1n << 63n, ONES],
    [0x8000_0001_0000_8001n, 0xfedc_ba98_7654_3210n],
    [0x1111_1111_1111_1111n, 0x8888_8888_8888_8888n],
  ])('multiplies %s and %s without carries', (a, b) => {
    expect(run('pmull v0.1q, v1.1d, v2.1d', 0n, a, b)).toBe(product(a, b));
    expect(run('pmull2 v0.1q, v1.2d, v2.2d', 0n, a << 64n, b << 64n)).toBe(product(a, b));
  });
});
