import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** What a folder is entered by, and what a program starts with. */
const OF_EVERY_FOLDER = new Set(['index.ts', 'main.ts']);

it('no two files of src/ and workers/ have one name: a newcomer finds a subject by it', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = execFileSync('git', ['ls-files', 'src', 'workers'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const places = new Map<string, string[]>();
  for (const file of files) places.set(basename(file), [...(places.get(basename(file)) ?? []), file]);
  const twice = [...places].filter(([name, files]) => files.length > 1 && !OF_EVERY_FOLDER.has(name));
  expect(files.length).toBeGreaterThan(300);
  expect(Object.fromEntries(twice)).toEqual({});
});
