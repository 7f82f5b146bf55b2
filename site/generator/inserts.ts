/**
 * What is put into a page of site/pages/ when it is made, on a line of its own: `<!-- insert: NAME -->`, or `<!-- insert: docs/FILE.md -->` for another page's text
 * without its title (and without anything while there is no such file).
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { PSCI_VERSIONS } from '../../src/psci/versions';
import { apiMarkdown, introduction, readApi } from './api-reference';
import { addedTable, answeredTable, hostTable, versionNumbers } from './psci-tables';
import { snippetForm } from './snippet-form';

/** Types that are documented, best known first: of the library, and of the worker below it. */
export const API_FILES: readonly { readonly file: string; readonly title: string }[] = [
  { file: 'src/lib/public-types.ts', title: 'The library' },
  { file: 'src/vm/api.ts', title: 'The machine' },
];

function apiReference(root: string): string {
  const known = new Set<string>();
  return API_FILES.filter(({ file }) => existsSync(join(root, file)))
    .map(
      ({ file, title }) =>
        `## ${title}\n\nFrom \`${file}\`. ${introduction(root, file)}\n\n${apiMarkdown(readApi(root, file), known)}`,
    )
    .join('\n\n');
}

/** A drawing has its words in it: it is text like the rest, and takes its colours from the page. */
function diagram(root: string, name: string): string {
  const svg = readFileSync(join(root, 'site/diagrams', `${name}.svg`), 'utf8').trim();
  return `<figure class="diagram" tabindex="0">${svg.replaceAll(/\n\s*/g, '')}</figure>`;
}

const ROW_FILE = 'src/isa/rows/dp-immediate.ts';

/** One row of the instruction table, as it stands in the source. */
function rowOfTable(root: string): string {
  const [row] = /^ {2}\{\n {4}name: 'ADD, ADDS, [\s\S]*?\n {2}\},$/m.exec(readFileSync(join(root, ROW_FILE), 'utf8')) ?? [];
  if (row === undefined) throw new Error(`${ROW_FILE} has no row of ADD (immediate), which a page shows.`);
  return `\`\`\`typescript\n${row.replace(/^ {2}/gm, '')}\n\`\`\``;
}

/** Links of an included text are relative to where it comes from: they are made relative to the page that includes it. */
function included(root: string, file: string, into: string): string {
  const path = join(root, file);
  if (!existsSync(path)) return '';
  const text = readFileSync(path, 'utf8').replace(/^# .*\n/, '');
  return text.replace(/(\]\()((?![a-z]+:|#)[^)\s]+)(\))/g, (_, open: string, href: string, close: string) => {
    const target = posix.join(dirname(file), href);
    return open + posix.relative(dirname(into), target) + close;
  });
}

export function insertInto(text: string, file: string, root: string): string {
  return text.replace(/^<!-- insert: (\S+) -->$/gm, (_, name: string) => {
    const version = PSCI_VERSIONS.find((one) => name === `added-in-${one}`);
    if (version !== undefined) return addedTable(version);
    if (name.endsWith('.md')) return included(root, name, file);
    if (name.startsWith('diagram:')) return diagram(root, name.slice('diagram:'.length));
    switch (name) {
      case 'psci-answered':
        return answeredTable();
      case 'psci-numbers':
        return versionNumbers();
      case 'hosts':
        return hostTable();
      case 'snippet-form':
        return snippetForm();
      case 'row':
        return rowOfTable(root);
      case 'api':
        return apiReference(root);
      default:
        throw new Error(`${file} asks for the insert "${name}", which site/generator/inserts.ts does not have.`);
    }
  });
}
