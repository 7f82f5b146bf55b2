/** Checksums of the kernels as the host's compiler and processor find them: written by build.ts, independently of any arm64 machine. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** By kernel, then by number of laps. */
export type Checksums = Record<string, Record<string, string>>;

export const EXPECTED_FILE = join(import.meta.dirname, 'expected.json');

export const expectedChecksums = (): Checksums =>
  existsSync(EXPECTED_FILE) ? (JSON.parse(readFileSync(EXPECTED_FILE, 'utf8')) as Checksums) : {};
