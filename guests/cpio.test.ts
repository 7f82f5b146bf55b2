import { describe, expect, it } from 'vitest';
import { type CpioEntry, writeCpio } from './cpio';

const bytes = (text: string) => new TextEncoder().encode(text);

interface Member {
  path: string;
  mode: string;
  rdev: [number, number];
  content: string;
}

/** An independent reading of the format, field by field. */
function read(archive: Uint8Array): Member[] {
  const text = new TextDecoder('latin1').decode(archive);
  const members: Member[] = [];
  for (let at = 0; ; ) {
    expect(text.slice(at, at + 6)).toBe('070701');
    const field = (index: number) => Number.parseInt(text.slice(at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const nameStart = at + 110;
    const path = text.slice(nameStart, nameStart + field(11) - 1);
    const contentStart = Math.ceil((nameStart + field(11)) / 4) * 4;
    expect([field(2), field(3), field(5)]).toEqual([0, 0, 0]);
    if (path === 'TRAILER!!!') return members;
    const content = text.slice(contentStart, contentStart + field(6));
    members.push({ path, mode: field(1).toString(8), rdev: [field(9), field(10)], content });
    at = Math.ceil((contentStart + field(6)) / 4) * 4;
  }
}

const entries: CpioEntry[] = [
  { kind: 'symlink', path: 'bin/sh', target: 'busybox' },
  { kind: 'file', path: 'bin/busybox', content: bytes('ELF!!'), mode: 0o755 },
  { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
  { kind: 'directory', path: 'tmp', mode: 0o1777 },
  { kind: 'file', path: 'init', content: bytes('#!') },
];

describe('writeCpio', () => {
  it('writes every kind of entry, with the directories they need', () => {
    expect(read(writeCpio(entries))).toEqual([
      { path: 'bin', mode: '40755', rdev: [0, 0], content: '' },
      { path: 'bin/busybox', mode: '100755', rdev: [0, 0], content: 'ELF!!' },
      { path: 'bin/sh', mode: '120777', rdev: [0, 0], content: 'busybox' },
      { path: 'dev', mode: '40755', rdev: [0, 0], content: '' },
      { path: 'dev/console', mode: '20600', rdev: [5, 1], content: '' },
      { path: 'init', mode: '100644', rdev: [0, 0], content: '#!' },
      { path: 'tmp', mode: '41777', rdev: [0, 0], content: '' },
    ]);
  });

  it('does not depend on the order of its entries', () => {
    expect(writeCpio([...entries].reverse())).toEqual(writeCpio(entries));
  });

  it('refuses paths that lead out of the archive or come twice', () => {
    for (const path of ['', '/etc', 'a//b', '../a', 'a/.']) {
      expect(() => writeCpio([{ kind: 'directory', path }])).toThrow(`"${path}" is not a path`);
    }
    expect(() => writeCpio([entries[0]!, entries[0]!])).toThrow('"bin/sh" is listed twice');
  });
});
