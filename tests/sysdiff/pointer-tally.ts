import type { Program } from './program';

/** Counts what of FEAT_PAuth programs carry out. */

const FORM = /^(?:pac|aut|xpac|e?reta|b(?:l)?ra|ldra)\w*/;

/** The instruction's name, with SP as the modifier, or with write-back. */
function formOf(line: string): string | undefined {
  const name = FORM.exec(line)?.[0];
  if (!name) return undefined;
  if (/, sp$/.test(line)) return `${name} …, SP`;
  return line.endsWith('!') ? `${name} …!` : name;
}

/** Adds the forms of a program's steps. Those that begin with a write of a key are carried out at EL1 only, and ERETAA and ERETAB too. */
export function tallyPointers(tally: Map<string, number>, { steps }: Program): void {
  for (const { source, spsr } of steps) {
    const isEl0 = (spsr & 0xfn) === 0n;
    if (isEl0 && /\bmsr\b/.test(source)) continue;
    for (const line of source.split('\n')) {
      const form = formOf(line.trim());
      if (form) tally.set(form, (tally.get(form) ?? 0) + 1);
    }
  }
}
