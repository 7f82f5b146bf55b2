import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What one A64 instruction does according to qemu-aarch64 (user mode). Needs Debian's qemu-user and gcc-aarch64-linux-gnu.
 * See oracle-runner.c, which executes the instructions; thousands of cases run in one process.
 */

/** Register state before or after one instruction. x29 and x30 are not available. */
export interface OracleState {
  /** x0..x28. */
  x: BigUint64Array;
  sp: bigint;
  /** N, Z, C, V in bits 31..28. */
  nzcv: number;
  fpcr: number;
  fpsr: number;
  /** V0..V31, 16 bytes each. */
  v: Uint8Array;
  /** The first bytes of the buffer at BUFFER_ADDRESS. A page before and a page after them are mapped and zero. */
  memory: Uint8Array;
}

export interface OracleCase extends OracleState {
  word: number;
}

export interface OracleResult extends OracleState {
  /** 0, or the signal that stopped the instruction: 4 (SIGILL) for UNDEFINED, 11 (SIGSEGV) for a fault. */
  signal: number;
}

/** Where the memory of every case lies. */
export const BUFFER_ADDRESS = 0x40200000n;
export const SIGILL = 4;
export const SIGSEGV = 11;

const PAGE = 0x1000n;
const HEADER_SIZE = 16;
const STATE_SIZE = 0x320;
const OFFSET = { X: 0, SP: 0xf8, NZCV: 0x100, FPCR: 0x108, FPSR: 0x110, WORD: 0x118, STATUS: 0x11c, V: 0x120 } as const;
export const TESTABLE_X = 29;

export class QemuUserOracle {
  private readonly directory = mkdtempSync(join(tmpdir(), 'dormouse-oracle-'));
  private readonly runner = join(this.directory, 'runner');

  /** Compiles the runner. Throws with the compiler's message if it cannot. */
  constructor(private readonly cpu = 'max') {
    const source = fileURLToPath(new URL('./oracle-runner.c', import.meta.url));
    const made = spawnSync('aarch64-linux-gnu-gcc', ['-O1', '-static', '-o', this.runner, source], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`the oracle's runner did not compile: ${made.error?.message ?? made.stderr}`);
  }

  /** Whether the tools are installed. */
  static available(): boolean {
    return ['qemu-aarch64', 'aarch64-linux-gnu-gcc'].every((tool) => spawnSync(tool, ['--version']).status === 0);
  }

  /** Executes each case on its own state. All cases have equally long memories (0 to 4096 bytes). */
  run(cases: readonly OracleCase[]): OracleResult[] {
    const memoryBytes = cases[0]?.memory.length ?? 0;
    const stride = STATE_SIZE + memoryBytes;
    const input = new Uint8Array(HEADER_SIZE + stride * cases.length);
    const view = new DataView(input.buffer);
    view.setUint32(0, memoryBytes, true);
    view.setBigUint64(8, BUFFER_ADDRESS - PAGE, true);
    cases.forEach((one, i) => {
      const at = HEADER_SIZE + i * stride;
      if (one.memory.length !== memoryBytes)
        throw new Error(`case ${i} has ${one.memory.length} bytes of memory, not ${memoryBytes}`);
      for (let n = 0; n < TESTABLE_X; n++) view.setBigUint64(at + OFFSET.X + 8 * n, one.x[n]!, true);
      view.setBigUint64(at + OFFSET.SP, one.sp, true);
      view.setUint32(at + OFFSET.NZCV, one.nzcv, true);
      view.setUint32(at + OFFSET.FPCR, one.fpcr, true);
      view.setUint32(at + OFFSET.FPSR, one.fpsr, true);
      view.setUint32(at + OFFSET.WORD, one.word, true);
      input.set(one.v, at + OFFSET.V);
      input.set(one.memory, at + STATE_SIZE);
    });
    const done = spawnSync('qemu-aarch64', ['-cpu', this.cpu, this.runner], { input, maxBuffer: input.length + 65536 });
    const output = done.stdout;
    if (done.status !== 0 || output.length !== stride * cases.length) {
      const finished = Math.floor((output?.length ?? 0) / stride);
      throw new Error(
        `the oracle stopped after ${finished} of ${cases.length} cases (status ${done.status}): ${done.error?.message ?? done.stderr}`,
      );
    }
    const out = new DataView(output.buffer, output.byteOffset, output.length);
    return cases.map((one, i) => {
      const at = i * stride;
      const x = new BigUint64Array(TESTABLE_X);
      for (let n = 0; n < TESTABLE_X; n++) x[n] = out.getBigUint64(at + OFFSET.X + 8 * n, true);
      return {
        x,
        sp: out.getBigUint64(at + OFFSET.SP, true),
        nzcv: out.getUint32(at + OFFSET.NZCV, true),
        fpcr: one.fpcr,
        fpsr: out.getUint32(at + OFFSET.FPSR, true),
        v: new Uint8Array(output.subarray(at + OFFSET.V, at + OFFSET.V + 512)),
        memory: new Uint8Array(output.subarray(at + STATE_SIZE, at + stride)),
        signal: out.getUint32(at + OFFSET.STATUS, true),
      };
    });
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
