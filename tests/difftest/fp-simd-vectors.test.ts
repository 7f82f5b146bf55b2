import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fpSimd } from '../../src/isa/fp-simd';
import { decoder, guestBaseFor, Harness, type Instruction } from '../../src/isa/testing/harness';
import { fpcrOf, fpsrOf, memoryBytesOf } from './fp-simd-rules';
import { BUFFER_ADDRESS } from './oracle-qemu-user';
import { Random, randomState } from './random-state';
import { hashState } from './state-hash';

/**
 * Every floating-point and vector row on random state, against results recorded from qemu-aarch64. Per case: instruction word, seed of the
 * state, hash of the state after it. Recorded by record-fp-simd.ts; fp-simd.ts shows what differs when one fails.
 */
const recorded = JSON.parse(readFileSync(new URL('../vectors/fp-simd.json', import.meta.url), 'utf8')) as Record<string, string>;

const decode = decoder(fpSimd);
const cases = Object.entries(recorded).flatMap(([name, text]) =>
  text.split(' ').map((one) => {
    const [word, seed, hash] = [0, 8, 16].map((at) => Number.parseInt(one.slice(at, at + 8), 16)) as [number, number, number];
    return { name, word, seed, hash, instruction: decode(word) };
  }),
);

describe('recorded results of qemu-aarch64', () => {
  it('exist for every row', () => {
    expect(Object.keys(recorded).sort()).toEqual(fpSimd.map(({ name }) => name).sort());
    expect(cases.filter(({ name, instruction }) => instruction?.row.name !== name)).toEqual([]);
  });

  it.each([
    ['operands known, as compiled code has them', false],
    ['operands at run time, as the interpreter has them', true],
  ])('are reproduced with %s', (_how, shared) => {
    const harness = new Harness(
      cases.map(({ instruction }) => instruction as Instruction),
      guestBaseFor(BUFFER_ADDRESS),
      shared,
    );
    const wrong = cases.filter(({ seed, hash, instruction }, i) => {
      const { row } = instruction!;
      const before = randomState(new Random(seed), { memoryBytes: memoryBytesOf(row), fpcr: fpcrOf(row) });
      return hashState(harness.run(i, before), fpsrOf(row)) !== hash;
    });
    expect(wrong.map(({ name, word }) => `${name} ${word.toString(16)}`)).toEqual([]);
  });
});
