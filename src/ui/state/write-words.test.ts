import { expect, it } from 'vitest';
import { writeWords } from './write-words';

const at = { physical: 0x4010_0028, pc: 0x4008_0018n };

it('says who wrote, what, and over what', () => {
  expect(writeWords({ ...at, before: Uint8Array.of(5, 0), after: Uint8Array.of(5, 2) })).toBe(
    'The instruction at 0x40080018 wrote 0x205 to physical 0x40100028, which had 0x5.',
  );
  expect(writeWords({ ...at, before: Uint8Array.of(5), after: Uint8Array.of(5) }, 'again+0xc')).toBe(
    'The instruction at again+0xc wrote 0x5 to physical 0x40100028, which had it already.',
  );
  expect(writeWords({ physical: 0x4010_0028, before: Uint8Array.of(1, 2, 3), after: Uint8Array.of(10, 2, 3) })).toBe(
    'A device, or the host, wrote 0a 02 03 to physical 0x40100028, which had 01 02 03.',
  );
});

it('says what is about to be written where the machine was brought back', () => {
  expect(writeWords({ ...at, before: Uint8Array.of(5, 0, 0, 0) })).toBe(
    'Physical 0x40100028 has 0x5, and this instruction is about to write there.',
  );
  expect(writeWords(undefined)).toBeUndefined();
});
