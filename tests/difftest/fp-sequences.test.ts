/**
 * Random loops of floating-point instructions, with FPCR and FPSR written between them: compiled code, which keeps what it knows of both in locals, against the
 * interpreter. (Single instructions are compared with QEMU.)
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareCpu } from '../../src/cpu/bare-cpu.testkit';
import type { Decoder } from '../../src/cpu/decoder';
import { CPU } from '../../src/cpu/layout';
import { CPACR } from '../../src/cpu/sysregs/fields';
import { SYS } from '../../src/cpu/sysregs/storage';
import { fpSimd } from '../../src/isa/rows/fp-simd';
import { Random } from './random';
import { fillVector } from './random-values';
import { randomWord } from './random-word';
import { COMPARED_FPSR, WITH_FLUSHED_HALVES } from './rules';

const SEQUENCES = 40;
const LAPS = 400;
const FLOATING = fpSimd.filter(({ name }) => /^(B?F|[SU]CVTF|UR)/.test(name));
/** Registers from here on are the loop's: values for FPCR and FPSR, and its counter. */
const KEPT = 20;
const COUNTER = 28;

describe('sequences of floating-point instructions', () => {
  let decoder: Decoder;
  let compiled = 0;
  beforeAll(async () => {
    decoder = (await bareCpu('nop')).engine.decoder;
  });
  afterAll(() => expect(compiled).toBeGreaterThan((SEQUENCES * LAPS * 10) / 2));

  function floatingWord(random: Random): number {
    for (;;) {
      const row = random.pick(FLOATING);
      const word = randomWord(random, row, 0n);
      if (decoder.decode(word)?.row === row && (word & 31) < KEPT) return word;
    }
  }
  function instruction(random: Random): string {
    switch (random.below(40)) {
      case 0:
        return `msr FPCR, x${KEPT + random.below(3)}`;
      case 1:
        return `msr FPSR, x${KEPT + 3 + random.below(3)}`;
      case 2:
        return `mrs x${random.below(8)}, ${random.pick(['FPCR', 'FPSR'])}`;
      case 3:
      case 4:
      case 5:
        return `tbz x${COUNTER}, #${random.below(3)}, . + 8`;
      default:
        return `.word 0x${floatingWord(random).toString(16)}`;
    }
  }

  it.each(Array.from({ length: SEQUENCES }, (_, seed) => seed + 1))('are the same compiled (seed %i)', async (seed) => {
    const random = new Random(seed);
    const body = Array.from({ length: 6 + random.below(26) }, () => instruction(random));
    // Compiled code begins anew behind a branch: what is written last is what it finds there.
    const last = random.oneIn(2) ? `msr FPSR, x${KEPT + 3 + random.below(3)}` : 'nop';
    const source = `movz x${COUNTER}, #${LAPS}\nmsr FPCR, x${KEPT}\nlap:\n${body.join('\n')}\n${last}\nsub x${COUNTER}, x${COUNTER}, #1\ncbnz x${COUNTER}, lap\nb .`;
    const vectors = new Uint8Array(512);
    for (let i = 0; i < 32; i++)
      fillVector(random, new DataView(vectors.buffer), i * 16, random.pick([undefined, undefined, 'half', 'bfloat']));
    const controls = [0, 1, 2].map(() => random.pick(WITH_FLUSHED_HALVES));
    const flags = [0, 1 << 4, random.u32() & COMPARED_FPSR];
    const [interpreter, jit] = await Promise.all(
      (['interpreter', 'jit'] as const).map(async (engine) => {
        const bare = await bareCpu(source, { engine, cpu: 'max' });
        bare.cpu.set32(SYS.CPACR_EL1, CPACR.FPEN);
        bare.cpu.views.u8.set(vectors, bare.cpu.base + CPU.V);
        for (const [i, value] of [...controls, ...flags].entries()) bare.cpu.set64(CPU.X + 8 * (KEPT + i), BigInt(value >>> 0));
        return bare;
      }),
    );
    for (let part = 0; part < 8; part++) {
      const states = [interpreter!, jit!].map(({ cpu, run }) => {
        run(Math.ceil((body.length * LAPS) / 6));
        return {
          x: Array.from({ length: 31 }, (_, n) => cpu.x(n)),
          v: Buffer.from(cpu.views.u8.subarray(cpu.base + CPU.V, cpu.base + CPU.V + 512)).toString('hex'),
          flags: [cpu.get32(CPU.FPCR), cpu.get32(CPU.FPSR), cpu.nzcv, cpu.pc],
        };
      });
      expect(states[1]).toEqual(states[0]);
    }
    compiled += jit!.cpu.compiledInstructions;
  });
});
