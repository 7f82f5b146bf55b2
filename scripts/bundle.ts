/** The builds beside the page's: none has the page's configuration, its public folder, or advice for whoever works on the build. */
import { fileURLToPath } from 'node:url';
import { type BuildEnvironmentOptions, build } from 'vite';
import { compilerDigest } from './compiler-digest';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A build takes what it takes on a busy machine, and some imports are meant: advice about it is for whoever works on the build. */
export const QUIET = { pluginTimings: false } as const;

/** Builds modules of this repository into a folder. */
export async function bundle({ rolldownOptions, ...options }: BuildEnvironmentOptions): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { COMPILER_DIGEST: compilerDigest() },
    build: { ...options, rolldownOptions: { checks: QUIET, ...rolldownOptions } },
  });
}
