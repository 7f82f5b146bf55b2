import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { writeCpio } from '../guests/cpio';
import { recogniseFile } from './recognise-file';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
function image(): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(4096);
  file.set(bytes('ARM\x64'), 56);
  return file;
}
function elf(machine: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(64);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file[18] = machine;
  return file;
}
/** A file of zeros with some letters in it. */
function marked(size: number, at: number, letters: string): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(size);
  file.set(
    Array.from(letters, (letter) => letter.charCodeAt(0)),
    at,
  );
  return file;
}
const volume = (): Uint8Array<ArrayBuffer> => marked(4096, 40, '_FVH');
const cpio = new Uint8Array(writeCpio([{ kind: 'directory', path: 'dev' }]));
const cases: [what: string, name: string, contents: Uint8Array<ArrayBuffer>, kind: string, words: RegExp][] = [
  ['an Image', 'x', image(), 'kernel', /Image/],
  ['a packed Image', 'vmlinuz', new Uint8Array(gzipSync(image())), 'kernel', /Image.*packed with gzip/],
  ['an ELF file', 'a.out', elf(183), 'kernel', /ELF file for arm64/],
  ['another machine’s ELF file', 'a.out', elf(62), 'other', /another processor/],
  ['EDK2', 'x.fd', volume(), 'firmware', /^firmware \(EDK2\)$/],
  ['packed firmware', 'x.fd.gz', new Uint8Array(gzipSync(volume())), 'other', /firmware.*packed with gzip/],
  ['a file system', 'x', marked(2048, 1080, '\x53\xef'), 'disk', /^an ext2.*, as on a disk$/],
  ['a disk with an MBR', 'x', marked(512, 510, '\x55\xaa'), 'disk', /^a disk image with an MBR$/],
  ['a disk by its name', 'blank.img', new Uint8Array(1024), 'disk', /by its name/],
  ['what only has the name of a disk', 'blank.img', new Uint8Array(1023), 'other', /no known format/],
  ['a disk in another format', 'x.qcow2', marked(512, 0, 'QFI\xfb'), 'other', /qcow2/],
  ['an initramfs', 'x', cpio, 'initrd', /cpio/],
  ['a packed initramfs', 'initrd.img', new Uint8Array(gzipSync(cpio)), 'initrd', /cpio.*packed with gzip/],
  ['a saved machine', 'x.bin', bytes('DORMOUSEarm64'), 'saved', /saved machine/],
  ['assembly by its name', 'hello.S', bytes('// nothing yet, but it will be\n'), 'source', /assembly/],
  ['assembly by what it says', 'hello.txt', bytes('start:\n  mov x0, #1\n'), 'source', /assembly/],
  ['a text', 'notes.txt', bytes('Dear diary, today I moved.\n'), 'other', /a text/],
  ['a picture', 'cat.s', bytes('\x89PNG\r\n\x1a\n'), 'other', /./],
  ['something packed', 'x.gz', new Uint8Array(gzipSync('Dear diary, today I moved.')), 'other', /packed with gzip/],
  ['a broken package', 'x.gz', new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'other', /packed with gzip/],
  ['nothing', 'x', new Uint8Array(0), 'other', /empty/],
];

it('takes no long look at a file of blank lines', async () => {
  const blank = bytes(`a\n${'\n'.repeat(1 << 20)}b`);
  // Quadratic it takes half an hour, which is longer than a test may.
  expect((await recogniseFile(new Blob([blank]), 'x.txt')).kind).toBe('other');
});

it('finds assembly behind a long comment', async () => {
  const late = bytes(`${'// what this is\n\n'.repeat(500)}\t  mov x0, #1\n`);
  expect((await recogniseFile(new Blob([late]), 'x.txt')).kind).toBe('source');
});

it('says what to do first with what cannot be taken as it is', async () => {
  const instead = async (name: string, contents: Uint8Array<ArrayBuffer>) =>
    (await recogniseFile(new Blob([contents]), name)).instead;
  expect(await instead('x.qcow2', marked(512, 0, 'QFI\xfb'))).toContain('`qemu-img convert -O raw`');
  expect(await instead('x.img.gz', new Uint8Array(gzipSync(marked(512, 510, '\x55\xaa'))))).toContain('`gunzip`');
});

it('tells what memory an Image takes, packed or not, and which firmware it is', async () => {
  const large = image();
  new DataView(large.buffer).setBigUint64(16, 60n << 20n, true);
  for (const file of [large, new Uint8Array(gzipSync(large))])
    expect(await recogniseFile(new Blob([file]), 'x')).toMatchObject({ memory: 60 << 20 });
  expect(await recogniseFile(new Blob([image()]), 'x')).not.toHaveProperty('memory');
  expect(await recogniseFile(new Blob([volume()]), 'x')).toMatchObject({ firmware: 'EDK2' });
});

it.each(cases)('recognises %s', async (_what, name, contents, kind, words) => {
  const recognised = await recogniseFile(new Blob([contents]), name);
  expect(recognised.kind).toBe(kind);
  expect(recognised.what).toMatch(words);
});
