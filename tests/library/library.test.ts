/** The packed library in the hands of a consumer: types, Node, and the samples of its guide. What a browser makes of it: tests/browser/library.spec.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasGuest } from '../browser/support/guests';
import { Consumer } from './consumer';
import { samples } from './samples';

let consumer: Consumer;
beforeAll(async () => {
  consumer = await Consumer.create();
  consumer.copy(join(import.meta.dirname, 'programs'), 'programs');
  for (const { name, code } of samples()) consumer.write(`samples/${name}.ts`, code);
});
afterAll(() => consumer?.remove());

// Most of it is other programs' work: two of them keep two processors busy.
describe.concurrent('the packed library', () => {
  it.each([
    // As in a page, which knows nothing of Node.
    { moduleResolution: 'bundler', module: 'esnext', lib: ['es2022', 'dom'], types: [], exclude: ['programs/node-lab.ts'] },
    // As in a program for Node, which knows nothing of pages.
    {
      moduleResolution: 'nodenext',
      module: 'nodenext',
      lib: ['es2022'],
      types: ['node'],
      exclude: ['programs/page.ts', 'programs/tag-driver.ts'],
    },
  ])(
    'has types under $moduleResolution with $lib and $types, also for the samples of its guide',
    async ({ moduleResolution, module, lib, types, exclude }) => {
      const compilerOptions = {
        ...{ module, moduleResolution, strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false },
        ...{
          target: 'es2022',
          lib,
          types,
          typeRoots: [join(import.meta.dirname, '../../node_modules/@types')],
        },
      };
      consumer.write(
        `tsconfig.${module}.json`,
        JSON.stringify({ compilerOptions, include: ['samples/*.ts', 'programs/*.ts'], exclude }),
      );
      await consumer.tool('tsc', '--project', `tsconfig.${module}.json`);
    },
  );

  it('is small, and brings neither the page nor its parts', () => {
    const { dependencies } = JSON.parse(readFileSync(consumer.path('node_modules/dormouse/package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies).sort()).toEqual(['@noble/ciphers', 'comlink', 'fzstd', 'pako']);
  });

  it('boots, runs, forks and repeats itself in Node', async () => {
    const printed = await consumer.node('programs/node-lab.ts');
    expect(JSON.parse(printed)).toMatchObject({
      states: expect.arrayContaining(['loading', 'running', 'paused']),
      banner: expect.stringContaining('Dormouse lab'),
      text: expect.stringContaining('PSCI 1.3'),
      sameText: true,
      sameInstructions: true,
      sameState: true,
      memory: [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11],
      refused: 'The machine was closed.',
      forked: ['off', 'off', 'off'],
    });
  });

  it.each(samples().filter(({ runs }) => runs === 'node' || runs === 'lab'))(
    'runs $name of its guide',
    async ({ name, runs }) => {
      if (runs === 'lab') expect(hasGuest('lab'), 'the lab guest was not built').toBe(true);
      expect(await consumer.node(`samples/${name}.ts`)).not.toBe('');
    },
  );
});
