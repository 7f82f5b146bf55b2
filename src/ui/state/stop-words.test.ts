import { expect, it } from 'vitest';
import { reasonWords } from './stop-words';

const stop = { vcpu: 0, address: 0x4008_0018n, reason: 'write' } as const;
const write = { physical: 0x4010_0028, pc: 0x4008_0018n, before: Uint8Array.of(5) };

it('tells a write that was made from one that is about to be', () => {
  expect(reasonWords({ ...stop, write: { ...write, after: Uint8Array.of(6) } })).toBe('Watched memory is written');
  expect(reasonWords({ ...stop, write })).toBe('Before a write to watched memory');
  expect(reasonWords({ ...stop, reason: 'back' })).toBe('Stepped back');
});
