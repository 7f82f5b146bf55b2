import { beforeEach, describe, expect, it } from 'vitest';
import { bareCpu, RAM_BASE } from './bare-cpu.testkit';
import { MEMORY } from './layout';
import { GuestRam, NoRamError } from './ram';
import { viewsOf } from './vcpu';

const PAGES = 64;
const HOST = MEMORY.PAGE;

let ram: GuestRam;
let told: string[];

beforeEach(() => {
  const views = viewsOf(new WebAssembly.Memory({ initial: 8 }));
  ram = new GuestRam(views, { base: RAM_BASE, size: PAGES * 4096, hostBase: HOST, codeLines: 0 });
  told = [];
  ram.listener = {
    codeWritten: (pa, length) => told.push(`written ${(pa - RAM_BASE).toString(16)} ${length}`),
    firstCodeIn: (pa) => told.push(`first ${(pa - RAM_BASE).toString(16)}`),
    storesMustBeSeen: () => told.push('seen'),
  };
});

describe('GuestRam', () => {
  it('knows what is RAM and where it is', () => {
    expect(ram.contains(RAM_BASE, PAGES * 4096)).toBe(true);
    expect(ram.contains(RAM_BASE - 1, 8)).toBe(false);
    expect(ram.contains(ram.end - 4, 8)).toBe(false);
    expect(ram.contains(Number.NaN)).toBe(false);
    expect(ram.host(RAM_BASE + 5)).toBe(HOST + 5);
    expect(ram.pageOf(RAM_BASE + 0x1fff)).toBe(1);
    expect(ram.addressOf(2)).toBe(RAM_BASE + 0x2000);
  });

  it('reads and writes little-endian, and refuses what is outside, naming the address', () => {
    ram.write64(RAM_BASE + 3, 0x1122334455667788n);
    expect(ram.read16(RAM_BASE + 3)).toBe(0x7788);
    expect(ram.read32(RAM_BASE + 7)).toBe(0x11223344);
    ram.write32(RAM_BASE + 3, 0xffffffff);
    ram.write16(RAM_BASE + 3, 1);
    expect(ram.read64(RAM_BASE + 3)).toBe(0x11223344ffff0001n);
    expect([...ram.view(RAM_BASE + 3, 4)]).toEqual([1, 0, 255, 255]);
    for (const bad of [RAM_BASE - 1, ram.end - 7, Number.NaN, RAM_BASE + 0.5, 2 ** 60]) {
      expect(() => ram.read64(bad)).toThrow(NoRamError);
      expect(() => ram.write(bad, new Uint8Array(8))).toThrow(NoRamError);
    }
    expect(() => ram.read64(ram.end)).toThrow(/8 bytes at 0x40040000/);
  });

  it('lists the pages that are not zero', () => {
    ram.write16(RAM_BASE + 0x3ffe, 1);
    ram.write(RAM_BASE + 0x5000, Uint8Array.of(1));
    expect([...ram.usedPages()]).toEqual([3, 5]);
    ram.fill(RAM_BASE, ram.size);
    expect([...ram.usedPages()]).toEqual([]);
  });

  it('tells of writes to lines with code, whoever writes, and of no others', () => {
    ram.addCode(RAM_BASE + 0x1040, 4);
    ram.addCode(RAM_BASE + 0x1fc0, 4);
    expect(told.splice(0)).toEqual(['first 1000']);
    ram.write(RAM_BASE + 0x1000, new Uint8Array(64));
    ram.write(RAM_BASE + 0x1080, new Uint8Array(0xf40));
    ram.write(RAM_BASE, new Uint8Array(0x1000));
    expect(told).toEqual([]);
    ram.write16(RAM_BASE + 0x103f, 0);
    ram.write32(RAM_BASE + 0x107c, 0);
    ram.write64(RAM_BASE + 0x1ff8, 0n);
    ram.write(RAM_BASE, new Uint8Array(0x1041));
    ram.copyIn(RAM_BASE + 0x1048, 1, 0);
    expect(told).toEqual(['written 103f 2', 'written 107c 4', 'written 1ff8 8', 'written 0 4161', 'written 1048 1']);
    ram.removeCode(RAM_BASE + 0x1044);
    told.length = 0;
    ram.write32(RAM_BASE + 0x1040, 0);
    expect(told).toEqual([]);
    expect(ram.pageHasCode(RAM_BASE + 0x1000)).toBe(true);
    ram.removeCode(RAM_BASE + 0x1fff);
    expect(ram.pageHasCode(RAM_BASE + 0x1000)).toBe(false);
  });

  it('knows the pages changed since each of several marks', () => {
    expect(() => [...ram.dirtyPages(0)]).toThrow(/since mark 0 is not known/);
    const first = ram.mark();
    ram.write(RAM_BASE + 0x0fff, new Uint8Array(2));
    const second = ram.mark();
    expect(told).toEqual(['seen', 'seen']);
    ram.write64(RAM_BASE + 0x5000, 1n);
    ram.copyIn(RAM_BASE + 0x1000, 8, 0);
    expect([...ram.dirtyPages(first)]).toEqual([0, 1, 5]);
    expect([...ram.dirtyPages(second)]).toEqual([1, 5]);
    ram.forgetMarks();
    const third = ram.mark();
    expect([...ram.dirtyPages(third)]).toEqual([]);
    expect(() => [...ram.dirtyPages(second)]).toThrow(RangeError);
  });

  it('shows a page to hooks before its first change: copies made then are what the page held at the mark', () => {
    ram.write32(RAM_BASE + 0x2000, 7);
    const copies = new Map<number, Uint8Array>();
    ram.beforeFirstChange.add((page) => copies.set(page, ram.page(page).slice()));
    ram.mark();
    ram.write32(RAM_BASE + 0x2000, 8);
    ram.write32(RAM_BASE + 0x2000, 9);
    expect([...copies.keys()]).toEqual([2]);
    expect(copies.get(2)![0]).toBe(7);
    ram.mark();
    ram.fill(RAM_BASE + 0x2000, 0x1001);
    expect(copies.get(2)![0]).toBe(9);
    expect(copies.has(3)).toBe(true);
  });
});

describe.each(['interpreter', 'jit'] as const)('changes made by the %s', (engine) => {
  const STORES = `
        mov   x9, #(3 << 20)
        msr   cpacr_el1, x9
        ldr   x1, =${RAM_BASE + 0x10000}
        mov   x2, #0x3000
        mov   x20, #400
loop:   ldr   x3, [x1]
        add   x3, x3, #1
        str   x3, [x1]
        add   x4, x1, x2
        stp   x3, x3, [x4, #-8]
        subs  x20, x20, #1
        b.ne  loop
stop:   b     stop
  `;

  it('are seen after a mark although the same stores went by unseen before', async () => {
    const bare = await bareCpu(STORES, { engine });
    for (let i = 0; i < 100; i++) bare.run(10);
    const copies = new Map<number, bigint>();
    const { ram } = bare.engine;
    ram.beforeFirstChange.add((page) => copies.set(page, ram.read64(ram.addressOf(page))));
    for (let round = 0; round < 4; round++) {
      const before = ram.read64(RAM_BASE + 0x10000);
      const mark = ram.mark();
      expect([...ram.dirtyPages(mark)]).toEqual([]);
      for (let i = 0; i < 20; i++) bare.run(10);
      // The pair lies across two pages.
      expect([...ram.dirtyPages(mark)]).toEqual([0x10, 0x12, 0x13]);
      expect(copies.get(0x10)).toBe(before);
      expect(ram.read64(RAM_BASE + 0x10000)).toBeGreaterThan(before);
    }
  });
});
