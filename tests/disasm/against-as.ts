import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../src/isa/text/assemble';

/**
 * Compares our assembler with GNU as: both assemble the same file, the bytes must be the same.
 *
 *     npx tsx tests/disasm/against-as.ts [file.s …]
 */

const TOOLS = 'aarch64-linux-gnu-';

function gnu(source: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'as-'));
  try {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('a.s'), source);
    execFileSync(`${TOOLS}as`, ['-march=armv8.8-a+memtag+profile+crypto+sha3+sm4+i8mm+rng+cssc', '-o', at('a.o'), at('a.s')]);
    execFileSync(`${TOOLS}ld`, ['-Ttext=0', '-e', '0', '-o', at('a.elf'), at('a.o')]);
    execFileSync(`${TOOLS}objcopy`, ['-O', 'binary', '-j', '.text', at('a.elf'), at('a.bin')]);
    return readFileSync(at('a.bin'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let different = 0;
const files = process.argv.slice(2);
for (const file of files.length ? files : [join(import.meta.dirname, 'corpus.s')]) {
  const source = readFileSync(file, 'utf8');
  const ours = assemble(source);
  const theirs = gnu(source);
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
