import { OUTCOME, type Result, type State } from './case';
import { COMPARED_FPCR, COMPARED_FPSR } from './rules';

const hex = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
const number = (value: number | bigint): string => `0x${value.toString(16)}`;

const vector = ({ v }: State, i: number): Uint8Array => v.subarray(i * 16, i * 16 + 16);

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** True if the results are the same. */
export function same(a: Result, b: Result): boolean {
  if (a.outcome !== b.outcome) return false;
  if (a.outcome !== OUTCOME.DONE) return true;
  return (
    a.pc === b.pc &&
    a.sp === b.sp &&
    a.nzcv === b.nzcv &&
    ((a.fpcr ^ b.fpcr) & COMPARED_FPCR) === 0 &&
    ((a.fpsr ^ b.fpsr) & COMPARED_FPSR) === 0 &&
    a.x.every((value, i) => value === b.x[i]) &&
    sameBytes(a.v, b.v) &&
    sameBytes(a.memory, b.memory)
  );
}

/** One line for each part of the state that differs. */
export function describeDifferences(expected: Result, actual: Result): string[] {
  if (expected.outcome !== actual.outcome) return [`${actual.outcome}, expected ${expected.outcome}`];
  const lines: string[] = [];
  const compare = (name: string, got: number | bigint, want: number | bigint): void => {
    if (got !== want) lines.push(`${name}: ${number(got)}, expected ${number(want)}`);
  };
  for (const [i, want] of expected.x.entries()) compare(`x${i}`, actual.x[i]!, want);
  for (const name of ['sp', 'pc', 'nzcv'] as const) compare(name, actual[name], expected[name]);
  compare('fpcr', (actual.fpcr & COMPARED_FPCR) >>> 0, (expected.fpcr & COMPARED_FPCR) >>> 0);
  compare('fpsr', (actual.fpsr & COMPARED_FPSR) >>> 0, (expected.fpsr & COMPARED_FPSR) >>> 0);
  for (let i = 0; i < 32; i++) {
    const [want, got] = [hex(vector(expected, i)), hex(vector(actual, i))];
    if (want !== got) lines.push(`v${i}: ${got}, expected ${want}`);
  }
  const at = expected.memory.findIndex((byte, i) => byte !== actual.memory[i]);
  if (at >= 0) lines.push(`memory[${at}]: ${number(actual.memory[at]!)}, expected ${number(expected.memory[at]!)}`);
  return lines;
}

/** What of a state is not zero. */
export function describeState(state: State): string {
  const parts: string[] = [];
  state.x.forEach((value, i) => {
    if (value) parts.push(`x${i}=${number(value)}`);
  });
  for (const name of ['sp', 'pc', 'nzcv', 'fpcr', 'fpsr'] as const) if (state[name]) parts.push(`${name}=${number(state[name])}`);
  for (let i = 0; i < 32; i++) if (vector(state, i).some(Boolean)) parts.push(`v${i}=${hex(vector(state, i))}`);
  const first = state.memory.findIndex(Boolean);
  if (first >= 0) parts.push(`memory[${first}…]=${[...state.memory.subarray(first, first + 16)].join(',')}`);
  return parts.join(' ');
}
