/** Runs one image in a process of its own, fresh, and prints what came of it as JSON: `child.ts ENGINE FILE`. */
import { readFileSync } from 'node:fs';
import type { EngineChoice } from '../../src/vm/api';
import { runImage } from './in-process';

const [engine, file] = process.argv.slice(2) as [EngineChoice, string];
console.log(JSON.stringify(await runImage(readFileSync(file), engine)));
