/** Linux's selftests of arm64, in our machine and on QEMU's, with the same kernel: each test's result is the same, where the two CPUs are alike. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageOf, initramfsOf } from '../../guests/debian/more-kernels';
import { SELFTESTS, SELFTESTS_KERNEL } from '../../guests/debian/selftests';
import { PATIENCE } from '../patience';
import { onDormouse, onQemu, QEMU_CPU } from '../qemu/boards';
import { readConsole } from '../qemu/console';
import { resultsOf, unlike } from '../qemu/ktap';

const absent = [imageOf(SELFTESTS_KERNEL), SELFTESTS].find((file) => !existsSync(file));
const noQemu = spawnSync('qemu-system-aarch64', ['--version']).status !== 0;
const why = absent
  ? ' (skipped: `npm run guest:kernels` fetches them)'
  : noQemu
    ? ' (skipped: there is no qemu-system-aarch64)'
    : '';

/** What one of the two does not have, so that its test is skipped there. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  // QEMU 7.2 has neither.
  max: ['abi/hwcap: sigill_CSSC', 'abi/hwcap: sigill_LSE2'],
  'neoverse-n1': [],
};

describe.skipIf(absent !== undefined || noQemu)(`Linux's selftests of arm64${why}`, () => {
  it.each([
    ['max', QEMU_CPU],
    ['neoverse-n1', 'neoverse-n1'],
  ])('%s does as QEMU with %s', async (cpu, qemuCpu) => {
    const work = await mkdtemp(join(tmpdir(), 'dormouse-selftests-'));
    try {
      const initrd = join(work, 'initrd');
      await writeFile(initrd, Buffer.concat([await readFile(initramfsOf(SELFTESTS_KERNEL)), await readFile(SELFTESTS)]));
      const append = 'console=ttyAMA0 cma=0 quiet loglevel=1 rdinit=/selftests/init';
      const boot = { kernel: imageOf(SELFTESTS_KERNEL), initrd, append, vcpus: 2, memoryMiB: 512 };
      const seconds = PATIENCE.TEST / 2000;
      const theirs = resultsOf(await readConsole(onQemu(boot, qemuCpu), seconds));
      const ours = resultsOf(await readConsole(onDormouse(boot, ['--cpu', cpu]), seconds));
      expect(ours.ended && theirs.ended).toBe(true);
      expect(ours.tests.size).toBeGreaterThan(45);
      expect(unlike(ours, theirs)).toEqual(KNOWN[cpu]);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
});
