import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembled, AssemblyError, assemble } from '../../src/isa/text/assemble';
import { SOURCES } from './sources';

/** RAM + 0x80000: where the Image header asks to be loaded (board.s has the same). */
export const IMAGE_BASE = 0x4008_0000n;

interface SourceFile {
  name: string;
  text: string;
}

export const labSources = (): SourceFile[] =>
  SOURCES.map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }));

export const joined = (files: readonly SourceFile[]): string => files.map(({ text }) => text).join('');

/** Assembles the guest. Problems are told with file and line. */
export function assembleLab(): Assembled {
  const files = labSources();
  try {
    return assemble(joined(files), { base: IMAGE_BASE });
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    throw new Error(error.problems.map(({ line, sentence }) => `${place(files, line)}: ${sentence}`).join('\n'));
  }
}

function place(files: readonly SourceFile[], line: number): string {
  let rest = line;
  for (const { name, text } of files) {
    const lines = text.split('\n').length - 1;
    if (rest <= lines) return `${name}:${rest}`;
    rest -= lines;
  }
  return `line ${line}`;
}
