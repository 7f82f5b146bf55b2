import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualMachine } from '../../guests/virtual-machine';
import { MEMORY_MAP } from '../../src/machine/memory-map';
import { boot } from '../../src/vm/kernel/boot';
import { readKernel } from '../../src/vm/kernel/kernel';
import { bootCode, memoryOf, resultsIn } from './image-of-programs';
import { PLACE, type Program, type ProgramResult, RESULT_BYTES } from './program';

/** Runs a batch of programs on QEMU's `virt` and here. */

export type EngineName = 'interpreter' | 'jit';

const QEMU = 'qemu-system-aarch64';
/** The features that ours has not and that show in what the programs look at are off, as far as QEMU can switch them off. */
const QEMU_CPU = 'max,sve=off,sme=off,lpa2=off';
/** Against one that hangs: a busy machine takes its time. */
const QEMU_SECONDS = 300;
/** Instructions of one program, at the very most. */
const MOST_INSTRUCTIONS = 2_000_000;

export const qemuInstalled = (): boolean => spawnSync(QEMU, ['--version']).status === 0;

/** QEMU's RAM is a file: the programs are written into it before, and read from it after the guest has switched the machine off. */
export function runOnQemu(programs: readonly Program[]): ProgramResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'dormouse-sysdiff-'));
  try {
    const kernel = join(folder, 'boot.bin');
    writeFileSync(kernel, bootCode());
    const path = join(folder, 'ram');
    const ram = openSync(path, 'w+');
    ftruncateSync(ram, PLACE.ramBytes);
    for (const { address, bytes } of memoryOf(programs)) writeSync(ram, bytes, 0, bytes.length, address - MEMORY_MAP.ram.base);
    const backend = `memory-backend-file,id=ram,size=${PLACE.ramBytes},mem-path=${path},share=on`;
    const board = ['-M', 'virt,gic-version=3,its=off,memory-backend=ram', '-object', backend, '-m', `${PLACE.ramBytes >>> 20}`];
    const quiet = ['-nodefaults', '-display', 'none', '-no-reboot', '-net', 'none'];
    const done = spawnSync(QEMU, [...board, '-cpu', QEMU_CPU, '-accel', 'tcg', ...quiet, '-kernel', kernel], {
      timeout: QEMU_SECONDS * 1000,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`QEMU ended with ${done.status ?? done.signal}: ${done.stderr}`);
    const results = new Uint8Array(programs.length * RESULT_BYTES);
    readSync(ram, results, 0, results.length, PLACE.results - MEMORY_MAP.ram.base);
    closeSync(ram);
    return resultsIn(results, programs.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function runHere(programs: readonly Program[], engine: EngineName): Promise<ProgramResult[]> {
  const machine = await virtualMachine({
    vcpus: 1,
    memoryMiB: PLACE.ramBytes >>> 20,
    engine,
    // A step's loop is compiled in its second round.
    jit: { heat: 1, batch: 1, patience: 1 },
    onConsole: () => {},
  });
  boot(machine, readKernel(bootCode(), 'flat'), {});
  for (const { address, bytes } of memoryOf(programs)) machine.engine.ram.write(address, bytes);
  const { state } = machine.runTo(MOST_INSTRUCTIONS * programs.length);
  if (state === 'running')
    throw new Error(`The programs did not come to an end (pc 0x${machine.engine.vcpus[0]!.pc.toString(16)}).`);
  return resultsIn(machine.engine.ram.view(PLACE.results, programs.length * RESULT_BYTES), programs.length);
}
