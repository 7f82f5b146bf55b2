import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { isKept, keptFile } from './kept-guests';

const SITE = 'https://example.org/guests/nest/';
const at = (path: string): URL => new URL(path, SITE);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function keep(files: Record<string, string>): void {
  vi.stubGlobal('caches', {
    match: async (address: string) => {
      const text = files[address.slice(SITE.length)];
      return text === undefined ? undefined : new Response(text);
    },
  });
}

afterEach(() => vi.unstubAllGlobals());

it('a copy counts if it is the file that the site has now', async () => {
  keep({ kernel: 'acorn' });
  const file = await keptFile(at('kernel'), { bytes: 5, sha256: sha256('acorn') });
  expect(new TextDecoder().decode(file)).toBe('acorn');
  expect(await keptFile(at('kernel'), { bytes: 5, sha256: sha256('beech') })).toBeUndefined();
  expect(await keptFile(at('kernel'), { bytes: 6, sha256: sha256('acorn') })).toBeUndefined();
  expect(await keptFile(at('kernel'), { bytes: 5 })).toBeUndefined();
  expect(await keptFile(at('initrd'), { bytes: 5, sha256: sha256('acorn') })).toBeUndefined();
});

it('a guest is here if all is that each start needs, and is of the guest that the site has now', async () => {
  const sha256 = 'a'.repeat(64);
  const files = { kernel: { path: 'kernel', sha256 }, initrd: { path: 'initrd', sha256 }, disk: { path: 'disk' } };
  const manifest = JSON.stringify({ bytes: 9, files });
  keep({ 'guest.json': manifest, kernel: 'k', initrd: 'i' });
  expect(await isKept(at('guest.json'), 9)).toBe(true);
  expect(await isKept(at('guest.json'), 10)).toBe(false);
  keep({ 'guest.json': manifest, kernel: 'k' });
  expect(await isKept(at('guest.json'), 9)).toBe(false);
  // Without a digest a copy would not be used.
  keep({ 'guest.json': manifest.replaceAll(sha256, '').replaceAll(',"sha256":""', ''), kernel: 'k', initrd: 'i' });
  expect(await isKept(at('guest.json'), 9)).toBe(false);
  keep({ 'guest.json': 'not JSON', kernel: 'k', initrd: 'i' });
  expect(await isKept(at('guest.json'), 9)).toBe(false);
});

it('nothing is here where the browser keeps nothing', async () => {
  vi.stubGlobal('caches', { match: () => Promise.reject(new DOMException('The operation is insecure.')) });
  expect(await isKept(at('guest.json'), 9)).toBe(false);
  expect(await keptFile(at('kernel'), { bytes: 5, sha256: sha256('acorn') })).toBeUndefined();
});
