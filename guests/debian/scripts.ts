/** The guest's own scripts, which lie beside this file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCRIPTS } from './initramfs';

export async function readScripts(): Promise<Record<(typeof SCRIPTS)[number], string>> {
  const pairs = await Promise.all(
    SCRIPTS.map(async (name) => [name, await readFile(join(import.meta.dirname, name), 'utf8')] as const),
  );
  return Object.fromEntries(pairs) as Record<(typeof SCRIPTS)[number], string>;
}
