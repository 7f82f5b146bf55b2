import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { SubjectMessage } from './child';
import type { Look, SubjectResult } from './pass';
import type { EngineName } from './subjects';

const CHILD = join(import.meta.dirname, 'child.ts');
/** Where `tsx` is found. */
const ROOT = join(import.meta.dirname, '../..');

/** By name. */
export type SubjectResults = Record<string, SubjectResult>;

export interface PassOptions {
  engine: EngineName;
  look: Look;
  intervalUs: number;
  names: readonly string[];
}

/** Runs a pass in a fresh process: V8 has neither compiled nor optimised anything of the machine yet. */
export function runPass({ engine, look, intervalUs, names }: PassOptions, done: (name: string) => void): Promise<SubjectResults> {
  return new Promise((resolve, reject) => {
    const results: SubjectResults = {};
    const child = fork(CHILD, [engine, look, `${intervalUs}`, ...names], { cwd: ROOT, execArgv: ['--import', 'tsx'] });
    child.on('message', (message: SubjectMessage) => {
      results[message.name] = message.result;
      done(message.name);
    });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(results);
      else reject(new Error(`The ${look} under ${engine} ended with status ${status}.`));
    });
  });
}
