import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assemble } from '../../src/isa/text/assemble';
import recorded from './sources/gnu-as.json';

/** What GNU as and ld make of each source, at the address where programs run: see record-sources.ts. */
it.each(Object.entries(recorded))('%s is assembled as GNU as does it, byte for byte', (name, lines) => {
  const source = readFileSync(join(import.meta.dirname, 'sources', name), 'utf8');
  const { bytes } = assemble(source, { base: 0x40080000n });
  expect(
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,64}/g),
  ).toEqual(lines);
});
