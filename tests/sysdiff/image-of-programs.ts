import { assemble } from '../../src/isa/text/assemble';
import { monitorCode } from './monitor';
import { buildTables } from './page-tables';
import { HIGH_BASE, PLACE, type Program, type ProgramResult, RECORD_WORDS, RESULT_BYTES, type StepRecord } from './program';

/** RAM with the monitor and a batch of programs, and what is found there when they have run. */

export interface MemoryPiece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Code that a machine boots: it goes to the monitor. */
export const bootCode = (): Uint8Array =>
  assemble(`movz x0, #${PLACE.monitor >>> 16}, lsl #16\n br x0\n`, { base: 0x4008_0000n }).bytes;

const bytesOf = (words: readonly bigint[]): Uint8Array =>
  new Uint8Array(BigUint64Array.from(words.map((word) => BigInt.asUintN(64, word))).buffer);

function encode(program: Program): Uint8Array[] {
  const base = program.monitorHigh ? HIGH_BASE : 0n;
  const { pokes, ttbr0, ttbr1, tcrEntry, ttbr0Entry } = buildTables(program);
  const source = program.steps.map(({ source }, i) => (source ? `s${i}:\n${source}\n svc #${i}\n` : '')).join('');
  const { bytes, symbols } = assemble(source, { base: base + BigInt(PLACE.code) });
  const code = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  code.set(bytes);
  const header = [pokes.size, program.steps.length, code.length].map(BigInt);
  const words = [...header, base, tcrEntry, ttbr0Entry, ttbr1, program.mair, program.tcr, ttbr0, program.sctlr, 0n];
  for (const [address, value] of pokes) words.push(BigInt(address), value);
  for (const [i, { at, spsr, x }] of program.steps.entries()) words.push(at ?? symbols.get(`s${i}`)!, spsr, ...x, 0n);
  return [bytesOf(words), code];
}

export function memoryOf(programs: readonly Program[]): MemoryPiece[] {
  const parts = [bytesOf([BigInt(programs.length)]), ...programs.flatMap(encode)];
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  if (PLACE.programs + at > PLACE.results) throw new Error(`${programs.length} programs need ${at} bytes: too many.`);
  return [
    { address: PLACE.monitor, bytes: monitorCode() },
    { address: PLACE.programs, bytes: all },
  ];
}

/** Programs of a batch, at most. */
export const MOST_PROGRAMS = (PLACE.resultsEnd - PLACE.results) / RESULT_BYTES;

export function resultsIn(bytes: Uint8Array, count: number): ProgramResult[] {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): bigint => data.getBigUint64(at, true);
  return Array.from({ length: count }, (_, program) => {
    const start = program * RESULT_BYTES;
    const records = Array.from({ length: Number(word(start)) }, (_, i): StepRecord => {
      const at = start + 64 + i * RECORD_WORDS * 8;
      const [vector, esr, elr, far, spsr] = [0, 8, 16, 24, 32].map((offset) => word(at + offset)) as [
        bigint,
        bigint,
        bigint,
        bigint,
        bigint,
      ];
      return { vector, esr, elr, far, spsr, x: Array.from({ length: 9 }, (_, n) => word(at + 40 + n * 8)) };
    });
    return { records, dataSum: word(start + 8), tableSum: word(start + 16) };
  });
}
