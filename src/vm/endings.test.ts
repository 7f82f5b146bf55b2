import { describe, expect, it } from 'vitest';
import type { CallReply, SystemEvent } from '../psci';
import { endOf, resetWords } from './endings';

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

describe('an end by SYSTEM_OFF2', () => {
  const event = { type: 'shutdown', flags: 1n, data: [] } as unknown as SystemEvent;
  const reply = { name: 'SYSTEM_OFF2', vcpu: 0, args: [1n, 0n, 0n] } as unknown as CallReply;

  it('is hibernation, unless there is no disk to wake from', () => {
    const [image, perhaps, nothing] = (['image', 'perhaps', 'nothing'] as const).map((kept) => endOf(event, reply, '1.3', kept));
    expect(image).toMatchObject({ how: 'hibernated', kept: 'image' });
    expect(perhaps!.sentence).toBe('The machine hibernated: SYSTEM_OFF2 (type 1, HIBERNATE_OFF) on vCPU 0.');
    expect(nothing).toMatchObject({ how: 'hibernated', kept: 'nothing' });
    expect(nothing!.sentence).toContain('It has no disk, so nothing of it is kept');
  });
});
