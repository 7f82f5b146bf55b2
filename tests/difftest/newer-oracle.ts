import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDeb } from '../../guests/deb';
import { findMirror, PrivateApt, withoutCredentials } from '../../guests/debian/apt';
import { RecipeError } from '../../guests/run-tool';

/**
 * A qemu-aarch64 that is newer than Debian 12's, which lacks FEAT_MOPS, FEAT_CSSC, FEAT_HBC and FEAT_WFxT: from Debian's newer suites, whose package `qemu-user`
 * has programs that are linked statically. Fetched once, verified by apt, into a folder that git ignores; nothing is installed.
 */

const CACHE = fileURLToPath(new URL('../../guests/.cache/newer-qemu/', import.meta.url));
const PROGRAM = 'qemu-aarch64';
const PACKAGE = 'qemu-user';
/** Newest first. */
const SUITES = ['trixie-backports', 'forky', 'trixie'] as const;
/** Debian's names of what Node calls by others. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const keptPath = (): string => join(CACHE, PROGRAM);

/** Where it is, if it was fetched. */
export const keptNewerOracle = (): string | undefined => (existsSync(keptPath()) ? keptPath() : undefined);

/** Where it is; it is fetched first if it has not been. `say` is given a line for what takes time. Throws a RecipeError if it cannot be had. */
export async function newerOracle(say: (line: string) => void): Promise<string> {
  const kept = keptNewerOracle();
  if (kept) return kept;
  const architecture = ARCHITECTURES[process.arch];
  if (!architecture) throw new RecipeError(`There is no ${PACKAGE} for this machine's processor (${process.arch}).`);
  mkdirSync(CACHE, { recursive: true });
  const apt = await PrivateApt.open(join(CACHE, 'apt'), architecture);
  const mirror = await findMirror();
  let complaint: unknown;
  for (const suite of SUITES) {
    say(`reading the package lists of ${suite} (${architecture}) from ${withoutCredentials(mirror)}`);
    try {
      await apt.update(mirror, [suite]);
    } catch (error) {
      complaint ??= error;
      continue;
    }
    const [newest] = await apt.versions(PACKAGE);
    if (!newest) continue;
    say(`downloading ${PACKAGE} ${newest.version}`);
    const [file] = await apt.download([newest]);
    const [program] = await readDeb(file!, (path) => basename(path) === PROGRAM);
    if (!program) throw new RecipeError(`${PACKAGE} ${newest.version} holds no ${PROGRAM}.`);
    writeFileSync(`${keptPath()}.new`, program.content);
    chmodSync(`${keptPath()}.new`, 0o755);
    renameSync(`${keptPath()}.new`, keptPath());
    return keptPath();
  }
  throw complaint ?? new RecipeError(`None of ${SUITES.join(', ')} has ${PACKAGE}.`);
}
