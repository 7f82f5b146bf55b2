import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumIn, kernelImage } from '../../guests/bench/image';
import { runTool } from '../../guests/run-tool';
import type { EngineChoice } from '../../src/vm/api';
import type { ImageRun } from './in-process';
import type { Side } from './side';

const CHILD = join(import.meta.dirname, 'child.ts');
/** Where `tsx` is found. */
const ROOT = join(import.meta.dirname, '../..');

/** Us, in a fresh process of the given Node for every run. Images go into `folder`. */
export function onDormouse(engine: EngineChoice, node: string, folder: string): Side {
  return {
    name: engine,
    exact: () => true,
    async once({ name, laps }) {
      const file = join(folder, name);
      await writeFile(file, kernelImage(name, laps));
      const output = await runTool(node, ['--import', 'tsx', CHILD, engine, file], { cwd: ROOT });
      const { console, seconds, instructions } = JSON.parse(output.toString()) as ImageRun;
      return { seconds, instructions, checksum: checksumIn(console, name) };
    },
  };
}
