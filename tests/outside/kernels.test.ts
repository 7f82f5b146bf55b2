/**
 * Debian's other kernels, which nobody here built: each with one vCPU and with two, to its prompt, at work, asleep and awake again, and off. What its messages have that
 * QEMU's `virt` does not show is `npm run dmesg-diff -- --kernel all`.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { MORE_KERNELS, type MoreKernel } from '../../guests/debian/kernel-list';
import { fetchedKernel, imageOf, initramfsOf, MORE_KERNELS_APPEND } from '../../guests/debian/more-kernels';
import { kernelNumber } from '../../guests/debian/packages';
import type { BootImages } from '../../src/vm/api';
import { Guest, newDisk } from '../guest/harness';

/** The flags of `max` as every one of these kernels knows them; later ones know more. */
const FEATURES =
  'fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid atomics fphp asimdhp asimdrdm jscvt fcma lrcpc dcpop sha3 sm3 sm4 asimddp sha512 asimdfhm dit uscat ' +
  'ilrcpc flagm ssbs sb paca pacg dcpodp flagm2 frint i8mm bf16 rng bti wfxt';

/** What a kernel says when it or its machine is at fault. */
const SERIOUS = /BUG:|WARNING:|Oops|Call trace|rcu.*stall|soft lockup|Unhandled|Unexpected|nobody cared|undefined instruction/i;

/** Processes, pipes, files, floating point, timers, with what they must print. */
const WORK: readonly (readonly [command: string, answer: string])[] = [
  ['seq 1 20000 | sort -rn | md5sum', 'd29c9b2130d81144350e794f0423148c  -'],
  ['awk \'BEGIN { for (i = 1; i < 20000; i++) s += 1 / i; printf "%.6f", s }\'', '10.480678'],
  [
    'dd if=/dev/zero of=/tmp/zeros bs=1M count=16 2>/dev/null; sha256sum </tmp/zeros',
    '080acf35a507ac9849cfcba47dc2ad83e01b75663a516279c8b9d243b719643e  -',
  ],
  ['for n in 1 2 3 4 5 6 7 8; do (sleep 1; echo $n) & done | sort', '1\n2\n3\n4\n5\n6\n7\n8'],
];

function imagesOf({ name, pageSize }: MoreKernel): BootImages {
  // /init knows swap areas by the signature of 4 KiB pages.
  const append = pageSize === 4096 ? MORE_KERNELS_APPEND : `${MORE_KERNELS_APPEND} resume=/dev/vda`;
  return { kernel: readFileSync(imageOf(name)), initrd: gunzipSync(readFileSync(initramfsOf(name))), append };
}

/** Linux calls SYSTEM_OFF2 to hibernate from 6.13 on; before it is a plain SYSTEM_OFF. */
const callsOff2 = (release: string): boolean => {
  const [major, minor] = kernelNumber(release)!;
  return major > 6 || (major === 6 && minor >= 13);
};

const here = await Promise.all(MORE_KERNELS.map(async (kernel) => ({ kernel, fetched: await fetchedKernel(kernel.name) })));
const absent = here.filter(({ fetched }) => fetched === undefined).map(({ kernel }) => kernel.name);

describe(`kernels of Debian's${absent.length > 0 ? ` (not here, \`npm run guest:kernels\` fetches them: ${absent.join(', ')})` : ''}`, () => {
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());

  for (const { kernel, fetched } of here) {
    if (fetched === undefined) continue;
    const { release } = fetched;
    it.each([1, 2])(`${release} with %i vCPUs`, async (vcpus) => {
      const disk = newDisk();
      const images = imagesOf(kernel);
      guest = await Guest.boot({ images, vcpus, disk });
      expect(await guest.exec('uname -r')).toBe(release);
      expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe(vcpus === 1 ? '0' : '0-1');
      // Memory in KiB and in pages.
      const kernelPages = await guest.exec("awk '/KernelPageSize/ { print $2; exit }' /proc/self/smaps");
      expect(Number(kernelPages) * 1024).toBe(kernel.pageSize);
      const cpuinfo = await guest.exec('cat /proc/cpuinfo');
      const features = /Features\t: (.*)/.exec(cpuinfo)![1]!.trim().split(' ');
      expect(FEATURES.split(' ').filter((feature) => !features.includes(feature))).toEqual([]);
      for (const [command, answer] of WORK) expect(await guest.exec(command), command).toBe(answer);
      expect((await guest.exec('dmesg')).split('\n').filter((line) => SERIOUS.test(line))).toEqual([]);

      await guest.exec('echo marmot >/run/kept');
      const slept = await guest.hibernate();
      expect(slept.how).toBe(callsOff2(release) ? 'hibernated' : 'off');
      guest = await Guest.boot({ images, vcpus, disk });
      expect(await guest.exec('cat /run/kept')).toBe('marmot');
      expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe(vcpus === 1 ? '0' : '0-1');
      for (const [command, answer] of WORK) expect(await guest.exec(command), command).toBe(answer);
      expect((await guest.exec('dmesg')).split('\n').filter((line) => SERIOUS.test(line))).toEqual([]);
      await guest.vm.agent.shutdown();
      expect(await guest.end()).toMatchObject({ how: 'off', call: 'SYSTEM_OFF' });
    });
  }

  it('are all here', () => expect(absent).toEqual([]));
});
