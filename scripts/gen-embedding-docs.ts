/**
 * Writes the tables of docs/embedding.md between their markers, from the table of parameters and from the frame's protocol. Run it after a change in
 * src/ui/state/parameters.ts or src/embed/protocol.ts:
 *
 *     npx tsx scripts/gen-embedding-docs.ts
 *
 * A unit test fails while the page is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { STYLE_NAMES } from '../src/embed/protocol';
import { PARAMETERS, type Parameter } from '../src/ui/state/parameters';
import { markdownTable, renewSections } from './generated-sections';

export const EMBEDDING_DOC = fileURLToPath(new URL('../docs/embedding.md', import.meta.url));

const KINDS: Record<Parameter['kind'], string> = {
  text: 'text',
  choice: 'one of',
  number: 'number',
  flag: 'flag',
  address: 'address',
  list: 'list',
};

function parameterTable(group: Parameter['group']): string {
  const rows = (PARAMETERS as readonly Parameter[]).filter((each) => each.group === group);
  return markdownTable(
    ['name', 'kind', 'what it is for', 'left out', 'example'],
    rows.map(({ name, kind, text, otherwise, example, embedOnly, repeated }) => [
      `\`${name}\``,
      `${KINDS[kind]}${repeated ? ', repeated' : ''}`,
      `${text}${embedOnly ? ' Embeds only.' : ''}`,
      otherwise,
      `\`${example}\``,
    ]),
  );
}

const styleTable = (): string =>
  markdownTable(
    ['custom property', 'what it sets'],
    Object.entries(STYLE_NAMES).map(([name, text]) => [`\`--dormouse-${name}\``, text]),
  );

/** Generated text by marker name. */
export const SECTIONS: Record<string, () => string> = {
  'parameters-guest': () => parameterTable('guest'),
  'parameters-firmware': () => parameterTable('firmware'),
  'parameters-board': () => parameterTable('board'),
  'parameters-view': () => parameterTable('view'),
  'parameters-run': () => parameterTable('run'),
  styles: styleTable,
};

/** `page` with every generated section renewed. Throws if a marker is missing or names no section. */
export const renew = (page: string): string =>
  renewSections(page, SECTIONS, { doc: 'docs/embedding.md', script: 'scripts/gen-embedding-docs.ts' });

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(EMBEDDING_DOC, renew(readFileSync(EMBEDDING_DOC, 'utf8')));
}
