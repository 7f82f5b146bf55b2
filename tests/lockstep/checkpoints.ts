import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { virtualMachine } from '../../guests/virtual-machine';
import type { JitOptions } from '../../src/cpu/jit/jit';
import type { SavedRegions } from '../../src/cpu/jit/known-regions';
import type { CpuModelName } from '../../src/cpu/models';
import type { VirtioTransportName } from '../../src/machine/devices/virtio/virtio-transports';
import { stateHash } from '../../src/machine/state-hash';
import { MemoryDisk } from '../../src/storage/memory-disk';
import type { BootImages } from '../../src/vm/api';
import { boot } from '../../src/vm/kernel/boot';
import { readKernel, unpackKernel } from '../../src/vm/kernel/kernel';

/** Runs a guest under the virtual clock and hashes the machine's state at fixed instruction counts. */

export interface Run {
  kernel: Uint8Array;
  initrd?: Uint8Array;
  append?: string;
  engine: 'interpreter' | 'jit';
  /** When and what the JIT compiles. */
  jit?: JitOptions;
  /** What is known to have been hot before. */
  known?: SavedRegions | undefined;
  /** The kernel is flat code. */
  flat?: boolean;
  vcpus: number;
  /** `max` unless given. */
  cpu?: CpuModelName | undefined;
  /** `mmio` unless given. */
  virtio?: VirtioTransportName | undefined;
  /** There is an empty disk of that size. */
  diskMiB?: number | undefined;
  memoryMiB: number;
  /** Instructions between two checkpoints, and in all. */
  every: number;
  total: number;
  /** Hash memory at every checkpoint, not only at the last. */
  withRam?: boolean;
  /** Typed at the console once the guest has printed `after`. */
  typed?: { after: string; text: string };
}

export interface Checkpoint {
  instructions: number;
  hash: string;
}

export interface Outcome {
  checkpoints: Checkpoint[];
  console: string;
  /** Instructions run by compiled code, over all vCPUs (modulo 2^32 each). */
  compiled: number;
  seconds: number;
  /** What was hot, with its code. */
  regions: SavedRegions | undefined;
  /** How many regions the run made code for itself. */
  made: number;
  /** Host seconds without the hashing. */
  runSeconds: number;
}

/** The named guest's files from public/guests, or undefined if it was not fetched or built. */
export async function guestFiles(name: string): Promise<BootImages | undefined> {
  const folder = join(import.meta.dirname, '../../public/guests', name);
  const manifest = join(folder, 'guest.json');
  if (!existsSync(manifest)) return undefined;
  const { files, append } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    files: { kernel: { path: string }; initrd?: { path: string }; regions?: { path: string } };
    append?: string;
  };
  const initrd = files.initrd && gunzipSync(readFileSync(join(folder, files.initrd.path)));
  const regions = files.regions && gunzipSync(readFileSync(join(folder, files.regions.path)));
  return {
    ...(regions ? { regions } : {}),
    kernel: await unpackKernel(readFileSync(join(folder, files.kernel.path)), () => undefined),
    ...(initrd ? { initrd } : {}),
    ...(append === undefined ? {} : { append }),
  };
}

export async function runWithCheckpoints(run: Run): Promise<Outcome> {
  let console = '';
  let typed = false;
  const machine = await virtualMachine({
    vcpus: run.vcpus,
    ...(run.cpu && { cpu: run.cpu }),
    ...(run.virtio && { virtio: run.virtio }),
    ...(run.diskMiB && { disks: [new MemoryDisk(run.diskMiB << 20)] }),
    memoryMiB: run.memoryMiB,
    engine: run.engine,
    ...(run.jit && { jit: run.jit }),
    ...(run.known && { regions: run.known }),
    onConsole: (byte) => {
      console += String.fromCharCode(byte);
    },
  });
  boot(machine, readKernel(run.kernel, run.flat ? 'flat' : 'auto'), run);
  const checkpoints: Checkpoint[] = [];
  const before = performance.now();
  let runMs = 0;
  while (machine.instructions < run.total) {
    const start = performance.now();
    const { state } = machine.runTo(machine.instructions + run.every);
    runMs += performance.now() - start;
    checkpoints.push({ instructions: machine.instructions, hash: stateHash(machine, run.withRam) });
    if (run.typed && !typed && console.includes(run.typed.after)) {
      machine.input({ type: 'console', bytes: new TextEncoder().encode(run.typed.text) });
      typed = true;
    } else if (state !== 'running') break;
  }
  checkpoints.push({ instructions: machine.instructions, hash: stateHash(machine, true) });
  const compiled = machine.engine.vcpus.reduce((sum, vcpu) => sum + (vcpu.get32(machine.engine.compiledCounter) >>> 0), 0);
  const seconds = (performance.now() - before) / 1000;
  const { jit } = machine;
  return {
    checkpoints,
    console,
    compiled,
    seconds,
    runSeconds: runMs / 1000,
    regions: jit?.regionsWithCode,
    made: jit?.compiledRegions ?? 0,
  };
}

/** The first checkpoint at which two runs differ, as a sentence; undefined if they agree throughout. */
export function firstDifference(a: Outcome, b: Outcome): string | undefined {
  const count = Math.max(a.checkpoints.length, b.checkpoints.length);
  for (let i = 0; i < count; i++) {
    const [left, right] = [a.checkpoints[i], b.checkpoints[i]];
    if (!left || !right) return `One run has ${a.checkpoints.length} checkpoints, the other ${b.checkpoints.length}.`;
    if (left.hash !== right.hash || left.instructions !== right.instructions) {
      return `The runs differ at checkpoint ${i}: ${left.hash} after ${left.instructions} instructions, ${right.hash} after ${right.instructions}.`;
    }
  }
  return undefined;
}
