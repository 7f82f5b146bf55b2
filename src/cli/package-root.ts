import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package this program belongs to, wherever in it the program was built to. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) return import.meta.dirname;
    folder = parent;
  }
  return folder;
}
