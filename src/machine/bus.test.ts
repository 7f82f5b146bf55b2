import { describe, expect, it } from 'vitest';
import { Bus } from './bus';
import type { AccessSize, MmioDevice } from './device';

/** Answers each read with the offset, and remembers what was done. */
class Probe implements MmioDevice {
  readonly log: string[] = [];
  constructor(readonly name: string) {}
  read(offset: number, size: AccessSize): number {
    this.log.push(`r${size} ${offset}`);
    return offset + 0xf000_0000;
  }
  write(offset: number, size: AccessSize, value: number): void {
    this.log.push(`w${size} ${offset} ${value.toString(16)}`);
  }
  reset(): void {}
  save() {
    return {};
  }
  check() {
    return () => {};
  }
}

function busWith(...bases: number[]) {
  const bus = new Bus();
  const probes = bases.map((base) => {
    const probe = new Probe(`at ${base.toString(16)}`);
    bus.map(base, 0x1000, probe);
    return probe;
  });
  return { bus, probes };
}

describe('the bus', () => {
  it('finds the device behind an address, whatever the order of mapping and of access', () => {
    const { bus, probes } = busWith(0x9000000, 0x8000000, 0xa000000, 0x9001000);
    for (const address of [0x8000ffc, 0xa000000, 0x9000ffc, 0x9001000, 0x8000000]) bus.read(address, 4);
    expect(probes.map((probe) => probe.log)).toEqual([['r4 4092'], ['r4 4092', 'r4 0'], ['r4 0'], ['r4 0']]);
    expect(bus.windows.map((window) => window.base)).toEqual([0x8000000, 0x9000000, 0x9001000, 0xa000000]);
  });

  it('splits 8 bytes into two words, the low one first', () => {
    const { bus, probes } = busWith(0x9000000);
    expect(bus.read(0x9000010, 8)).toBe(0xf000_0010);
    expect(bus.high).toBe(0xf000_0014);
    bus.write(0x9000020, 8, 0x89abcdef, 0x01234567);
    expect(probes[0]!.log).toEqual(['r4 16', 'r4 20', 'w4 32 89abcdef', 'w4 36 1234567']);
  });

  it('clears the high half after a narrower read', () => {
    const { bus } = busWith(0x9000000);
    bus.read(0x9000000, 8);
    bus.read(0x9000000, 4);
    expect(bus.high).toBe(0);
  });

  it('answers with as many bits as were asked for', () => {
    const { bus } = busWith(0x9000000);
    expect([bus.read(0x9000abc, 1), bus.read(0x9000abc, 2), bus.read(0x9000abc, 4)]).toEqual([0xbc, 0xabc, 0xf000_0abc]);
  });

  it('hands devices unsigned values of the width of the access', () => {
    const { bus, probes } = busWith(0x9000000);
    bus.write(0x9000000, 1, 0xfff41);
    bus.write(0x9000000, 2, -1);
    bus.write(0x9000000, 4, -1);
    expect(probes[0]!.log).toEqual(['w1 0 41', 'w2 0 ffff', 'w4 0 ffffffff']);
  });

  it('reports an address where nothing is, and one where the access runs out of the window', () => {
    const { bus, probes } = busWith(0x9000000);
    expect(bus.read(0x8ffffff, 1)).toBeUndefined();
    expect(bus.read(0x9001000, 4)).toBeUndefined();
    expect(bus.read(0x9000ffc, 8)).toBeUndefined();
    expect(bus.write(0x9000fff, 2, 0)).toBe(false);
    expect(bus.read(0x9000ffc, 4)).toBeDefined();
    expect(bus.read(0x9000ffc, 8), 'with the window remembered').toBeUndefined();
    expect(probes[0]!.log).toEqual(['r4 4092']);
  });

  it('refuses windows that overlap, naming both', () => {
    const { bus } = busWith(0x9000000);
    expect(() => bus.map(0x9000800, 0x1000, new Probe('late'))).toThrow('late at 0x9000800 overlaps at 9000000 at 0x9000000');
    expect(() => bus.map(0x8000000, 0, new Probe('empty'))).toThrow('not a range');
  });
});
