import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderOf, freeName, joined, listCommand, parentOf, parseListing } from './guest-paths';

it('reads folders as people write them', () => {
  expect(['/', '/root/', '//tmp/./x/..', '/../..', 'tmp', '/a\0'].map(folderOf)).toEqual([
    '/',
    '/root',
    '/tmp',
    '/',
    undefined,
    undefined,
  ]);
  expect([joined('/', 'a'), joined('/root', 'a'), parentOf('/root/a'), parentOf('/')]).toEqual(['/a', '/root/a', '/root', '/']);
});

it('finds free names', () => {
  const taken = (path: string): boolean => ['/r/a (2).txt', '/r/.rc (2)'].includes(path);
  expect(['/r/a.txt', '/r/.rc', '/r.d/make'].map((path) => freeName(path, taken))).toEqual([
    '/r/a (3).txt',
    '/r/.rc (3)',
    '/r.d/make (2)',
  ]);
});

it('lists a folder with whatever names it has', () => {
  const folder = mkdtempSync(join(tmpdir(), "dormouse it's "));
  try {
    expect(parseListing(execFileSync('sh', ['-c', listCommand(folder)], { encoding: 'utf8' }))).toEqual([]);
    mkdirSync(join(folder, 'sub'));
    symlinkSync('sub', join(folder, 'way'));
    symlinkSync('nowhere', join(folder, 'gone'));
    writeFileSync(join(folder, 'a | b.txt'), '12345');
    writeFileSync(join(folder, '.hidden'), '');
    writeFileSync(join(folder, '-rf'), 'x');
    expect(parseListing(execFileSync('sh', ['-c', listCommand(folder)], { encoding: 'utf8' }))).toEqual([
      { name: 'sub', kind: 'folder', size: expect.any(Number) },
      { name: 'way', kind: 'folder', size: expect.any(Number) },
      { name: '-rf', kind: 'file', size: 1 },
      { name: '.hidden', kind: 'file', size: 0 },
      { name: 'a | b.txt', kind: 'file', size: 5 },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
