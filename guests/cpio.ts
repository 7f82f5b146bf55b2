/**
 * Writes cpio archives in the "newc" format (magic 070701), the one Linux takes as an initramfs
 * (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). The result depends on the entries alone:
 * they are sorted by path, every time stamp is 0 and every owner is root.
 */

export type CpioEntry =
  | { kind: 'directory'; path: string; mode?: number }
  | { kind: 'file'; path: string; content: Uint8Array; mode?: number }
  | { kind: 'symlink'; path: string; target: string }
  | { kind: 'character-device'; path: string; major: number; minor: number; mode?: number };

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';
/** Headers with their name, and contents, each end on a multiple of this many bytes. */
const ALIGNMENT = 4;

/** File type bits of st_mode (inode(7)). */
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
const S_IFCHR = 0o020000;

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

interface Member {
  path: string;
  mode: number;
  links: number;
  content: Uint8Array;
  rdev: [major: number, minor: number];
}

function memberOf(entry: CpioEntry): Member {
  const { path } = entry;
  switch (entry.kind) {
    case 'directory':
      return { path, mode: S_IFDIR | (entry.mode ?? 0o755), links: 2, content: NOTHING, rdev: [0, 0] };
    case 'file':
      return { path, mode: S_IFREG | (entry.mode ?? 0o644), links: 1, content: entry.content, rdev: [0, 0] };
    case 'symlink':
      return { path, mode: S_IFLNK | 0o777, links: 1, content: encoder.encode(entry.target), rdev: [0, 0] };
    case 'character-device':
      return { path, mode: S_IFCHR | (entry.mode ?? 0o600), links: 1, content: NOTHING, rdev: [entry.major, entry.minor] };
  }
}

function header(member: Member, inode: number, nameBytes: number): string {
  const fields = [
    inode,
    member.mode,
    0, // uid
    0, // gid
    member.links,
    0, // mtime
    member.content.length,
    0, // devmajor
    0, // devminor
    ...member.rdev,
    nameBytes,
    0, // check, used by the "crc" variant only
  ];
  return MAGIC + fields.map((value) => value.toString(16).padStart(8, '0')).join('');
}

/** Directories that entries lie in but nobody listed: the kernel does not make them by itself. */
function missingDirectories(entries: readonly CpioEntry[]): CpioEntry[] {
  const listed = new Set(entries.map((entry) => entry.path));
  const missing = new Set<string>();
  for (const { path } of entries) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const parent = path.slice(0, slash);
      if (!listed.has(parent)) missing.add(parent);
    }
  }
  return [...missing].map((path) => ({ kind: 'directory', path }));
}

/**
 * The archive of `entries`, with the directories they need. Paths are relative ("bin/sh").
 * Throws an Error naming the path if one is empty, absolute, listed twice or leaves the archive.
 */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const seen = new Set<string>();
  for (const { path } of entries) {
    if (path === '' || path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
      throw new Error(
        `"${path}" is not a path a cpio archive can hold: it must be relative and without empty parts, "." or "..".`,
      );
    }
    if (seen.has(path)) throw new Error(`"${path}" is listed twice for one cpio archive.`);
    seen.add(path);
  }
  // Plain code unit order also puts every directory before what lies in it.
  const members = [...entries, ...missingDirectories(entries)]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(memberOf);
  members.push({ path: TRAILER, mode: 0, links: 1, content: NOTHING, rdev: [0, 0] });

  const parts: Uint8Array[] = [];
  let length = 0;
  const append = (bytes: Uint8Array) => {
    const padding = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
    parts.push(bytes, new Uint8Array(padding));
    length += bytes.length + padding;
  };
  members.forEach((member, index) => {
    const name = encoder.encode(member.path + '\0');
    const inode = member.path === TRAILER ? 0 : index + 1;
    append(new Uint8Array([...encoder.encode(header(member, inode, name.length)), ...name]));
    append(member.content);
  });

  const archive = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    archive.set(part, offset);
    offset += part.length;
  }
  return archive;
}
