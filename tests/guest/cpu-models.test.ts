/** Linux patches itself after the identification registers: on a core without LSE and PAN it must do without them, on one with them use them. */
import { describe, expect, it } from 'vitest';
import { CPU_MODEL_NAMES, type CpuModelName } from '../../src/vm/api';
import { Guest, missing, whyMissing } from './harness';

/** Implementer and part as /proc/cpuinfo shows them, and the flags a process may count on. */
const EXPECTED: Readonly<Record<CpuModelName, { part: string; flags: string[]; not: string[] }>> = {
  max: { part: '0xd0e', flags: ['fp', 'asimd', 'crc32', 'atomics', 'cpuid'], not: ['aes'] },
  'cortex-a53': { part: '0xd03', flags: ['fp', 'asimd', 'crc32', 'cpuid'], not: ['atomics', 'aes'] },
  'cortex-a72': { part: '0xd08', flags: ['fp', 'asimd', 'crc32', 'cpuid'], not: ['atomics', 'aes'] },
  'neoverse-n1': { part: '0xd0c', flags: ['fp', 'asimd', 'crc32', 'atomics', 'cpuid'], not: ['aes', 'asimdhp'] },
};

describe.skipIf(missing)(`Debian on each CPU model${whyMissing}`, () => {
  it.each(CPU_MODEL_NAMES)('%s boots to its agent and knows its CPU', async (cpu) => {
    const guest = await Guest.boot({ cpu });
    const stdout = await guest.exec('cat /proc/cpuinfo');
    const { part, flags, not } = EXPECTED[cpu];
    expect(stdout).toContain(`CPU part\t: ${part}`);
    const shown = /Features\t: (.*)/.exec(stdout)![1]!.split(' ');
    expect(shown).toEqual(expect.arrayContaining(flags));
    for (const flag of not) expect(shown).not.toContain(flag);
    expect(guest.console).not.toMatch(/Unhandled|undefined instruction|Oops|BUG:/i);
    await guest.vm.stop();
  });
});
