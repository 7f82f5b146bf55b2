import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { offlineFiles } from '../../site/generator/offline-files';
import { answerByRange } from '../../site/worker/byte-range';
import { isHashed, isSameFile, pathOf } from '../../site/worker/paths';

describe('a range', () => {
  const ask = async (range: string) => {
    const answer = await answerByRange(new Response('0123456789', { headers: { 'content-type': 'text/plain' } }), range);
    return [answer.status, answer.headers.get('content-range'), await answer.text()];
  };

  it('is answered by its part', async () => {
    expect(await ask('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await ask('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await ask('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await ask('bytes=8-100')).toEqual([206, 'bytes 8-9/10', '89']);
  });

  it('behind the end is refused, and another kind is answered by the whole', async () => {
    expect(await ask('bytes=10-')).toEqual([416, 'bytes */10', '']);
    expect(await ask('bytes=1-2,4-5')).toEqual([200, null, '0123456789']);
    expect(await ask('lines=1-2')).toEqual([200, null, '0123456789']);
  });
});

describe('an address', () => {
  const scope = new URL('https://example.org/a/b/');
  const path = (address: string): string => pathOf(new URL(address, scope), scope);

  it('is a path from the root of the site', () => {
    expect(path('docs/psci.html?x=1#y')).toBe('docs/psci.html');
    expect(path('docs/')).toBe('docs/index.html');
    expect(path('.')).toBe('index.html');
  });

  it('has a hash in it if the bundler made it', () => {
    expect(isHashed('assets/index-CgHgBE6e.js')).toBe(true);
    expect(isHashed('docs/assets/search-b7G3D8hN.json')).toBe(true);
    expect(isHashed('docs/psci-versions.html')).toBe(false);
    expect(isHashed('dormouse-embed.js')).toBe(false);
    expect(isHashed('guests/debian/Image.gzip')).toBe(false);
  });
});

describe('two answers', () => {
  const same = (one: Record<string, string>, other: Record<string, string>): boolean =>
    isSameFile(new Headers(one), new Headers(other));

  it('have the same file if the host says so, and only then', () => {
    expect(same({ etag: '"1"' }, { etag: '"1"' })).toBe(true);
    expect(same({ etag: '"1"' }, { etag: '"2"' })).toBe(false);
    expect(same({}, {})).toBe(false);
    expect(same({ 'last-modified': 'x', 'content-length': '1' }, { 'last-modified': 'x', 'content-length': '1' })).toBe(true);
    expect(same({ 'last-modified': 'x', 'content-length': '1' }, { 'last-modified': 'x', 'content-length': '2' })).toBe(false);
  });
});

describe('the files that are kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dormouse-dist-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are those of the pages, and their contents make the version', () => {
    for (const path of [
      'index.html',
      'sw.js',
      '.built',
      'assets/a.js',
      'docs/index.html',
      'docs/assets/b.css',
      'guests/lab/lab.bin',
      'cli/dormouse.js',
    ]) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), path);
    }
    const before = offlineFiles(folder);
    expect(Object.keys(before.hashes)).toEqual(['assets/a.js', 'docs/assets/b.css', 'docs/index.html', 'index.html']);
    expect(offlineFiles(folder).version).toBe(before.version);
    writeFileSync(join(folder, 'docs/index.html'), 'something else');
    expect(offlineFiles(folder).version).not.toBe(before.version);
  });
});
