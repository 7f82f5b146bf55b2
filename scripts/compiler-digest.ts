import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All that decides what code is made of instructions, and what that code relies on. */
const SOURCES = ['src/wasm', 'src/isa', 'src/cpu'];
const ROOT = join(import.meta.dirname, '..');

/** A number of the compiler's sources: compiled code that is kept belongs to one. Not 0. */
export function compilerDigest(): number {
  const hash = createHash('sha256');
  for (const folder of SOURCES) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    for (const file of files.map((name) => name.replaceAll('\\', '/')).sort()) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.endsWith('.testkit.ts')) continue;
      hash.update(`${folder}/${file}\0`).update(readFileSync(join(ROOT, folder, file)));
    }
  }
  return hash.digest().readUInt32LE(0) || 1;
}
