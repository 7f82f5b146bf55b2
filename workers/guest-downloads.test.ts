import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadGuest, useGuestsUrl } from './guest-downloads';

const KERNEL = new Uint8Array(64 << 10).map((_, i) => (i * 7) & 0xff);

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A site with one guest, whose kernel breaks off in its middle so many times. Returns how often that was asked for. */
async function siteThatBreaksOff(times: number): Promise<() => number> {
  let asked = 0;
  server = createServer(({ url }, response) => {
    if (url === '/index.json') response.end(JSON.stringify({ guests: [{ name: 'nut' }] }));
    else if (url === '/nut/guest.json')
      response.end(JSON.stringify({ files: { kernel: { path: 'Image', bytes: KERNEL.length } } }));
    else {
      asked++;
      response.writeHead(200, { 'Content-Length': KERNEL.length });
      if (asked > times) response.end(KERNEL);
      else response.write(KERNEL.subarray(0, KERNEL.length / 2), () => setTimeout(() => response.destroy(), 20));
    }
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  useGuestsUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return () => asked;
}
const load = (signal = new AbortController().signal, progress = (_what: string, _loaded: number) => {}) =>
  loadGuest(
    'nut',
    progress,
    () => {},
    signal,
    async () => {},
  );

describe('a download that breaks off', () => {
  it('is begun anew by itself, and is whole then', async () => {
    const asked = await siteThatBreaksOff(2);
    const { images } = await load();
    expect(images.kernel).toEqual(KERNEL);
    expect(asked()).toBe(3);
  });

  it('is given up after a few times, with a sentence that says how far it came', async () => {
    const asked = await siteThatBreaksOff(9);
    await expect(load()).rejects.toMatchObject({
      name: 'DownloadFailed',
      message: `The download of the kernel broke off at ${KERNEL.length / 2} bytes of ${KERNEL.length}. Is this computer online?`,
    });
    expect(asked()).toBe(3);
  });

  it('is not begun anew for somebody who has cancelled', async () => {
    const asked = await siteThatBreaksOff(9);
    const cancel = new AbortController();
    const loading = load(cancel.signal, (_what, loaded) => loaded > 0 && cancel.abort(new Error('enough')));
    await expect(loading).rejects.toThrow('enough');
    expect(asked()).toBe(1);
  });
});
