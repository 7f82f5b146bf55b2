import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleByGnu } from './gnu-as';

/**
 * Records what GNU as makes of the sources that `sources.test.ts` assembles; to be run after one of them was changed.
 *
 *     npx tsx tests/disasm/record-sources.ts
 */

const FOLDER = join(import.meta.dirname, 'sources');
const ADDRESS = 0x40080000;

const recorded = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.s'))
    .sort()
    .map((name) => [
      name,
      Buffer.from(assembleByGnu(readFileSync(join(FOLDER, name), 'utf8'), ADDRESS))
        .toString('hex')
        .replace(/.{64}(?=.)/g, '$& ')
        .split(' '),
    ]),
);
writeFileSync(join(FOLDER, 'gnu-as.json'), `${JSON.stringify(recorded, undefined, 1)}\n`);
