/** Reads what Linux tells of processes, as text from /proc. Source: proc(5), and Documentation/filesystems/proc.rst of the kernel. */

/** Ticks of `utime` and `stime` per second: USER_HZ, which programs see as 100 on all of Linux's architectures that Chromium runs on. */
const TICKS_PER_SECOND = 100;

/** A process, or one thread of it. */
export interface ProcessStat {
  pid: number;
  /** At most 15 characters. */
  name: string;
  parent: number;
  /** Processor seconds so far, in user and kernel mode; of a process those of all its threads, ended ones too. */
  cpuSeconds: number;
}

/** `/proc/PID/stat`, or `/proc/PID/task/TID/stat`. The program's name, in parentheses, may hold spaces and parentheses. Throws a sentence for anything else. */
export function parseStat(text: string): ProcessStat {
  const [, pid, name, rest] = /^(\d+) \((.*)\) (.*)$/s.exec(text) ?? [];
  const fields = rest?.trim().split(' ') ?? [];
  // Behind the name: state, ppid, … with utime and stime as fields 14 and 15 of the whole line.
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
  if (pid === undefined || !Number.isInteger(parent! + user! + system!))
    throw new Error(`This is no line of /proc/PID/stat: “${text.trim()}”.`);
  return { pid: Number(pid), name: name!, parent: parent!, cpuSeconds: (user! + system!) / TICKS_PER_SECOND };
}

/** Proportional set size in bytes, of `/proc/PID/smaps_rollup`: pages shared by n processes count one n-th each. Throws a sentence if it is missing. */
export function parsePss(text: string): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  if (kib === undefined) throw new Error(`There is no Pss in “${text.slice(0, 100).trim()}”.`);
  return Number(kib) * 1024;
}

export interface Mapping {
  start: number;
  /** Behind its last byte. */
  end: number;
  /** `rw-p` and the like. */
  permissions: string;
}

/** `/proc/PID/maps`. Addresses of programs are below 2^47 and fit. */
export const parseMaps = (text: string): Mapping[] =>
  [...text.matchAll(/^([0-9a-f]+)-([0-9a-f]+) (\S{4}) /gm)].map(([, start, end, permissions]) => ({
    start: Number.parseInt(start!, 16),
    end: Number.parseInt(end!, 16),
    permissions: permissions!,
  }));

/** Whether a page is in memory (bit 63) or swapped out (bit 62); in little-endian bytes both are in the last one. */
const IN_USE = 0xc0;
export const PAGEMAP_ENTRY_BYTES = 8;

/** How many pages are in use by a stretch of `/proc/PID/pagemap`, 8 bytes for each. */
export function pagesInUse(pagemap: Uint8Array): number {
  let pages = 0;
  for (let at = PAGEMAP_ENTRY_BYTES - 1; at < pagemap.length; at += PAGEMAP_ENTRY_BYTES) if (pagemap[at]! & IN_USE) pages++;
  return pages;
}
