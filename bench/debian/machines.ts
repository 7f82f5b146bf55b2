/**
 * The same Debian on both machines, with the same kernel, initramfs and memory, and no disk: ours as people start it, by its name, with the compiled code that
 * lies beside it. It unpacks the kernel, which QEMU is given unpacked.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { kernelImage, NOTHING } from '../../guests/bench/image';
import type { GuestManifest } from '../../guests/guest-files';
import { runTool } from '../../guests/run-tool';
import { type Boot, onQemu, QEMU_CPU } from '../../tests/qemu/boards';
import type { MachineProgram } from '../../tests/qemu/console';
import { buildSite } from '../browser/built-site';
import type { BenchOptions } from '../options';
import { median } from '../statistics';

const CLI = join(import.meta.dirname, '../../dist/cli/dormouse.js');
const GUEST = join(import.meta.dirname, '../../public/guests/debian');
export const MANIFEST = join(GUEST, 'guest.json');
/** Ours runs all vCPUs in one thread: so does QEMU. */
const ACCELERATOR = 'tcg,thread=single';
const START_RUNS = 3;

export type MachineName = 'QEMU' | 'Dormouse';
export const MACHINES: readonly MachineName[] = ['QEMU', 'Dormouse'];

export interface Machines {
  /** Kernel release. */
  release: string;
  /** What each program takes to run a guest that ends at once. */
  startSeconds: Record<MachineName, number>;
  program(machine: MachineName, vcpus: number): MachineProgram;
}

const qemu = (boot: Boot, cpu: string): MachineProgram => onQemu(boot, cpu, ACCELERATOR);

/** What may be chosen. */
type Sides = Pick<BenchOptions, 'node' | 'cpu' | 'append'>;

/** Our command line as it is built, with what it shall boot. */
function dormouse({ node, cpu }: Sides, what: readonly string[], vcpus: number, memoryMiB: number): MachineProgram {
  const args = ['run', ...what, ...(cpu ? ['--cpu', cpu] : []), '--smp', `${vcpus}`, '--memory', `${memoryMiB}`, '--no-reboot'];
  return { name: 'Dormouse', command: node, arguments: [CLI, ...args] };
}

async function startSeconds({ command, arguments: args, folder }: MachineProgram): Promise<number> {
  const starts: number[] = [];
  for (let i = 0; i < START_RUNS; i++) {
    const start = performance.now();
    await runTool(command, args, folder === undefined ? {} : { cwd: folder });
    starts.push((performance.now() - start) / 1000);
  }
  return median(starts);
}

/** Both machines, with the unpacked kernel in `folder`. */
export async function debianMachines(sides: Sides, folder: string): Promise<Machines> {
  const { files, append, defaults, kernel } = JSON.parse(await readFile(MANIFEST, 'utf8')) as GuestManifest;
  const { memoryMiB } = defaults;
  const image = join(folder, 'Image');
  await writeFile(image, gunzipSync(await readFile(join(GUEST, files.kernel.path))));
  const nothing = join(folder, NOTHING);
  await writeFile(nothing, kernelImage(NOTHING, 1));
  await buildSite();
  const initrd = join(GUEST, files.initrd.path);
  const words = [append, sides.append].filter((each) => each).join(' ');
  // Given, it stands for the guest's own.
  const ownWords = sides.append ? ['--append', words] : [];
  // QEMU knows the other models by the same names.
  const qemuCpu = sides.cpu && sides.cpu !== 'max' ? sides.cpu : QEMU_CPU;
  return {
    release: kernel.release,
    startSeconds: {
      QEMU: await startSeconds(qemu({ kernel: nothing, vcpus: 1, memoryMiB }, qemuCpu)),
      Dormouse: await startSeconds(dormouse(sides, ['--kernel', nothing], 1, memoryMiB)),
    },
    program: (machine, vcpus) =>
      machine === 'QEMU'
        ? qemu({ kernel: image, initrd, append: words, vcpus, memoryMiB }, qemuCpu)
        : dormouse(sides, ['--guest', 'debian', ...ownWords], vcpus, memoryMiB),
  };
}
