/** Unpacks Debian binary packages (deb(5)): an ar archive whose member data.tar.* holds the files. */
import { readFile } from 'node:fs/promises';
import { hasTool, RecipeError, runTool } from './run-tool';
import { readTar, type TarFile } from './tar';

const AR_MAGIC = '!<arch>\n';
const AR_HEADER = 60;

/** The members of an ar archive (ar(5), the common variant) by name. Throws a RecipeError if it is none. */
export function readAr(archive: Uint8Array): Map<string, Uint8Array> {
  const latin = (from: number, to: number) => Buffer.from(archive.subarray(from, to)).toString('latin1');
  if (latin(0, AR_MAGIC.length) !== AR_MAGIC) throw new RecipeError('The package is not an ar archive.');
  const members = new Map<string, Uint8Array>();
  for (let offset = AR_MAGIC.length; offset + AR_HEADER <= archive.length; ) {
    const name = latin(offset, offset + 16)
      .trim()
      .replace(/\/$/, '');
    const size = Number.parseInt(latin(offset + 48, offset + 58), 10);
    const start = offset + AR_HEADER;
    if (!(size >= 0) || start + size > archive.length) throw new RecipeError(`The package is cut short in its member ${name}.`);
    members.set(name, archive.subarray(start, start + size));
    offset = start + size + (size % 2);
  }
  return members;
}

const DECOMPRESSORS: Record<string, string[]> = { xz: ['xz', '-dc'], zst: ['zstd', '-dcq'], gz: ['gzip', '-dc'] };

async function dataTar(debFile: string): Promise<Uint8Array> {
  if (hasTool('dpkg-deb')) return runTool('dpkg-deb', ['--fsys-tarfile', debFile]);
  for (const [name, content] of readAr(await readFile(debFile))) {
    if (name === 'data.tar') return content;
    if (!name.startsWith('data.tar.')) continue;
    const [tool, ...args] = DECOMPRESSORS[name.slice('data.tar.'.length)] ?? [];
    if (tool === undefined) throw new RecipeError(`${debFile} is compressed in a way nobody here knows (${name}).`);
    return runTool(tool, args, { input: content });
  }
  throw new RecipeError(`${debFile} holds no data.`);
}

/** The regular files of a package whose path (without leading slash) `wanted` accepts. */
export async function readDeb(debFile: string, wanted: (path: string) => boolean): Promise<TarFile[]> {
  return readTar(await dataTar(debFile), wanted);
}
