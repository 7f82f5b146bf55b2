import { describe, expect, it } from 'vitest';
import { readAr } from './deb';

const bytes = (text: string) => new TextEncoder().encode(text);
const header = (name: string, size: number) =>
  `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(size).padEnd(10)}\`\n`;

describe('readAr', () => {
  it('finds the members, the odd-sized ones padded', () => {
    const archive = bytes(`!<arch>\n${header('debian-binary', 4)}2.0\n${header('odd/', 3)}abc\n${header('last', 1)}z\n`);
    const members = [...readAr(archive)].map(([name, content]) => [name, new TextDecoder().decode(content)]);
    expect(members).toEqual([
      ['debian-binary', '2.0\n'],
      ['odd', 'abc'],
      ['last', 'z'],
    ]);
  });

  it('refuses what is no package', () => {
    expect(() => readAr(bytes('PK\x03\x04 something else'))).toThrow('not an ar archive');
    expect(() => readAr(bytes(`!<arch>\n${header('data.tar.xz', 900)}short`))).toThrow('cut short in its member data.tar.xz');
  });
});
