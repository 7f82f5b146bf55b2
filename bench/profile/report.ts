import { KIND_NAMES, KINDS } from './kinds';
import type { SubjectResult } from './pass';
import type { SubjectResults } from './passes';
import type { EngineName } from './subjects';

export interface Report {
  node: string;
  processor: string;
  names: readonly string[];
  times: Partial<Record<EngineName, SubjectResults>>;
  counts: SubjectResults;
}

/** Rows of cells as a Markdown table: it is read here as well as there. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

const LEAST_SHARE = 0.0005;
const millions = (count: number): string => (count / 1e6).toFixed(0);
const percent = (share: number): string => (share < LEAST_SHARE ? '' : (share * 100).toFixed(1));
const grouped = (count: number): string => count.toString().replace(/\B(?=(\d{3})+$)/g, ',');

function timesTable(names: readonly string[], of: (name: string) => SubjectResult): string {
  const results = names.map(of);
  const total = ({ times }: SubjectResult): number => Object.values(times?.ms ?? {}).reduce((sum, ms) => sum + ms, 0);
  const rows = [
    ['seconds', ...results.map(({ seconds }) => seconds.toFixed(2))],
    ['CPU seconds, all threads', ...results.map(({ cpuSeconds }) => cpuSeconds.toFixed(2))],
    ['million instructions', ...results.map(({ instructions }) => millions(instructions))],
    ['MIPS', ...results.map(({ seconds, instructions }) => millions(instructions / seconds))],
    [
      '% of them in compiled code',
      ...results.map(({ instructions, compiledInstructions }) => percent(compiledInstructions / instructions)),
    ],
  ];
  for (const kind of KIND_NAMES) {
    const shares = results.map((result) => percent((result.times?.ms[kind] ?? 0) / total(result)));
    if (shares.some((share) => share !== '')) rows.push([`% ${KINDS[kind]}`, ...shares]);
  }
  return markdown(['', ...names], rows);
}

const TOP = 15;

function countsTable(names: readonly string[], of: (name: string) => SubjectResult): string {
  const groups = new Set(names.flatMap((name) => Object.keys(of(name).counts ?? {})));
  const rows: string[][] = [];
  for (const group of [...groups].sort()) {
    const sums = new Map<string, number>();
    for (const name of names) {
      for (const [item, count] of Object.entries(of(name).counts?.[group] ?? {})) sums.set(item, (sums.get(item) ?? 0) + count);
    }
    const top = [...sums].sort((a, b) => b[1] - a[1]).slice(0, TOP);
    for (const [item] of top)
      rows.push([`${group}: ${item}`, ...names.map((name) => grouped(of(name).counts?.[group]?.[item] ?? 0))]);
  }
  return markdown(['', ...names], rows);
}

const FUNCTIONS = 12;

function functionLines(result: SubjectResult): string {
  const lines = (result.times?.functions ?? []).slice(0, FUNCTIONS);
  return lines.map(({ ms, name, kind }) => `${ms.toFixed(0).padStart(7)} ms  ${name} (${KINDS[kind]})`).join('\n');
}

export function say({ node, processor, names, times, counts }: Report): void {
  console.log(`Node ${node.slice(1)} on ${processor}`);
  for (const [engine, results] of Object.entries(times))
    console.log(`\n${engine}: where the time goes\n\n${timesTable(names, (name) => results[name]!)}`);
  console.log(`\nHow often\n\n${countsTable(names, (name) => counts[name]!)}`);
  for (const [engine, results] of Object.entries(times)) {
    for (const name of names) console.log(`\n${engine}, ${name}: functions by their own time\n${functionLines(results[name]!)}`);
  }
}
