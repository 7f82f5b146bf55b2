import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Case,
  CODE,
  CODE_BYTES,
  MEMORY,
  OUTCOME,
  type Outcome,
  PAGES,
  PAGES_BYTES,
  type Result,
  type State,
  WORD_OFFSET,
} from './case';

/**
 * What A64 instructions do according to qemu-aarch64 (user mode). Needs Debian's qemu-user and gcc-aarch64-linux-gnu.
 * See oracle-runner.c, which executes them; thousands of cases run in one process.
 */

const INSTALLED = 'qemu-aarch64';
/** A run of the oracle that takes longer does not end. */
const LONGEST_MS = 300_000;

export const SIGNAL = { ILL: 4, TRAP: 5, BUS: 7, SEGV: 11 } as const;

/** struct header and struct state of oracle-runner.c. */
const HEADER = {
  CASES: 0,
  MEMORY_BYTES: 4,
  WORDS: 8,
  MEMORY: 16,
  PAGES: 24,
  PAGES_BYTES: 32,
  CODE: 40,
  CODE_BYTES: 48,
  SIZE: 56,
} as const;
const OFFSET = {
  X: 0,
  SP: 0xf8,
  PC: 0x100,
  NZCV: 0x108,
  FPCR: 0x10c,
  FPSR: 0x110,
  SIGNAL: 0x114,
  V: 0x118,
  SIZE: 0x318,
} as const;
const GENERAL = 31;

/** Instructions on a state, from its pc on. */
export interface Input {
  readonly state: State;
  /** An even number of them. */
  readonly words: readonly number[];
}
/** A state, and the signal it came with. */
export interface Output {
  readonly state: State;
  readonly signal: number;
}

/** Where in the guest's address space code and memory of inputs lie. */
export interface Places {
  readonly code: number;
  readonly codeBytes: number;
  readonly pages: number;
  readonly pagesBytes: number;
  readonly memory: number;
}
export const CASE_PLACES: Places = { code: CODE, codeBytes: CODE_BYTES, pages: PAGES, pagesBytes: PAGES_BYTES, memory: MEMORY };

/** What a signal at `pc` says about a case that began at `start`. */
function outcomeOf(signal: number, pc: bigint, start: bigint): Outcome {
  if (pc === start) return OUTCOME.NOT_REACHED;
  // Elsewhere: the breakpoint behind the word, or what a branch found at its target.
  if (pc !== start + BigInt(WORD_OFFSET)) return OUTCOME.DONE;
  return signal === SIGNAL.ILL ? OUTCOME.UNDEFINED : signal === SIGNAL.TRAP ? OUTCOME.BREAKPOINT : OUTCOME.FAULT;
}

/** Bytes of each input's memory, instructions of each, and bytes of its record. */
function shapeOf(inputs: readonly Input[]): { memoryBytes: number; words: number; stride: number } {
  const [memoryBytes, words] = [inputs[0]?.state.memory.length ?? 0, inputs[0]?.words.length ?? 0];
  return { memoryBytes, words, stride: OFFSET.SIZE + memoryBytes + 4 * words };
}

function encode(inputs: readonly Input[], places: Places): Uint8Array {
  const { memoryBytes, words, stride } = shapeOf(inputs);
  const input = new Uint8Array(HEADER.SIZE + stride * inputs.length);
  const view = new DataView(input.buffer);
  view.setUint32(HEADER.CASES, inputs.length, true);
  view.setUint32(HEADER.MEMORY_BYTES, memoryBytes, true);
  view.setUint32(HEADER.WORDS, words, true);
  for (const [offset, value] of [
    [HEADER.MEMORY, places.memory],
    [HEADER.PAGES, places.pages],
    [HEADER.PAGES_BYTES, places.pagesBytes],
    [HEADER.CODE, places.code],
    [HEADER.CODE_BYTES, places.codeBytes],
  ] as const)
    view.setBigUint64(offset, BigInt(value), true);
  inputs.forEach(({ state, words: code }, i) => {
    if (state.memory.length !== memoryBytes || code.length !== words)
      throw new Error(
        `Case ${i} has ${state.memory.length} bytes of memory and ${code.length} words, the first has ${memoryBytes} and ${words}.`,
      );
    const at = HEADER.SIZE + i * stride;
    for (let n = 0; n < GENERAL; n++) view.setBigUint64(at + OFFSET.X + 8 * n, state.x[n]!, true);
    view.setBigUint64(at + OFFSET.SP, state.sp, true);
    view.setBigUint64(at + OFFSET.PC, state.pc, true);
    view.setUint32(at + OFFSET.NZCV, state.nzcv, true);
    view.setUint32(at + OFFSET.FPCR, state.fpcr, true);
    view.setUint32(at + OFFSET.FPSR, state.fpsr, true);
    input.set(state.v, at + OFFSET.V);
    input.set(state.memory, at + OFFSET.SIZE);
    code.forEach((word, n) => {
      view.setUint32(at + OFFSET.SIZE + memoryBytes + 4 * n, word, true);
    });
  });
  return input;
}

function decode(output: Buffer, inputs: readonly Input[]): Output[] {
  const { memoryBytes, stride } = shapeOf(inputs);
  const out = new DataView(output.buffer, output.byteOffset, output.length);
  return inputs.map((_, i) => {
    const at = i * stride;
    const x = new BigUint64Array(GENERAL);
    for (let n = 0; n < GENERAL; n++) x[n] = out.getBigUint64(at + OFFSET.X + 8 * n, true);
    return {
      signal: out.getUint32(at + OFFSET.SIGNAL, true),
      state: {
        x,
        sp: out.getBigUint64(at + OFFSET.SP, true),
        pc: out.getBigUint64(at + OFFSET.PC, true),
        nzcv: out.getUint32(at + OFFSET.NZCV, true),
        fpcr: out.getUint32(at + OFFSET.FPCR, true),
        fpsr: out.getUint32(at + OFFSET.FPSR, true),
        v: output.subarray(at + OFFSET.V, at + OFFSET.V + 512),
        memory: output.subarray(at + OFFSET.SIZE, at + OFFSET.SIZE + memoryBytes),
      },
    };
  });
}

export class QemuUserOracle {
  private readonly directory = mkdtempSync(join(tmpdir(), 'dormouse-oracle-'));
  private readonly runner = join(this.directory, 'runner');
  private runs = 0;

  /** Compiles the runner. `qemu`: the program that runs it. Throws with the compiler's message if it cannot. */
  constructor(private readonly qemu = INSTALLED) {
    const source = fileURLToPath(new URL('./oracle-runner.c', import.meta.url));
    const made = spawnSync('aarch64-linux-gnu-gcc', ['-O2', '-static', '-o', this.runner, source], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`The oracle's runner did not compile: ${made.error?.message ?? made.stderr}`);
  }

  /** Whether the tools are installed. */
  static available(): boolean {
    return [INSTALLED, 'aarch64-linux-gnu-gcc'].every((tool) => spawnSync(tool, ['--version']).status === 0);
  }

  /** Executes each case on its own state, as a CPU model of QEMU does. All have equally long memories. Cases at one address must be the same two words. */
  async run(cases: readonly Case[], cpu: string): Promise<Result[]> {
    const inputs = cases.map((one): Input => ({ state: one, words: [one.prelude, one.word] }));
    const outputs = await this.execute(inputs, cpu, CASE_PLACES);
    return outputs.map(({ state, signal }, i) => ({ ...state, outcome: outcomeOf(signal, state.pc, cases[i]!.pc) }));
  }

  /** Executes each input until a signal. All have equally long memories, and as many words, in `places`. Throws if that takes too long. */
  execute(inputs: readonly Input[], cpu: string, places: Places): Promise<Output[]> {
    // Files, not pipes: the oracle must not have to wait while the engine keeps this thread busy.
    const [inputFile, outputFile] = ['in', 'out'].map((name) => join(this.directory, `${name}${this.runs}`)) as [string, string];
    this.runs++;
    writeFileSync(inputFile, encode(inputs, places));
    const [from, to] = [openSync(inputFile, 'r'), openSync(outputFile, 'w')];
    return new Promise<Output[]>((resolve, reject) => {
      const child = spawn(this.qemu, ['-cpu', cpu, this.runner], { stdio: [from, to, 'inherit'], timeout: LONGEST_MS });
      child.on('error', reject);
      child.on('close', (status, signal) => {
        const output = readFileSync(outputFile);
        if (status === 0 && output.length === inputs.length * shapeOf(inputs).stride) resolve(decode(output, inputs));
        else reject(new Error(`The oracle ended with ${signal ?? `status ${status}`} and ${output.length} bytes of results.`));
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
