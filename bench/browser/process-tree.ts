import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { RecipeError } from '../../guests/run-tool';
import { type Mapping, PAGEMAP_ENTRY_BYTES, type ProcessStat, pagesInUse, parseMaps, parsePss, parseStat } from './proc-files';

const PAGE_BYTES = 4096;

export interface Process extends ProcessStat {
  arguments: readonly string[];
}

/** What is read of a process that may have ended meanwhile: undefined then. */
const ofProcess = <T>(pid: number, file: string, read: (text: string) => T): T | undefined =>
  ifThere(() => read(readFileSync(`/proc/${pid}/${file}`, 'utf8')));

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    if (code === 'EACCES' || code === 'EPERM')
      throw new RecipeError(`What Chromium’s processes use may not be read here: ${message}.`);
    throw error;
  }
}

/** All processes of this machine that can be seen. */
export function allProcesses(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const stat = ofProcess(Number(pid), 'stat', parseStat);
    const given = ofProcess(Number(pid), 'cmdline', (text) => text.split(/[\0 ]/));
    return stat && given ? [{ ...stat, arguments: given }] : [];
  });
}

/** The threads of a process; none if it has ended. */
export function threadsOf(pid: number): ProcessStat[] {
  const threads = ifThere(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return threads.flatMap((thread) => ofProcess(pid, `task/${thread}/stat`, parseStat) ?? []);
}

/** The process `root` and all that descend from it. */
export function descendants<T extends ProcessStat>(root: number, processes: readonly T[]): T[] {
  const family = new Set([root]);
  // Until a round finds nobody: parents need not come before their children.
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid }) => family.has(pid));
}

/** Bytes of memory of a process, its part of what it shares with others; 0 if it has ended. */
export const pssOf = (pid: number): number => ofProcess(pid, 'smaps_rollup', parsePss) ?? 0;

export const mappingsOf = (pid: number): Mapping[] => ofProcess(pid, 'maps', parseMaps) ?? [];

/** Bytes between two addresses of a process that are in memory, or swapped out: the others were never touched, or given back. 0 if it has ended. */
export function touchedBytes(pid: number, start: number, end: number): number {
  const entries = new Uint8Array(((end - start) / PAGE_BYTES) * PAGEMAP_ENTRY_BYTES);
  const file = ifThere(() => openSync(`/proc/${pid}/pagemap`, 'r'));
  if (file === undefined) return 0;
  try {
    const from = (start / PAGE_BYTES) * PAGEMAP_ENTRY_BYTES;
    for (let at = 0, read = 1; at < entries.length && read > 0; at += read)
      read = readSync(file, entries, at, entries.length - at, from + at);
  } finally {
    closeSync(file);
  }
  return pagesInUse(entries) * PAGE_BYTES;
}
