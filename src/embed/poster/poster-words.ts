/** What a poster says of a machine before it is started: what would run, and what that downloads. */
import type { QueryWishes } from '../../ui/state/query';
import { DEFAULT_GUEST } from '../asked-for';
import { SITE } from '../site';

/** What is asked for; addresses of files as they are written. */
export interface PosterFacts extends QueryWishes {
  /** A program that is there already. */
  program?: boolean;
}

const MB = 1e6;

function fileName(address: string): string {
  const path = address.replace(/[?#].*$/, '');
  return path.slice(path.lastIndexOf('/') + 1) || address;
}

/** `Debian, Linux on arm64 · PSCI 1.1 · 4 vCPUs`. */
export function whatRuns({ guest = DEFAULT_GUEST, kernel, src, program, snapshot, psci, cpus }: PosterFacts): string {
  const title = snapshot
    ? `Saved machine ${fileName(snapshot)}`
    : src
      ? `A64 program ${fileName(src)}`
      : program
        ? 'A64 program'
        : kernel
          ? `Kernel ${fileName(kernel)}`
          : (SITE.guests[guest]?.title ?? guest);
  return [title, ...(psci ? [`PSCI ${psci}`] : []), ...(cpus !== undefined && cpus > 1 ? [`${cpus} vCPUs`] : [])].join(' · ');
}

/** `downloads 16.7 MB`; what is not known before is said to be so. */
export function downloadWords({ guest = DEFAULT_GUEST, kernel, src, snapshot, program, panels }: PosterFacts): string {
  const own = snapshot ?? kernel;
  const edits = panels ? panels.includes('editor') : src || program;
  const more = panels?.some((name) => name !== 'console' && name !== 'editor');
  const parts = SITE.stageBytes + (edits ? SITE.editorBytes : 0) + (more ? SITE.panelBytes : 0);
  const known = parts + (own || src || program ? 0 : (SITE.guests[guest]?.bytes ?? 0));
  if (known === 0) return '';
  const amount = known >= MB ? `${(known / MB).toFixed(1)} MB` : `${Math.max(1, Math.round(known / 1000))} kB`;
  return own ? `downloads ${amount} and ${fileName(own)}` : `downloads ${amount}`;
}
