import { fileURLToPath } from 'node:url';
import type { Program, ProgramResult, StepRecord } from './program';
import { randomProgram } from './random-program';

/** Results of the oracle that unit tests compare with, without it: made by record.ts. */

export const RECORDED_FILE: string = fileURLToPath(new URL('../vectors/system.json', import.meta.url));
export const RECORDED_PROGRAMS = 200;
const FIRST_SEED = 4_000_005_000;

export const recordedPrograms = (): Program[] =>
  Array.from({ length: RECORDED_PROGRAMS }, (_, i) => randomProgram(FIRST_SEED + i));

/** Numbers in hexadecimal. Of an exception: vector, ESR, ELR, FAR, SPSR, and `n=value` of the registers that the step has changed. */
export interface RecordedResult {
  readonly dataSum: string;
  readonly tableSum: string;
  readonly exceptions: readonly string[];
}

const hex = (value: bigint): string => value.toString(16);
const number = (text: string): bigint => BigInt(`0x${text}`);

export function packResult({ steps }: Program, { records, dataSum, tableSum }: ProgramResult): RecordedResult {
  const exceptions = records.map(({ vector, esr, elr, far, spsr, x }, step) => {
    const changed = x.flatMap((value, n) => (value === steps[step]!.x[n] ? [] : [`${n}=${hex(value)}`]));
    return [...[vector, esr, elr, far, spsr].map(hex), ...changed].join(' ');
  });
  return { dataSum: hex(dataSum), tableSum: hex(tableSum), exceptions };
}

export function unpackResult({ steps }: Program, { exceptions, dataSum, tableSum }: RecordedResult): ProgramResult {
  const records = exceptions.map((line, step): StepRecord => {
    const [vector, esr, elr, far, spsr, ...changed] = line.split(' ') as [string, string, string, string, string, ...string[]];
    const x = [...steps[step]!.x];
    for (const one of changed) {
      const [n, value] = one.split('=') as [string, string];
      x[Number(n)] = number(value);
    }
    return { vector: number(vector), esr: number(esr), elr: number(elr), far: number(far), spsr: number(spsr), x };
  });
  return { records, dataSum: number(dataSum), tableSum: number(tableSum) };
}
