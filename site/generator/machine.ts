/**
 * A live machine in a page, written as a fence:
 *
 *     ```machine lab-1.1 guest=lab psci=1.1 height=300 type="psci\n"
 *     What the reader sees here, a sentence.
 *     ```
 *
 * The first word names the recorded console (site/transcripts/) that stands in the tag until a script makes a machine of it, and for good where
 * none does. The rest are attributes of the tag.
 */
import { playgroundAddress as addressIn } from '../../src/embed/playground-link';
import { parameterOf } from '../../src/ui/state/given-values';
import { PARAMETERS } from '../../src/ui/state/parameters';
import { escapeHtml } from './text';
import { transcript } from './transcript-lines';

export interface MachineFence {
  readonly transcript: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** `1.3` → `PSCI 1.3`: what a person wants to know of a machine before it runs. */
const WORDS: Readonly<Record<string, (value: string) => string>> = {
  guest: (value) => value,
  psci: (value) => `PSCI ${value}`,
  host: (value) => `host ${value.replace('linux-', 'Linux ')}`,
  cpus: (value) => `${value} vCPU${value === '1' ? '' : 's'}`,
  memory: (value) => `${value} MiB`,
  clock: (value) => `${value} clock`,
  policy: (value) => `${value} rules`,
  engine: (value) => value,
  theme: (value) => `${value} theme`,
};

const isFlag = (name: string): boolean => parameterOf(name)?.kind === 'flag';

export function readFence(info: string): MachineFence {
  const [, name = '', rest = ''] = /^machine\s+(\S+)\s*(.*)$/.exec(info.trim()) ?? [];
  const attributes = [...rest.matchAll(/([a-z-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)].map(
    ([, attribute, quoted, plain]) => [attribute!, quoted ?? plain ?? ''] as const,
  );
  for (const [attribute] of attributes) {
    if (!PARAMETERS.some((parameter) => parameter.name === attribute)) {
      throw new Error(`A machine has the attribute "${attribute}", which src/ui/state/parameters.ts does not know.`);
    }
  }
  if (!attributes.some(([attribute]) => attribute === 'height')) throw new Error(`The machine "${name}" has no height.`);
  return { transcript: name, attributes };
}

/** The address of the same machine in the playground, relative to a page of the docs. */
export function playgroundAddress(attributes: MachineFence['attributes']): string {
  // Whatever the site's own address will be.
  const site = new URL('https://dormouse.invalid/');
  const values = attributes.map(([name, value]) => [name, isFlag(name) && value === '' ? '1' : value] as const);
  return `../index.html${addressIn(site, values).search}`;
}

export function tagOf(attributes: MachineFence['attributes'], inside: string): string {
  const written = attributes.map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`)).join('');
  return `<dormouse-vm${written}>${inside}</dormouse-vm>`;
}

/** `recorded`: the text of the console. `caption`: HTML. */
export function machineHtml({ attributes }: MachineFence, recorded: string, caption: string): string {
  const words = attributes.flatMap(([name, value]) => {
    const word = WORDS[name]?.(value);
    if (word === undefined) return [];
    // Amber, as everything of the firmware.
    return name === 'psci' || name === 'host' ? [`<b>${escapeHtml(word)}</b>`] : [escapeHtml(word)];
  });
  const pre = `<pre class="console" tabindex="0" aria-label="Recorded console">${transcript(recorded)}</pre>`;
  const open = `<a href="${escapeHtml(playgroundAddress(attributes))}">Open in the playground</a>`;
  return `<figure class="machine"><div class="machine-bar"><span>${words.join(' <i>·</i> ')}</span>${open}</div>${tagOf(attributes, pre)}${
    caption === '' ? '' : `<figcaption>${caption}</figcaption>`
  }</figure>\n`;
}
