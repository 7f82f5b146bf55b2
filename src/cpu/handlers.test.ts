import { describe, expect, it } from 'vitest';
import { A64 } from '../isa';
import type { Feature } from '../isa/features';
import { Decoder } from './decoder';
import { enumerateHandlers, withFeatures } from './handlers';

const context = { sysreg: () => ({ access: 0, offset: 0 }), has: () => true };
const decoderFor = (...features: Feature[]): Decoder =>
  new Decoder(
    withFeatures(enumerateHandlers(A64), (feature) => features.includes(feature)),
    context,
  );

const LDADD = 0xf8210002; // ldadd x1, x2, [x0]
const CRC32W = 0x1ac24820; // crc32w w0, w1, w2
const MSR_PAN = 0xd500419f; // msr pan, #1
const ADD = 0x8b010000;

describe('the features of a CPU model', () => {
  it('decide which encodings are allocated', () => {
    const decoder = decoderFor('FEAT_LSE');
    expect(decoder.decode(LDADD)?.row.name).toMatch(/^LDADD/);
    expect(decoder.decode(CRC32W)).toBeUndefined();
    expect(decoder.decode(ADD)).toBeDefined();
  });

  it('leave no word to a row that is less specific', () => {
    expect(decoderFor('FEAT_PAN').decode(MSR_PAN)?.row.name).toBe('MSR (immediate), PAN');
    expect(decoderFor().decode(MSR_PAN)).toBeUndefined();
  });
});
