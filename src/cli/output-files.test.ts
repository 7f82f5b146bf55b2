import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFileDisk } from './file-disk';
import { requireNoDisk, requireOutputs } from './output-files';
import { writeSaved } from './saved-file';

let folder: string;
const at = (name: string): string => join(folder, name);
const file = (what: string, name: string) => ({ what, path: at(name) });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-outputs-'));
  for (const name of ['a.img', 'b.img', 'kernel']) writeFileSync(at(name), new Uint8Array(4096));
  linkSync(at('a.img'), at('linked.img'));
  symlinkSync(at('a.img'), at('symbolic.img'));
  symlinkSync(folder, at('folder'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('what a run writes', () => {
  it('may be any file that it does not read', () => {
    expect(() =>
      requireOutputs(
        [file('saved machine', 's.dor'), file('report', 'r.json')],
        [file('disk', 'a.img'), file('kernel', 'kernel')],
      ),
    ).not.toThrow();
  });

  it.each(['a.img', 'linked.img', 'symbolic.img', 'folder/a.img'])('is no disk of its own, by whatever name (%s)', (name) => {
    for (const what of ['saved machine', 'report', 'device tree']) {
      expect(() => requireOutputs([file(what, name)], [file('disk', 'a.img')])).toThrow(
        `The ${what} “${at(name)}” is the disk “${at('a.img')}”, too, and would be written over it: give it another name.`,
      );
    }
  });

  it('is no kernel, no other output, and no disk that is still to be made', () => {
    expect(() => requireOutputs([file('saved machine', 'kernel')], [file('kernel', 'kernel')])).toThrow('is the kernel “');
    expect(() => requireOutputs([file('report', 'new'), file('device tree', 'folder/new')], [])).toThrow('is the report “');
    expect(() => requireOutputs([file('report', 'new.img')], [file('disk', 'folder/new.img')])).toThrow('is the disk “');
  });

  it.each(['b.img', 'folder/b.img'])(
    'is no disk that a machine has (%s), neither before it runs nor when it is saved',
    async (name) => {
      const disk = openFileDisk(at('b.img'));
      const sentence = `The saved machine “${at(name)}” is a disk that process ${process.pid} on ${hostname()} uses, and would be written over it: give it another name.`;
      try {
        expect(() => requireOutputs([file('saved machine', name)], [])).toThrow(sentence);
        const chunks = (async function* () {
          yield new Uint8Array(8);
        })();
        await expect(writeSaved(at(name), chunks)).rejects.toThrow(sentence);
        expect(readFileSync(at('b.img'))).toHaveLength(4096);
      } finally {
        disk.close();
      }
      expect(() => requireNoDisk(file('saved machine', name))).not.toThrow();
    },
  );
});
