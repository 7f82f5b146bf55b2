import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumIn, kernelImage, NOTHING } from '../../guests/bench/image';
import { runTool } from '../../guests/run-tool';
import { median } from '../statistics';
import type { Sample, Side } from './side';

const QEMU = 'qemu-system-aarch64';
const MACHINE = ['-M', 'virt,gic-version=3', '-cpu', 'max', '-accel', 'tcg,thread=single', '-m', '32'];
/** As `-nographic`, without devices whose firmware need not be installed. */
const PLAIN = ['-nodefaults', '-display', 'none', '-serial', 'stdio'];
const START_RUNS = 5;

/** First line of what QEMU says about itself. */
export const qemuVersion = async (): Promise<string> => (await runTool(QEMU, ['--version'])).toString().split('\n')[0]!;

async function run(name: string, laps: number, folder: string): Promise<Sample> {
  const file = join(folder, name);
  await writeFile(file, kernelImage(name, laps));
  const start = performance.now();
  const console = (await runTool(QEMU, [...MACHINE, ...PLAIN, '-kernel', file])).toString();
  const seconds = (performance.now() - start) / 1000;
  return { seconds, checksum: checksumIn(console, name) };
}

/** QEMU's TCG, native, in one thread. What it takes to start and to end is measured here and left out of all samples. */
export async function onQemu(folder: string): Promise<Side & { startSeconds: number }> {
  const starts: number[] = [];
  for (let i = 0; i < START_RUNS; i++) starts.push((await run(NOTHING, 1, folder)).seconds);
  const startSeconds = median(starts);
  return {
    name: 'QEMU',
    startSeconds,
    exact: () => true,
    async once({ name, laps }) {
      const { seconds, checksum } = await run(name, laps, folder);
      return { seconds: seconds - startSeconds, checksum };
    },
  };
}
