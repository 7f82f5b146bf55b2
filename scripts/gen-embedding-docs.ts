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

export const EMBEDDING_DOC = fileURLToPath(new URL('../docs/embedding.md', import.meta.url));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // A bar within a cell would end it.
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

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
  return table(
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
  table(
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
export function renew(page: string): string {
  const seen = new Set<string>();
  const renewed = page.replace(/<!-- generated: (\S+) -->\n[\s\S]*?<!-- end -->/g, (_, name: string) => {
    const section = SECTIONS[name];
    if (!section)
      throw new Error(
        `docs/embedding.md asks for a generated section "${name}", which scripts/gen-embedding-docs.ts does not have.`,
      );
    seen.add(name);
    return `<!-- generated: ${name} -->\n\n${section()}\n\n<!-- end -->`;
  });
  const missing = Object.keys(SECTIONS).filter((name) => !seen.has(name));
  if (missing.length > 0) throw new Error(`docs/embedding.md lacks the marker of the generated section "${missing[0]}".`);
  return renewed;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(EMBEDDING_DOC, renew(readFileSync(EMBEDDING_DOC, 'utf8')));
}
