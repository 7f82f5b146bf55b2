import { describe, expect, it } from 'vitest';
import { readTar } from './tar';

const BLOCK = 512;

function member(name: string, content: string, type = '0', prefix = ''): Uint8Array {
  const block = new Uint8Array(BLOCK + Math.ceil(content.length / BLOCK) * BLOCK);
  const put = (at: number, text: string) => block.set(new TextEncoder().encode(text), at);
  put(0, name);
  put(124, content.length.toString(8).padStart(11, '0'));
  put(156, type);
  put(257, 'ustar');
  put(345, prefix);
  put(BLOCK, content);
  return block;
}

const archive = (...members: Uint8Array[]) =>
  new Uint8Array([...members.flatMap((part) => [...part]), ...new Uint8Array(2 * BLOCK)]);
const paths = (bytes: Uint8Array) =>
  readTar(bytes, () => true).map(({ path, content }) => [path, new TextDecoder().decode(content)]);

describe('readTar', () => {
  it('yields regular files without the leading "./" and nothing else', () => {
    expect(paths(archive(member('./usr/', '', '5'), member('./usr/a', 'one'), member('l', '', '2'), member('b', '')))).toEqual([
      ['usr/a', 'one'],
      ['b', ''],
    ]);
  });

  it('knows long names in all three spellings', () => {
    const long = `${'x'.repeat(120)}/y`;
    expect(paths(archive(member('y', 'p', '0', 'x'.repeat(120))))).toEqual([[long, 'p']]);
    expect(paths(archive(member('././@LongLink', `${long}\0`, 'L'), member('cut', 'g'), member('next', 'n')))).toEqual([
      [long, 'g'],
      ['next', 'n'],
    ]);
    expect(paths(archive(member('pax', `131 path=${long}\n`, 'x'), member('cut', 'q')))).toEqual([[long, 'q']]);
  });

  it('gives only what is wanted', () => {
    const bytes = archive(member('a', '1'), member('b', '2'));
    expect(readTar(bytes, (path) => path === 'b').map(({ path }) => path)).toEqual(['b']);
  });

  it.each(['/etc/passwd', '../up', './a/../../b'])('takes nothing from outside of the archive: %s', (path) => {
    expect(() => paths(archive(member('a', '1'), member(path, 'x')))).toThrow(
      `has a member “${path}”, which lies outside of it.`,
    );
  });

  it('tells a damaged archive from a whole one', () => {
    const bytes = archive(member('a', 'x'.repeat(600)));
    expect(() => readTar(bytes.subarray(0, 1024), () => true)).toThrow('cut short at byte 1024');
    bytes[257] = 0;
    expect(() => readTar(bytes, () => true)).toThrow('no valid header at byte 0');
  });
});
