/**
 * Keeps two processes off one file: a note beside it, `FILE.lock`, that says who has it. Node has no flock, so the note is made in one step
 * (a hard link, which fails if there is one already), and a note whose process is gone is taken over.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who has a file. */
export interface LockHolder {
  pid: number;
  /** When that process began, in the host's own units: a process number is given out again some day. Empty where the host does not tell. */
  began: string;
  host: string;
}

/** Another process has the file. */
export class LockedError extends Error {
  override readonly name = 'LockedError';

  constructor(
    readonly holder: LockHolder,
    readonly lockPath: string,
  ) {
    super(`${lockPath} names process ${holder.pid} on ${holder.host}.`);
  }
}

/** Field of /proc/PID/stat with the time at which the process began, counted behind the name in brackets (proc(5): field 22). */
const START_TIME_FIELD = 19;
/** A note is taken over once by each of those who find it stale; more often than this somebody is at odds with us. */
const ATTEMPTS = 5;

function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD] ?? '';
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The note at `path`: undefined if there is none, `unreadable` if nobody can be made out in it. */
function holderAt(path: string): LockHolder | 'unreadable' | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid, began, host] = text.trim().split(/\s+/);
  if (!/^\d+$/.test(pid ?? '') || host === undefined) return 'unreadable';
  return { pid: Number(pid), began: began === '-' ? '' : began!, host };
}

/** Whether the process of a note is gone. One of another host cannot be asked, so it counts as there. */
function isStale(holder: LockHolder | 'unreadable'): boolean {
  if (holder === 'unreadable') return true;
  if (holder.host !== hostname()) return false;
  if (!isAlive(holder.pid)) return true;
  const began = beginningOf(holder.pid);
  return began !== '' && holder.began !== '' && began !== holder.began;
}

/** Who has `file`, a path without symbolic links, at this moment. */
export function holderOf(file: string): LockHolder | undefined {
  const holder = holderAt(`${file}.lock`);
  return holder === undefined || holder === 'unreadable' || isStale(holder) ? undefined : holder;
}

let notes = 0;

export class FileLock {
  private held = true;

  private constructor(
    private readonly path: string,
    private readonly note: string,
  ) {}

  /**
   * Locks `file` (a path without symbolic links, so that all its names meet in one note). Throws a {@link LockedError} that names the holder,
   * or the host's error if no note can be made beside the file.
   */
  static take(file: string): FileLock {
    const path = `${file}.lock`;
    const draft = `${path}.${process.pid}.${notes++}`;
    const note = `${process.pid} ${beginningOf(process.pid) || '-'} ${hostname()}\n`;
    writeFileSync(draft, note, { flag: 'wx' });
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        try {
          linkSync(draft, path);
          return new FileLock(path, note);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
        const holder = holderAt(path);
        if (holder === undefined) continue;
        if (holder !== 'unreadable' && !isStale(holder)) throw new LockedError(holder, path);
        setAside(path, `${draft}.stale`);
      }
      const holder = holderAt(path);
      throw typeof holder === 'object' ? new LockedError(holder, path) : new Error(`${path} changes all the time`);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Lets go. Twice does nothing; a note that is no longer ours stays. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    try {
      if (readFileSync(this.path, 'utf8') === this.note) rmSync(this.path, { force: true });
    } catch {
      // Gone with its folder, or not ours to remove: either way nothing of ours is left that could keep others away.
    }
  }
}

/** Removes a stale note. Another process may have replaced it since it was read: what was taken away is looked at again, and put back if it lives. */
function setAside(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const holder = holderAt(aside);
    if (holder !== undefined && !isStale(holder)) linkSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}
