import { beforeEach, describe, expect, it } from 'vitest';
import { MEMORY_MAP } from '../../memory-map';
import { COMMAND, CONFIG, devfn, FUNCTION_BYTES, placeWords } from './config-space';
import { lineOf, PciBus } from './pci-bus';
import { PciEcam } from './pci-ecam';
import { PciFunction } from './pci-function';
import { PciWindow } from './pci-window';

const SIZE = 0x4000;

/** A bus with three functions whose BARs read as their letter, the offset and the width. */
function board() {
  const lines = [0, 1, 2, 3].map(() => ({ high: false, edges: 0 }));
  const bus = new PciBus(
    lines.map((line) => ({
      set: (high: boolean) => {
        if (high && !line.high) line.edges++;
        line.high = high;
      },
    })),
  );
  const written: string[] = [];
  const plug = (letter: string, place: number): PciFunction => {
    const layout = { vendor: 1, device: 2, classCode: 3, subsystemVendor: 4, subsystem: 5, interrupts: true };
    const made = new PciFunction(
      letter,
      { ...layout, bars: [{ index: 0, size: SIZE }] },
      {
        readBar: (_bar, offset, size) => letter.charCodeAt(0) * 0x10000 + offset * 0x10 + size,
        writeBar: (_bar, offset, size, value) => written.push(`${letter} ${offset} ${size} ${value}`),
      },
    );
    bus.plug(place, made);
    return made;
  };
  // Not in their order.
  const [c, a, b] = [plug('c', devfn(5, 0)), plug('a', devfn(1, 0)), plug('b', devfn(1, 1))];
  const ecam = new PciEcam(bus);
  const windows = [MEMORY_MAP.pcieMmio, MEMORY_MAP.pcieMmio64].map(({ base }) => new PciWindow('window', bus, base));
  const read = (address: number, size: 1 | 2 | 4 = 4): number => {
    const high = address >= MEMORY_MAP.pcieMmio64.base;
    return windows[high ? 1 : 0]!.read(address - (high ? MEMORY_MAP.pcieMmio64 : MEMORY_MAP.pcieMmio).base, size);
  };
  const move = (owner: PciFunction, address: number): void => {
    owner.writeConfig(CONFIG.BAR0, 4, address % 2 ** 32);
    owner.writeConfig(CONFIG.BAR0 + 4, 4, Math.floor(address / 2 ** 32));
    owner.writeConfig(CONFIG.COMMAND, 2, COMMAND.MEMORY | COMMAND.BUS_MASTER);
  };
  return { bus, lines, ecam, windows, read, move, written, a, b, c };
}

describe('a PCI bus', () => {
  let it_: ReturnType<typeof board>;
  beforeEach(() => {
    it_ = board();
  });

  it('names places as lspci does', () => {
    expect([devfn(0, 0), devfn(2, 0), devfn(31, 7)].map(placeWords)).toEqual(['00:00.0', '00:02.0', '00:1f.7']);
  });

  it('finds functions by their place in configuration space', () => {
    const { ecam, a } = it_;
    for (const place of [devfn(1, 0), devfn(1, 1), devfn(5, 0)]) expect(ecam.read(place * FUNCTION_BYTES, 4)).toBe(0x0002_0001);
    expect(ecam.read(devfn(1, 2) * FUNCTION_BYTES, 4)).toBe(0xffff_ffff);
    expect(ecam.read(0x10_0000 + devfn(1, 0) * FUNCTION_BYTES, 4), 'bus 1').toBe(0xffff_ffff);
    ecam.write(devfn(1, 0) * FUNCTION_BYTES + CONFIG.INTERRUPT_LINE, 1, 36);
    expect(a.readConfig(CONFIG.INTERRUPT_LINE, 1)).toBe(36);
    ecam.write(devfn(1, 0) * FUNCTION_BYTES + 0x100, 4, 1);
    ecam.write(devfn(9, 0) * FUNCTION_BYTES, 4, 1);
  });

  it.each([
    ['the window below 4 GiB', 0x1000_4000],
    ['its end', 0x3efe_c000],
    ['the window of 64-bit BARs', MEMORY_MAP.pcieMmio64.base + 0x7f_ffff_0000],
  ])('answers in %s, at every width', (_, base) => {
    const { read, move, a } = it_;
    expect(read(base)).toBe(0xffff_ffff);
    move(a, base);
    for (const size of [1, 2, 4] as const) expect(read(base + 0x10, size)).toBe(0x61_0100 + size);
    expect(read(base + SIZE - 4)).toBe(0x61_0000 + (SIZE - 4) * 0x10 + 4);
    expect(read(base + SIZE - 2, 4), 'across its end').toBe(0xffff_ffff);
    expect([read(base - 1, 1), read(base - 2, 2)]).toEqual([0xff, 0xffff]);
    a.writeConfig(CONFIG.COMMAND, 2, COMMAND.BUS_MASTER);
    expect(read(base)).toBe(0xffff_ffff);
  });

  it('writes to who is there, and to nobody', () => {
    const { windows, move, a, written } = it_;
    move(a, 0x1000_0000);
    windows[0]!.write(0x10, 2, 7);
    windows[0]!.write(0x8000, 4, 9);
    expect(written).toEqual(['a 16 2 7']);
  });

  it('lets the lowest function answer where BARs overlap, whoever came last', () => {
    const { read, move, a, b, c } = it_;
    for (const order of [
      [a, b, c],
      [c, b, a],
      [b, a, c],
    ]) {
      for (const each of order) move(each, 0x1000_0000);
      expect(read(0x1000_0000) >>> 16).toBe('a'.charCodeAt(0));
    }
    a.writeConfig(CONFIG.COMMAND, 2, 0);
    expect(read(0x1000_0000) >>> 16).toBe('b'.charCodeAt(0));
  });

  it('has nobody answer for a BAR outside the windows, and the rest of one that reaches out', () => {
    const { read, move, a } = it_;
    move(a, MEMORY_MAP.ram.base);
    move(a, 0x0900_0000);
    move(a, 2 ** 64 - SIZE);
    move(a, MEMORY_MAP.pciePio.base - (MEMORY_MAP.pciePio.base % SIZE));
    expect(read(0x1000_0000)).toBe(0xffff_ffff);
    // The windows begin and end at multiples of its size, so none can reach out of them.
    expect((MEMORY_MAP.pcieMmio.base + MEMORY_MAP.pcieMmio.size) % SIZE).toBe(0);
  });

  it('swizzles pins as virt does, and drives a line while any function on it asserts', () => {
    const { lines, a, b, c } = it_;
    expect([lineOf(devfn(0, 0), 1), lineOf(devfn(2, 0), 1), lineOf(devfn(2, 3), 4), lineOf(devfn(7, 0), 2)]).toEqual([
      0, 2, 1, 0,
    ]);
    const high = (): boolean[] => lines.map((line) => line.high);
    // Devices 1 and 5: the same line.
    a.setInterrupt(true);
    b.setInterrupt(true);
    c.setInterrupt(true);
    expect(high()).toEqual([false, true, false, false]);
    a.setInterrupt(false);
    c.setInterrupt(false);
    expect(high()).toEqual([false, true, false, false]);
    b.writeConfig(CONFIG.COMMAND, 2, COMMAND.INTERRUPT_DISABLE);
    expect(high()).toEqual([false, false, false, false]);
    expect(lines[1]!.edges).toBe(1);
  });

  it('makes no edge while functions are restored one by one', () => {
    const { lines, ecam, a, b } = it_;
    a.setInterrupt(true);
    const bridge = structuredClone(ecam.save());
    const [savedA, savedB] = [structuredClone(a.save()), structuredClone(b.save())];
    a.check(savedA)();
    a.setInterrupt(false);
    b.check(savedB)();
    b.setInterrupt(true);
    ecam.check(bridge)();
    expect(lines[1]).toEqual({ high: true, edges: 1 });
    b.reset();
    ecam.reset();
    expect(lines[1]!.high).toBe(false);
  });
});
