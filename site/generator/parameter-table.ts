/** Every parameter of tag, frame and playground as tables of Markdown, one for each group. */
import type { Parameter } from '../../src/ui/state/parameters';
import { parameterGroups } from './choices';
import { markdownTable } from './markdown-table';

const KINDS: Readonly<Record<Parameter['kind'], string>> = {
  text: 'text',
  choice: 'choice',
  number: 'number',
  flag: 'flag',
  address: 'address',
  list: 'list',
};

export function parameterTables(): string {
  return parameterGroups()
    .map(({ title, parameters }) => {
      const rows = parameters.map((one) => [
        `\`${one.name}\``,
        KINDS[one.kind] + (one.repeated ? ', several' : ''),
        one.text + (one.embedOnly ? ' Embeds only.' : ''),
        one.otherwise,
        `\`${one.example}\``,
      ]);
      return `### ${title}\n\n${markdownTable(['name', 'kind', 'what it does', 'left out', 'example'], rows)}`;
    })
    .join('\n\n');
}
