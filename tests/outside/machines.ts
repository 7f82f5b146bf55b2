/** Two machines with the same kernel and the same disk of programs: ours, and QEMU's to compare with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeTimeouts, QemuMachine } from '../../guests/debian/qemu';
import { openFileDisk } from '../../src/cli/file-disk';
import type { CpuModelName } from '../../src/cpu/models';
import { type ExecOptions, type ExecResult, GuestAgent } from '../../src/vm/agent';
import { debian, Guest } from '../guest/harness';

const MEMORY_MIB = 2048;
const VCPUS = 2;
/** QEMU's own algorithm for pointer authentication: the architected one takes most of its time. */
/** QEMU's processor for one of ours: programs are compiled for what they find. */
const QEMU_CPU: Partial<Record<CpuModelName, string>> = { max: 'max,pauth-impdef=on' };
export const qemuCpu = (cpu: CpuModelName): string => QEMU_CPU[cpu] ?? cpu;
/** Its agent says hello when Linux is up: by the number of looks, a tenth of a second apart. */
const QEMU_LOOKS = 6000;

/** A Linux that runs commands of the programs' file system. */
export interface Linux {
  /** Runs a command in bash, in /work of the file system. */
  run(command: string, options?: ExecOptions): Promise<ExecResult>;
  stop(): Promise<void>;
}

interface Running {
  agent: Pick<GuestAgent, 'exec'>;
  stop(): Promise<void>;
}

const ROOT = '/mnt';
/** The disk is read-only and everything that is written lies in memory, so that each run begins with the same. */
const MOUNT = [
  `mount -t ext4 -o ro /dev/vda ${ROOT}`,
  `mount -t proc proc ${ROOT}/proc`,
  `mount -t sysfs sysfs ${ROOT}/sys`,
  `mount --bind /dev ${ROOT}/dev`,
  ...['tmp', 'run', 'root', 'work'].map((folder) => `mount -t tmpfs -o size=600m tmpfs ${ROOT}/${folder}`),
  'mount -t tmpfs tmpfs /dev/shm',
  'ln -s /proc/self/fd /dev/fd',
  // What some programs print.
  'echo outside > /proc/sys/kernel/hostname',
].join(' && ');
const ENVIRONMENT = 'PATH=/usr/local/bin:/usr/bin:/usr/sbin HOME=/root LANG=C.UTF-8 TZ=UTC TMPDIR=/tmp';
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Mounts the file system and puts `files` (a tar archive, at most 1 MiB) into /work. */
async function prepared({ agent, stop }: Running, files: Uint8Array): Promise<Linux> {
  const must = async (command: string, options: ExecOptions = {}): Promise<void> => {
    const { status, output } = await agent.exec(command, options);
    if (status !== 0) throw new Error(`“${command}” ended with status ${status}: ${new TextDecoder().decode(output)}`);
  };
  await must(MOUNT);
  await must(`tar x -C ${ROOT}/work`, { input: files });
  return {
    run: (command, options) =>
      agent.exec(`exec chroot ${ROOT} /usr/bin/env -i -C /work ${ENVIRONMENT} bash -c ${quoted(command)}`, options),
    stop,
  };
}

/** Our machine. `image` is shared with others, being only read. */
export async function ours(image: string, files: Uint8Array, cpu: CpuModelName): Promise<Linux> {
  const disk = openFileDisk(image, { readOnly: true });
  const guest = await Guest.boot({ disk, memoryMiB: MEMORY_MIB, vcpus: VCPUS, cpu });
  return prepared({ agent: guest.vm.agent, stop: () => guest.stop() }, files);
}

/** QEMU's `virt`. */
export async function qemus(image: string, files: Uint8Array, cpu: CpuModelName): Promise<Linux> {
  const folder = await mkdtemp(join(tmpdir(), 'dormouse-outside-'));
  const { kernel, initrd, append } = debian();
  const paths = { kernel: join(folder, 'Image'), initrd: join(folder, 'initrd') };
  await writeFile(paths.kernel, kernel);
  await writeFile(paths.initrd, initrd);
  const machine = new QemuMachine({
    ...paths,
    append,
    cpu: qemuCpu(cpu),
    vcpus: VCPUS,
    memoryMiB: MEMORY_MIB,
    disk: image,
    readOnly: true,
    agentSocket: join(folder, 'agent'),
  });
  const stop = async (): Promise<void> => {
    machine.kill();
    await machine.ended;
    await rm(folder, { recursive: true });
  };
  try {
    const agent = new GuestAgent(machine.port, nodeTimeouts);
    await machine.connectPort();
    for (let look = 0; look < QEMU_LOOKS && !agent.ready; look++) await sleep(100);
    await agent.ping();
    return await prepared({ agent, stop }, files);
  } catch (error) {
    await stop();
    throw error;
  }
}
