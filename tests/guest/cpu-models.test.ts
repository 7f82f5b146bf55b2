/** Linux patches itself after the identification registers: on a core without LSE and PAN it must do without them, on one with them use them. */
import { describe, expect, it } from 'vitest';
import { CPU_MODEL_NAMES, type CpuModelName } from '../../src/vm/api';
import { Guest, missing, whyMissing } from './harness';

const ARMV8_0 = 'fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid';
/** Part as /proc/cpuinfo shows it, and all flags a process may count on. Of an N1 Linux hides ssbs (its erratum 3194386). */
const EXPECTED: Readonly<Record<CpuModelName, { part: string; flags: string }>> = {
  max: {
    part: '0xd0e',
    flags: `${ARMV8_0} atomics fphp asimdhp asimdrdm jscvt fcma lrcpc dcpop sha3 sm3 sm4 asimddp sha512 asimdfhm dit uscat ilrcpc flagm ssbs sb paca pacg dcpodp flagm2 frint i8mm bf16 rng bti wfxt cssc hbc mops`,
  },
  'cortex-a53': { part: '0xd03', flags: ARMV8_0 },
  'cortex-a72': { part: '0xd08', flags: ARMV8_0 },
  'neoverse-n1': { part: '0xd0c', flags: `${ARMV8_0} atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp` },
};

describe.skipIf(missing)(`Debian on each CPU model${whyMissing}`, () => {
  it.each(CPU_MODEL_NAMES)('%s boots to its agent and knows its CPU', async (cpu) => {
    const guest = await Guest.boot({ cpu });
    const stdout = await guest.exec('cat /proc/cpuinfo');
    const { part, flags } = EXPECTED[cpu];
    expect(stdout).toContain(`CPU part\t: ${part}`);
    const shown = /Features\t: (.*)/.exec(stdout)![1]!.trim().split(' ');
    expect(shown.sort()).toEqual(flags.split(' ').sort());
    expect(guest.console).not.toMatch(/Unhandled|undefined instruction|Oops|BUG:/i);
    await guest.vm.stop();
  });
});
