/** Programs in C for the guest, compiled on the host. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { missing, whyMissing } from './harness';

const COMPILER = 'aarch64-linux-gnu-gcc';
/** The compiler comes without a C library on some machines. */
const compiles =
  spawnSync(COMPILER, ['-static', '-x', 'c', '-o', '/dev/null', '-'], { input: 'int main(void) { return 0; }' }).status === 0;
const SECTOR = 512;

/** Whether suites with such programs must be skipped, and what to put behind their names then. */
export const cannotCompile = missing !== undefined || !compiles;
export const whyNotCompiled = missing
  ? whyMissing
  : compiles
    ? ''
    : ` (skipped: ${COMPILER} makes no static programs, packages gcc-aarch64-linux-gnu and libc6-dev-arm64-cross do)`;

export interface CompiledProgram {
  /** A disk that holds its file and nothing else. */
  disk: MemoryDisk;
  /** Shell commands that make /tmp/NAME of the disk, given its device. */
  install(device: string): string;
  /** Where a function is in its file. */
  place(name: string): number;
}

/** Compiles NAME.c of this folder, static. */
export function compiledProgram(name: string): CompiledProgram {
  const folder = mkdtempSync(join(tmpdir(), `dormouse-${name}-`));
  try {
    const file = join(folder, name);
    const { status, stderr } = spawnSync(COMPILER, ['-O1', '-static', '-o', file, join(import.meta.dirname, `${name}.c`)]);
    if (status !== 0) throw new Error(`${name}.c cannot be compiled: ${stderr}`);
    const symbols = spawnSync('aarch64-linux-gnu-nm', [file]).stdout.toString();
    const program = readFileSync(file);
    const disk = new MemoryDisk(Math.ceil(program.length / SECTOR) * SECTOR, { name: 'program' });
    const padded = new Uint8Array(disk.size);
    padded.set(program);
    disk.write(0, padded);
    return {
      disk,
      install: (device) => `head -c ${program.length} ${device} >/tmp/${name} && chmod +x /tmp/${name}`,
      // The linker's default: the text segment begins at 0x400000, with the file.
      place: (symbol) => Number.parseInt(new RegExp(`^([0-9a-f]+) . ${symbol}$`, 'm').exec(symbols)![1]!, 16) - 0x400000,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
