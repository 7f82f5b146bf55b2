/** Reads tar archives (POSIX ustar with the GNU and pax extensions for long names): enough for what .deb files hold. */

export interface TarFile {
  /** Path without a leading "./". */
  path: string;
  content: Uint8Array;
}

const BLOCK = 512;
/** Header fields: offset and length in bytes (POSIX.1-2017, pax, "ustar Header Block"). */
const NAME = [0, 100] as const;
const SIZE = [124, 12] as const;
const TYPE_FLAG = 156;
const MAGIC = [257, 5] as const;
const PREFIX = [345, 155] as const;

const decoder = new TextDecoder();

function text(block: Uint8Array, [offset, length]: readonly [number, number]): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** The value of `path` in a pax extended header ("<length> <key>=<value>\n" records). */
function paxPath(content: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(decoder.decode(content))?.[1];
}

/**
 * The regular files of `archive` whose path `wanted` accepts, in archive order; contents are views, not copies.
 * Throws an Error if the archive is cut short, a header is damaged, or a path is absolute or leaves the archive's folder.
 */
export function readTar(archive: Uint8Array, wanted: (path: string) => boolean): TarFile[] {
  const files: TarFile[] = [];
  let longName: string | undefined;
  for (let offset = 0; offset + BLOCK <= archive.length; ) {
    const block = archive.subarray(offset, offset + BLOCK);
    if (block[0] === 0) break;
    if (text(block, MAGIC) !== 'ustar' && text(block, MAGIC) !== 'ustar ') {
      throw new Error(`The tar archive has no valid header at byte ${offset}.`);
    }
    const size = Number.parseInt(text(block, SIZE).trim() || '0', 8);
    const start = offset + BLOCK;
    if (!(size >= 0) || start + size > archive.length) throw new Error(`The tar archive is cut short at byte ${archive.length}.`);
    const content = archive.subarray(start, start + size);
    const type = String.fromCharCode(block[TYPE_FLAG]!);
    if (type === 'L') {
      longName = decoder.decode(content).replace(/\0.*$/s, '');
    } else if (type === 'x') {
      longName = paxPath(content) ?? longName;
    } else {
      const prefix = text(block, PREFIX);
      const name = longName ?? (prefix ? `${prefix}/${text(block, NAME)}` : text(block, NAME));
      longName = undefined;
      const path = name.replace(/^(\.\/)+/, '');
      if (path.startsWith('/') || path.split('/').includes('..'))
        throw new Error(`The tar archive has a member “${name}”, which lies outside of it.`);
      if ((type === '0' || type === '\0') && wanted(path)) files.push({ path, content });
    }
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
