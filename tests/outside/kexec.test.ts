/** kexec: a kernel starts another without the firmware's help, but for the other CPUs, which it takes off and the next one on again. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type CpioEntry, writeCpio } from '../../guests/cpio';
import { KEXEC_TOOLS } from '../../guests/debian/kexec-tools';
import { fetchedKernel, imageOf, initramfsOf, MORE_KERNELS_APPEND } from '../../guests/debian/more-kernels';
import { Guest } from '../guest/harness';

const WAYS = [
  { from: 'trixie', to: 'trixie' },
  { from: 'trixie', to: 'backports' },
  { from: 'bookworm', to: 'trixie-16k' },
] as const;

const PROMPT = 'dormouse:~# ';
const SERIOUS = /BUG:|WARNING:|Oops|Call trace|rcu.*stall|Unhandled|Unexpected/i;

const kernels = [...new Set(WAYS.flatMap(({ from, to }) => [from, to]))];
const absent = [KEXEC_TOOLS, ...kernels.map(imageOf)].find((file) => !existsSync(file));

/** What the first kernel has in its memory: kexec, and the other kernel with its initramfs. */
function bag(to: string): Uint8Array {
  const files: CpioEntry[] = [
    { kind: 'file', path: 'kexec/Image', content: readFileSync(imageOf(to)) },
    { kind: 'file', path: 'kexec/initrd', content: readFileSync(initramfsOf(to)) },
  ];
  return Buffer.concat([gunzipSync(readFileSync(KEXEC_TOOLS)), writeCpio(files)]);
}

describe.skipIf(absent !== undefined)(`kexec${absent ? ' (skipped: `npm run guest:kernels` fetches what it takes)' : ''}`, () => {
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());

  it.each(WAYS)('from $from to $to with two vCPUs', async ({ from, to }) => {
    const { release } = (await fetchedKernel(to))!;
    const initrd = Buffer.concat([gunzipSync(readFileSync(initramfsOf(from))), bag(to)]);
    const images = { kernel: readFileSync(imageOf(from)), initrd, append: MORE_KERNELS_APPEND };
    guest = await Guest.boot({ images, vcpus: 2, memoryMiB: 1024 });
    await guest.printed(PROMPT);
    await guest.exec('/kexec/kexec -l /kexec/Image --initrd=/kexec/initrd --reuse-cmdline');
    const calls = guest.calls.length;
    const before = guest.console.length;
    guest.vm.input(new TextEncoder().encode('/kexec/kexec -e -x\n'));
    await guest.printed(`Linux version ${release} `, before);
    await guest.printed(PROMPT, before);
    await guest.type('echo "<$(uname -r) $(nproc)>"\n', `<${release} 2>`);
    // The first kernel took the other CPU off, and saw that it was; the second took it on.
    const since = guest.calls.slice(calls);
    expect(since.filter(({ name }) => name === 'CPU_OFF').map(({ vcpu }) => vcpu)).toEqual([1]);
    expect(since.filter(({ name }) => name === 'CPU_ON').map(({ args, resultText }) => [args[0], resultText])).toEqual([
      [1n, 'SUCCESS'],
    ]);
    expect(guest.console.slice(before)).not.toMatch(SERIOUS);
    await guest.type('poweroff\n', 'reboot: Power down');
    expect(await guest.end()).toMatchObject({ how: 'off', call: 'SYSTEM_OFF' });
  });
});
