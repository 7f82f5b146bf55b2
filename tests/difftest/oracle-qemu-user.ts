import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Case, CODE, CODE_BYTES, MEMORY, OUTCOME, type Outcome, PAGES, PAGES_BYTES, type Result, WORD_OFFSET } from './case';

/**
 * What A64 instructions do according to qemu-aarch64 (user mode). Needs Debian's qemu-user and gcc-aarch64-linux-gnu.
 * See oracle-runner.c, which executes them; thousands of cases run in one process.
 */

const SIGNAL = { ILL: 4, TRAP: 5, BUS: 7, SEGV: 11 } as const;

/** struct header and struct state of oracle-runner.c. */
const HEADER = { CASES: 0, MEMORY_BYTES: 4, MEMORY: 8, PAGES: 16, PAGES_BYTES: 24, CODE: 32, CODE_BYTES: 40, SIZE: 48 } as const;
const OFFSET = {
  X: 0,
  SP: 0xf8,
  PC: 0x100,
  NZCV: 0x108,
  FPCR: 0x10c,
  FPSR: 0x110,
  SIGNAL: 0x114,
  PRELUDE: 0x118,
  WORD: 0x11c,
  V: 0x120,
  SIZE: 0x320,
} as const;
const GENERAL = 31;

/** What a signal at `pc` says about a case that began at `start`. */
function outcomeOf(signal: number, pc: bigint, start: bigint): Outcome {
  if (pc === start) return OUTCOME.NOT_REACHED;
  // Elsewhere: the breakpoint behind the word, or what a branch found at its target.
  if (pc !== start + BigInt(WORD_OFFSET)) return OUTCOME.DONE;
  return signal === SIGNAL.ILL ? OUTCOME.UNDEFINED : signal === SIGNAL.TRAP ? OUTCOME.BREAKPOINT : OUTCOME.FAULT;
}

const strideOf = (cases: readonly Case[]): number => OFFSET.SIZE + (cases[0]?.memory.length ?? 0);

function encode(cases: readonly Case[]): Uint8Array {
  const memoryBytes = cases[0]?.memory.length ?? 0;
  const stride = strideOf(cases);
  const input = new Uint8Array(HEADER.SIZE + stride * cases.length);
  const view = new DataView(input.buffer);
  view.setUint32(HEADER.CASES, cases.length, true);
  view.setUint32(HEADER.MEMORY_BYTES, memoryBytes, true);
  const places = [
    [HEADER.MEMORY, MEMORY],
    [HEADER.PAGES, PAGES],
    [HEADER.PAGES_BYTES, PAGES_BYTES],
    [HEADER.CODE, CODE],
    [HEADER.CODE_BYTES, CODE_BYTES],
  ] as const;
  for (const [offset, value] of places) view.setBigUint64(offset, BigInt(value), true);
  cases.forEach((one, i) => {
    if (one.memory.length !== memoryBytes)
      throw new Error(`Case ${i} has ${one.memory.length} bytes of memory, the first has ${memoryBytes}.`);
    const at = HEADER.SIZE + i * stride;
    for (let n = 0; n < GENERAL; n++) view.setBigUint64(at + OFFSET.X + 8 * n, one.x[n]!, true);
    view.setBigUint64(at + OFFSET.SP, one.sp, true);
    view.setBigUint64(at + OFFSET.PC, one.pc, true);
    view.setUint32(at + OFFSET.NZCV, one.nzcv, true);
    view.setUint32(at + OFFSET.FPCR, one.fpcr, true);
    view.setUint32(at + OFFSET.FPSR, one.fpsr, true);
    view.setUint32(at + OFFSET.PRELUDE, one.prelude, true);
    view.setUint32(at + OFFSET.WORD, one.word, true);
    input.set(one.v, at + OFFSET.V);
    input.set(one.memory, at + OFFSET.SIZE);
  });
  return input;
}

function decode(output: Buffer, cases: readonly Case[]): Result[] {
  const stride = strideOf(cases);
  const out = new DataView(output.buffer, output.byteOffset, output.length);
  return cases.map((one, i) => {
    const at = i * stride;
    const x = new BigUint64Array(GENERAL);
    for (let n = 0; n < GENERAL; n++) x[n] = out.getBigUint64(at + OFFSET.X + 8 * n, true);
    const pc = out.getBigUint64(at + OFFSET.PC, true);
    return {
      x,
      sp: out.getBigUint64(at + OFFSET.SP, true),
      pc,
      nzcv: out.getUint32(at + OFFSET.NZCV, true),
      fpcr: out.getUint32(at + OFFSET.FPCR, true),
      fpsr: out.getUint32(at + OFFSET.FPSR, true),
      v: output.subarray(at + OFFSET.V, at + OFFSET.V + 512),
      memory: output.subarray(at + OFFSET.SIZE, at + stride),
      outcome: outcomeOf(out.getUint32(at + OFFSET.SIGNAL, true), pc, one.pc),
    };
  });
}

export class QemuUserOracle {
  private readonly directory = mkdtempSync(join(tmpdir(), 'dormouse-oracle-'));
  private readonly runner = join(this.directory, 'runner');
  private runs = 0;

  /** Compiles the runner. Throws with the compiler's message if it cannot. */
  constructor() {
    const source = fileURLToPath(new URL('./oracle-runner.c', import.meta.url));
    const made = spawnSync('aarch64-linux-gnu-gcc', ['-O2', '-static', '-o', this.runner, source], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`The oracle's runner did not compile: ${made.error?.message ?? made.stderr}`);
  }

  /** Whether the tools are installed. */
  static available(): boolean {
    return ['qemu-aarch64', 'aarch64-linux-gnu-gcc'].every((tool) => spawnSync(tool, ['--version']).status === 0);
  }

  /** Executes each case on its own state, as a CPU model of QEMU does. All have equally long memories. Cases at one address must be the same two words. */
  run(cases: readonly Case[], cpu: string): Promise<Result[]> {
    // Files, not pipes: the oracle must not have to wait while the engine keeps this thread busy.
    const [inputFile, outputFile] = ['in', 'out'].map((name) => join(this.directory, `${name}${this.runs}`)) as [string, string];
    this.runs++;
    writeFileSync(inputFile, encode(cases));
    const [from, to] = [openSync(inputFile, 'r'), openSync(outputFile, 'w')];
    return new Promise<Result[]>((resolve, reject) => {
      const child = spawn('qemu-aarch64', ['-cpu', cpu, this.runner], { stdio: [from, to, 'inherit'] });
      child.on('error', reject);
      child.on('close', (status) => {
        const output = readFileSync(outputFile);
        if (status === 0 && output.length === cases.length * strideOf(cases)) resolve(decode(output, cases));
        else reject(new Error(`The oracle ended with status ${status} and ${output.length} bytes of results.`));
      });
    }).finally(() => {
      for (const file of [from, to]) closeSync(file);
      for (const file of [inputFile, outputFile]) rmSync(file);
    });
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
