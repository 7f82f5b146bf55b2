/** What two runs do not have in common: their calls and consoles aligned, and the first difference of each in words. */
import { align, type Pair } from './align';
import { callKey, isPsciCall, type RecordedCall, type RunRecord, withoutRepeats } from './run-record';

/** A stretch of a merged list: rows that are alike, told once, or rows that are not. */
export interface Stretch<T> {
  readonly alike: boolean;
  readonly rows: readonly Pair<T>[];
  /** Number of its first row, from 1. */
  readonly from: number;
}

export interface Differences {
  readonly calls: readonly Stretch<RecordedCall>[];
  readonly console: readonly Stretch<string>[];
  readonly firstCall: string | undefined;
  readonly firstLine: string | undefined;
  readonly differingCalls: number;
  readonly differingLines: number;
  /** Calls of both that are not PSCI's and were left out. */
  readonly leftOut: number;
  /** Calls of both that were only counted. */
  readonly dropped: number;
}

function stretches<T>(pairs: readonly Pair<T>[], same: (pair: Pair<T>) => boolean): Stretch<T>[] {
  const found: { alike: boolean; rows: Pair<T>[]; from: number }[] = [];
  pairs.forEach((pair, index) => {
    const alike = same(pair);
    const last = found.at(-1);
    if (last?.alike === alike) last.rows.push(pair);
    else found.push({ alike, rows: [pair], from: index + 1 });
  });
  return found;
}

/** Rows of a difference stand beside each other, as far as there are as many. */
function closeUp({ alike, rows, from }: Stretch<string>): Stretch<string> {
  if (alike) return { alike, rows, from };
  const lefts = rows.flatMap(({ left }) => left ?? []);
  const rights = rows.flatMap(({ right }) => right ?? []);
  const count = Math.max(lefts.length, rights.length);
  const closed = Array.from({ length: count }, (_, index): Pair<string> => {
    const [left, right] = [lefts[index], rights[index]];
    return { ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) };
  });
  return { alike, rows: closed, from };
}

const quoted = (line: string | undefined): string => (line === undefined ? 'nothing there' : `“${line}”`);
const callWords = ({ name, args }: RecordedCall): string => `${name}${args ? ` (${args})` : ''}`;

function firstCallWords({ left, right }: Pair<RecordedCall>, names: readonly [string, string]): string {
  if (left && right) return `${callWords(left)}: ${left.result} under ${names[0]}, ${right.result} under ${names[1]}.`;
  const [call, who, other] = left ? [left, names[0], names[1]] : [right!, names[1], names[0]];
  return `${callWords(call)} is called under ${who} only; under ${other} it is not.`;
}

/** Calls, counted: `1 call was`, `5 calls were`. */
const callsWere = (count: number): string => (count === 1 ? '1 call was' : `${count} calls were`);

/** What two runs that do not differ have in common: no more than what was compared. */
export const sameWords = (psciOnly: boolean): string =>
  `No difference: the same ${psciOnly ? 'PSCI' : 'firmware'} calls with the same results, and the same lines on the console.`;

/** What was not compared, a sentence each. */
export function notComparedWords({ leftOut, dropped }: Differences): string[] {
  return [
    ...(leftOut > 0 ? [`${callsWere(leftOut)} of other services than PSCI, and left out.`] : []),
    ...(dropped > 0
      ? [`${callsWere(dropped)} only counted, because they were too many or came too fast, and not compared.`]
      : []),
  ];
}

/** @param names of the two sides @param psciOnly other services are left out */
export function differencesOf(
  left: RunRecord,
  right: RunRecord,
  names: readonly [string, string],
  psciOnly: boolean,
): Differences {
  const callsOf = ({ calls }: RunRecord): RecordedCall[] => withoutRepeats(psciOnly ? calls.filter(isPsciCall) : calls);
  const calls = stretches(align(callsOf(left), callsOf(right), callKey), (pair) => pair.left?.result === pair.right?.result);
  const lines = stretches(align(left.console, right.console, String), (pair) => pair.left === pair.right).map(closeUp);
  const differing = (list: readonly Stretch<unknown>[]): number =>
    list.reduce((sum, { alike, rows }) => sum + (alike ? 0 : rows.length), 0);
  const call = calls.find(({ alike }) => !alike)?.rows[0];
  const line = lines.find(({ alike }) => !alike)?.rows[0];
  return {
    calls,
    console: lines,
    firstCall: call && firstCallWords(call, names),
    firstLine: line && `${quoted(line.left)} under ${names[0]}, ${quoted(line.right)} under ${names[1]}.`,
    differingCalls: differing(calls),
    differingLines: differing(lines),
    leftOut: psciOnly ? [...left.calls, ...right.calls].filter((each) => !isPsciCall(each)).length : 0,
    dropped: left.dropped + right.dropped,
  };
}
