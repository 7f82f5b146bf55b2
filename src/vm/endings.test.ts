import { describe, expect, it } from 'vitest';
import { resetWords } from './endings';

describe('a reset by the guest', () => {
  it.each([
    ['SYSTEM_RESET', 0n, 'The machine resets (cold): vCPU 1 called SYSTEM_RESET.'],
    ['SYSTEM_RESET2', 0n, 'The machine resets (warm): vCPU 1 called SYSTEM_RESET2, type 0x0.'],
    // The upper half of a register means nothing in a 32-bit argument.
    ['SYSTEM_RESET2', 0xffffffff_00000000n, 'The machine resets (warm): vCPU 1 called SYSTEM_RESET2, type 0x0.'],
    ['SYSTEM_RESET2', 0x80000001n, "The machine resets (a vendor's kind): vCPU 1 called SYSTEM_RESET2, type 0x80000001."],
  ])('%s %s', (name, type, sentence) => {
    expect(resetWords({ name, vcpu: 1, args: [type, 0n, 0n] })).toBe(sentence);
  });
});
