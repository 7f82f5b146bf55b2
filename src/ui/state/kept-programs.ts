/** Programs that a person wrote, kept in this browser: each under a key of its own, so that two tabs do not undo each other. */

export interface KeptProgram {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Name of the example it began as. */
  readonly example?: string;
  /** Name of the story that it is of. */
  readonly story?: string;
  /** When it was changed last, in ms since 1970. */
  readonly changed: number;
}

const PREFIX = 'dormouse.program.';
const CURRENT = 'dormouse.program-in-sight';

function read(key: string): KeptProgram | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '') as Partial<KeptProgram>;
    if (typeof kept.text !== 'string' || typeof kept.title !== 'string') return undefined;
    return {
      id: key.slice(PREFIX.length),
      title: kept.title,
      text: kept.text,
      changed: Number(kept.changed) || 0,
      ...(typeof kept.example === 'string' ? { example: kept.example } : {}),
      ...(typeof kept.story === 'string' ? { story: kept.story } : {}),
    };
  } catch {
    // Storage that is forbidden, or something that is not ours.
    return undefined;
  }
}

export const keptProgram = (id: string): KeptProgram | undefined => read(PREFIX + id);

/** All of them, the newest first. */
export function keptPrograms(): KeptProgram[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .flatMap((key) => read(key) ?? [])
      .sort((a, b) => b.changed - a.changed);
  } catch {
    return [];
  }
}

/** A sentence if this browser would not keep it. */
export function keepProgram({ id, ...kept }: KeptProgram): string | undefined {
  try {
    localStorage.setItem(PREFIX + id, JSON.stringify(kept));
    return undefined;
  } catch {
    return 'This browser does not keep the program: save it as a file, or it is gone with this page.';
  }
}

export function forgetProgram(id: string): void {
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    // Then it was not kept either.
  }
}

/** What was in the editor last: `example:NAME`, `kept:ID`, `new`, or nothing. */
export function lastInSight(): string | undefined {
  try {
    return localStorage.getItem(CURRENT) ?? undefined;
  } catch {
    return undefined;
  }
}

export function rememberInSight(what: string): void {
  try {
    localStorage.setItem(CURRENT, what);
  } catch {
    // The next visit begins with the first example.
  }
}
