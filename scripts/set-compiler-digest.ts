/** For programs that run from their sources: so they know that compiled code which is kept is of these (`--import`, or imported first). */
import { compilerDigest } from './compiler-digest';

Object.assign(globalThis, { COMPILER_DIGEST: compilerDigest() });
