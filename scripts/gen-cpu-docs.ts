/**
 * Writes the tables of docs/cpu-models.md between their markers, from the CPU models and the table of instructions. Run it after a change in src/cpu/models or
 * src/isa:
 *
 *     npx tsx scripts/gen-cpu-docs.ts
 *
 * A unit test fails while the page is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CPU_MODEL_NAMES, CPU_MODELS } from '../src/cpu/models';
import { A64 } from '../src/isa';
import { FEATURES, type Feature } from '../src/isa/features';
import { markdownTable, renewSections } from './generated-sections';

export const CPU_DOC = fileURLToPath(new URL('../docs/cpu-models.md', import.meta.url));

/** What every Armv8-A core has. */
const BASE: readonly Feature[] = ['FEAT_FP', 'FEAT_AdvSIMD'];
const short = (feature: Feature): string => feature.replace('FEAT_', '');
const models = CPU_MODEL_NAMES.map((name) => CPU_MODELS[name]);

const modelTable = (): string =>
  markdownTable(
    [
      'model',
      'what it is',
      'physical addresses',
      'features beyond Armv8.0 that it shows',
      'features of the real core that are not implemented',
    ],
    models.map(({ name, title, paBits, promises, lacks }) => [
      `\`${name}\`${name === 'max' ? ' (default)' : ''}`,
      name === 'max' ? `${title}; MIDR_EL1 is nobody's` : title,
      `${paBits} bits`,
      promises
        .filter((feature) => !BASE.includes(feature))
        .map(short)
        .join(', '),
      lacks.map(short).join(', '),
    ]),
  );

/** Encodings are rows of the table of instructions that need the feature; a feature without any is registers or behaviour. */
const featureTable = (): string =>
  markdownTable(
    ['feature', 'encodings', ...models.map(({ name }) => `\`${name}\``)],
    FEATURES.filter((feature) => models.some(({ features }) => features.includes(feature))).map((feature) => [
      feature,
      String(A64.filter((row) => row.feature === feature).length || '–'),
      ...models.map(({ has, lacks }) => (has(feature) ? '✓' : lacks.includes(feature) ? 'not yet' : '·')),
    ]),
  );

/** Features that guests look for and nothing here has. */
const missing = (): string => {
  const names = FEATURES.filter((feature) => models.every(({ features }) => !features.includes(feature))).map(short);
  return `On no model, although the names are known here: ${names.join(', ')}. Encodings that need no feature: ${A64.filter((row) => row.feature === undefined).length}.`;
};

/** Generated text by marker name. */
const SECTIONS: Record<string, () => string> = {
  models: modelTable,
  features: () => `${featureTable()}\n\n${missing()}`,
};

/** `page` with every generated section renewed. Throws if a marker is missing or names no section. */
export const renew = (page: string): string =>
  renewSections(page, SECTIONS, { doc: 'docs/cpu-models.md', script: 'scripts/gen-cpu-docs.ts' });

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(CPU_DOC, renew(readFileSync(CPU_DOC, 'utf8')));
}
