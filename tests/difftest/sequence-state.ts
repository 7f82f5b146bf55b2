import type { State } from './case';
import type { Random } from './random';
import { fillVector, general } from './random-values';
import { COMPARED_FPSR, WITH_FLUSHED_HALVES } from './rules';
import { MEMORY_BYTES, MIDDLE, MIDDLE_ADDRESS } from './sequence';

/** What a random program begins with. */
export function randomSequenceState(random: Random): Omit<State, 'pc'> {
  const x = new BigUint64Array(31);
  for (let i = 0; i < x.length; i++) x[i] = general(random);
  x[MIDDLE] = MIDDLE_ADDRESS;
  const v = new Uint8Array(512);
  const view = new DataView(v.buffer);
  for (let i = 0; i < 32; i++) fillVector(random, view, i * 16, random.pick([undefined, undefined, 'half', 'bfloat']));
  const memory = new Uint8Array(MEMORY_BYTES);
  for (let at = 0; at < memory.length; at += 16) fillVector(random, new DataView(memory.buffer), at);
  return {
    x,
    sp: MIDDLE_ADDRESS,
    nzcv: (random.below(16) << 28) >>> 0,
    fpcr: random.oneIn(2) ? 0 : random.pick(WITH_FLUSHED_HALVES),
    fpsr: random.pick([0, 1 << 4, 1 << 4, random.u32() & COMPARED_FPSR]),
    v,
    memory,
  };
}
