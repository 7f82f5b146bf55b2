import { describe, expect, it } from 'vitest';
import { entropyOf, seedOf, type VmHost } from './host';

const host = (fill: number) => ({ entropy: (into: Uint8Array) => void into.fill(fill) }) as VmHost;

describe('where chance comes from', () => {
  it('is the same on every host under the virtual clock: a link to such a run is that run, in the page and on the command line', () => {
    expect(seedOf({ clock: 'virtual' }, host(1))).toEqual(seedOf({ clock: 'virtual' }, host(2)));
    expect(new Set(seedOf({ clock: 'virtual' }, host(1))).size).toBeGreaterThan(20);
    const long = new Uint8Array(80);
    entropyOf({ clock: 'virtual' }, host(1))(long);
    expect(long.subarray(0, 32)).toEqual(seedOf({ clock: 'virtual' }, host(1)));
  });

  it('is the host with real time', () => {
    expect(seedOf({ clock: 'realtime' }, host(7))).toEqual(new Uint8Array(32).fill(7));
  });
});
