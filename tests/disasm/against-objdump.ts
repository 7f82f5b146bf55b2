import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { A64 } from '../../src/isa/index';
import { matchRow } from '../../src/isa/match';
import { randomSource, randomWords } from '../../src/isa/random-words';
import type { Row } from '../../src/isa/row';
import { disassemble } from '../../src/isa/text/disassemble';
import { explanation } from './differences';

/**
 * Compares our disassembler with GNU objdump over random words of every row.
 *
 *     npx tsx tests/disasm/against-objdump.ts [words per row] [part of a row's name] [seed]
 *
 * Prints a line per row that differs and each difference that is not explained in differences.ts; fails if there is one.
 */

const OBJDUMP = 'aarch64-linux-gnu-objdump';

/** objdump's text of each word, in our format: one blank after the mnemonic, no comments. */
function objdump(words: readonly number[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'disasm-'));
  try {
    const file = join(folder, 'words.bin');
    writeFileSync(file, new Uint8Array(Uint32Array.from(words).buffer));
    const output = execFileSync(OBJDUMP, ['-D', '-z', '-b', 'binary', '-m', 'aarch64', file], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    const texts: string[] = [];
    for (const line of output.split('\n')) {
      const found = /^\s*([0-9a-f]+):\t[0-9a-f]{8} \t(.*)$/.exec(line);
      if (found) texts[Number.parseInt(found[1]!, 16) / 4] = normalise(found[2]!);
    }
    return texts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const normalise = (text: string): string =>
  text
    .replace(/\s*\/\/.*$/, '')
    .replace('\t', ' ')
    .trim();

const [count = '500', part = '', seed = '1'] = process.argv.slice(2);
const isWanted = ({ name }: Row): boolean => name.toLowerCase().includes(part.toLowerCase());
const random = randomSource(Number(seed));
const match = matchRow(A64);
const words: number[] = [];
const rowOf: number[] = [];
A64.forEach((row, index) => {
  if (!isWanted(row)) return;
  for (const word of randomWords(A64, index, Number(count), random, match)) {
    words.push(word);
    rowOf.push(index);
  }
});
const theirs = objdump(words);
const totals = A64.map(() => ({ compared: 0, different: 0, explained: 0, shown: 0 }));
words.forEach((word, i) => {
  const total = totals[rowOf[i]!]!;
  total.compared++;
  const ours = disassemble(word, BigInt(i * 4));
  if (ours === theirs[i]) return;
  const reason = explanation(word, ours, theirs[i] ?? '');
  if (reason) total.explained++;
  else {
    total.different++;
    if (total.shown++ < 6) console.log(`${word.toString(16).padStart(8, '0')}  ours: ${ours}\n          GNU:  ${theirs[i]}`);
  }
});
let failed = 0;
let compared = 0;
A64.forEach((row, index) => {
  const total = totals[index]!;
  if (!isWanted(row)) return;
  failed += total.different;
  compared += total.compared;
  const note = total.explained ? `, ${total.explained} explained` : '';
  console.log(`${total.compared.toString().padStart(6)} words, ${total.different} different${note}: ${row.name}`);
});
console.log(`${compared} words compared with ${OBJDUMP}, ${failed} unexplained differences.`);
process.exitCode = failed ? 1 : 0;
