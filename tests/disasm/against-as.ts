import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../../src/isa/text/assemble';
import { assembleByGnu } from './gnu-as';

/**
 * Compares our assembler with GNU as: both assemble the same file, the bytes must be the same.
 *
 *     npx tsx tests/disasm/against-as.ts [file.s …]
 */

let different = 0;
const files = process.argv.slice(2);
for (const file of files.length ? files : [join(import.meta.dirname, 'corpus.s')]) {
  const source = readFileSync(file, 'utf8');
  const ours = assemble(source);
  const theirs = assembleByGnu(source);
  const lines = source.split('\n');
  for (const { line, address, size } of ours.lines) {
    const range = [Number(address), Number(address) + size] as const;
    const a = Buffer.from(ours.bytes.slice(...range)).toString('hex');
    const b = Buffer.from(theirs.slice(...range)).toString('hex');
    if (a === b) continue;
    different++;
    console.log(`${file}:${line}: ours ${a}, GNU ${b}: ${lines[line - 1]!.trim()}`);
  }
  if (ours.bytes.length !== theirs.length) {
    different++;
    console.log(`${file}: ours has ${ours.bytes.length} bytes, GNU ${theirs.length}`);
  } else if (Buffer.compare(ours.bytes, theirs) !== 0 && different === 0) {
    different++;
    console.log(`${file}: bytes that belong to no line (literals) differ`);
  }
  console.log(`${file}: ${ours.bytes.length} bytes compared.`);
}
process.exitCode = different ? 1 : 0;
