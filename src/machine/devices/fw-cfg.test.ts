/** What is expected of the registers and of DMA was found on QEMU 7.2 by the same accesses, but for addresses without RAM, of which that says nothing. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceState } from '../device';
import { FwCfg } from './fw-cfg';
import { type FirmwareFiles, FW_CFG, fwCfgItems } from './fw-cfg-items';
import { FakeMemory, RAM_BASE, RAM_SIZE } from './virtio/guest.testkit';
import { MOST_AT_ONCE } from './virtio/virtio-cost';

const [SELECTOR, DMA] = [8, 16];
const [ERROR, READ, SKIP, SELECT, WRITE] = [1, 2, 4, 8, 16];
const TRANSFER = RAM_BASE + 0x100;
const TARGET = RAM_BASE + 0x1000;

let memory: FakeMemory;
let spent: number;
let device: FwCfg;
const made = (files?: FirmwareFiles): FwCfg =>
  new FwCfg({
    memory,
    items: fwCfgItems(2, files),
    onWork: (cost) => {
      spent += cost;
    },
  });
beforeEach(() => {
  memory = new FakeMemory();
  spent = 0;
  device = made();
});

const swapped = (value: number, bytes: 2 | 4): number => {
  const view = new DataView(new ArrayBuffer(4));
  if (bytes === 2) view.setUint16(0, value);
  else view.setUint32(0, value);
  return bytes === 2 ? view.getUint16(0, true) : view.getUint32(0, true);
};
const select = (key: number): void => device.write(SELECTOR, 2, swapped(key, 2));
const bytes = (count: number): number[] => Array.from({ length: count }, () => device.read(0, 1));
const item = (key: number, count: number): number[] => {
  select(key);
  return bytes(count);
};
const latin = (codes: readonly number[]): string => String.fromCharCode(...codes);

/** Asks for a transfer. Returns what its control holds then. */
function dma(control: number, length: number, address: number | bigint, at = TRANSFER): number {
  const given = new DataView(new ArrayBuffer(16));
  given.setUint32(0, control);
  given.setUint32(4, length);
  given.setBigUint64(8, BigInt(address));
  memory.write(at, new Uint8Array(given.buffer));
  device.write(DMA, 4, 0);
  device.write(DMA + 4, 4, swapped(at, 4));
  return controlOf(at);
}
const controlOf = (at = TRANSFER): number => swapped(memory.read32(at), 4);
const of = (key: number): number => (key << 16) | SELECT;

describe('fw_cfg', () => {
  it('says who it is, how many vCPUs there are, and what it knows by name', () => {
    expect(latin(item(FW_CFG.SIGNATURE, 5))).toBe('QEMU\0');
    expect(item(FW_CFG.ID, 5)).toEqual([3, 0, 0, 0, 0]);
    expect(item(FW_CFG.NB_CPUS, 3)).toEqual([2, 0, 0]);
    const directory = item(FW_CFG.FILE_DIR, 4 + 64 + 1);
    expect(directory.slice(0, 4 + 8)).toEqual([0, 0, 0, 1, 0, 0, 0, 4, 0, FW_CFG.FILE_FIRST, 0, 0]);
    expect(latin(directory.slice(12, 12 + 19))).toBe('etc/boot-fail-wait\0');
    expect(item(FW_CFG.FILE_FIRST, 5)).toEqual([255, 255, 255, 255, 0]);
  });

  it('gives what is to be booted, the command line with its end', () => {
    device = made({ kernel: Uint8Array.of(1, 2, 3), initrd: Uint8Array.of(4), append: 'quiet é' });
    expect([item(FW_CFG.KERNEL_SIZE, 4), item(FW_CFG.KERNEL_DATA, 3)]).toEqual([
      [3, 0, 0, 0],
      [1, 2, 3],
    ]);
    expect([item(FW_CFG.INITRD_SIZE, 1), item(FW_CFG.INITRD_DATA, 2)]).toEqual([[1], [4, 0]]);
    expect(item(FW_CFG.CMDLINE_SIZE, 1)).toEqual([9]);
    expect(new TextDecoder().decode(Uint8Array.from(item(FW_CFG.CMDLINE_DATA, 9)))).toBe('quiet é\0');
  });

  it('gives nothing of what there is not, of the architecture’s own, and to whoever gives none', () => {
    for (const key of [FW_CFG.KERNEL_SIZE, FW_CFG.INITRD_SIZE, 0x1234, 0x8000, 0xffff]) expect(item(key, 2)).toEqual([0, 0]);
    expect(item(0x4000, 1), 'to be written').toEqual([0x51]);
    device.write(0, 4, 0xffff_ffff);
    expect(latin(item(FW_CFG.SIGNATURE, 4))).toBe('QEMU');
  });

  it('keeps the order of bytes in accesses of each size', () => {
    select(FW_CFG.SIGNATURE);
    expect([device.read(0, 4), device.read(0, 1), device.read(4, 1)]).toEqual([0x554d4551, 0, 0]);
    select(FW_CFG.SIGNATURE);
    expect([device.read(0, 2), device.read(4, 2)]).toEqual([0x4551, 0x554d]);
    expect([device.read(SELECTOR, 2), device.read(DMA, 4), device.read(DMA + 4, 4), device.read(DMA, 1)]).toEqual([
      0, 0x554d4551, 0x47464320, 0x51,
    ]);
  });

  it.each([1, 4] as const)('takes no selector of %i bytes', (size) => {
    select(FW_CFG.ID);
    device.write(SELECTOR, size, 0);
    expect(bytes(1)).toEqual([3]);
  });
});

describe('DMA of fw_cfg', () => {
  it('moves an item, and behind its end zeros', () => {
    memory.write(TARGET, new Uint8Array(16).fill(9));
    expect(dma(of(FW_CFG.SIGNATURE) | READ, 4, TARGET)).toBe(0);
    expect(memory.read32(TARGET)).toBe(0x554d4551);
    expect(dma(READ, 8, TARGET)).toBe(0);
    expect([...memory.view(TARGET, 9)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 9]);
    expect(dma(of(0x1234) | READ, 2, TARGET)).toBe(0);
    expect(Number.isInteger(spent), 'costs are counted').toBe(true);
  });

  it('skips, selects, and refuses to write', () => {
    expect([dma(of(FW_CFG.SIGNATURE) | SKIP, 2, TARGET), ...bytes(1)]).toEqual([0, 0x4d]);
    expect([dma(SKIP, 0xffff_ffff, TARGET), ...bytes(1)]).toEqual([0, 0]);
    expect([dma(of(FW_CFG.SIGNATURE), 2, TARGET), ...bytes(1)]).toEqual([0, 0x51]);
    expect([dma(of(FW_CFG.SIGNATURE) | SKIP | READ, 2, TARGET), ...bytes(1)]).toEqual([0, 0x4d]);
    expect(dma(of(FW_CFG.SIGNATURE) | WRITE, 4, TARGET)).toBe(ERROR);
    expect(dma(of(0x1234) | WRITE, 4, TARGET)).toBe(ERROR);
  });

  it.each([
    ['before RAM', 0, 2],
    ['across the end of RAM', RAM_BASE + RAM_SIZE - 2, 4],
    ['far out', 0xffff_ffff_ffff_fff0n, 0x20],
    ['of an endless length', RAM_BASE, 0xffff_ffff],
  ])('says that a target is wrong: %s', (_, address, length) => {
    // The last writes over what asked for it, which is read only once.
    dma(of(FW_CFG.SIGNATURE) | READ, length, address);
    while (device.hasMore) device.goOn();
    expect(controlOf()).toBe(ERROR);
  });

  it('is deaf to transfers that lie nowhere', () => {
    for (const [high, low] of [
      [0, 0],
      [0, RAM_BASE + RAM_SIZE - 8],
      [0xffff_ffff, 0xffff_ffff],
    ] as const) {
      device.write(DMA, 4, swapped(high, 4));
      device.write(DMA + 4, 4, swapped(low, 4));
    }
    expect(device.hasMore).toBe(false);
  });

  it('does what takes long a bit at a time, charges it, and goes on where it is restored', () => {
    const kernel = new Uint8Array(0xc0000).map((_, n) => n * 7);
    device = made({ kernel });
    const at = RAM_BASE + 0xff000;
    dma(of(FW_CFG.KERNEL_DATA) | READ, kernel.length, RAM_BASE, at);
    expect([device.hasMore, controlOf(at) === 0]).toEqual([true, false]);
    expect(spent).toBeGreaterThan(MOST_AT_ONCE);
    expect(spent).toBeLessThan(2 * MOST_AT_ONCE);
    const state = structuredClone(device.save());
    device = made({ kernel });
    device.check(state)();
    expect(device.save()).toEqual(state);
    while (device.hasMore) device.goOn();
    expect(controlOf(at)).toBe(0);
    expect(memory.view(RAM_BASE, kernel.length).every((byte, n) => byte === kernel[n])).toBe(true);
  });

  it('gives a transfer up that the guest does not wait for', () => {
    device = made({ kernel: new Uint8Array(0xc0000) });
    const at = RAM_BASE + 0xff000;
    dma(of(FW_CFG.KERNEL_DATA) | READ, 0xc0000, RAM_BASE, at);
    select(FW_CFG.SIGNATURE);
    expect([device.hasMore, controlOf(at), latin(bytes(4))]).toEqual([false, ERROR, 'QEMU']);
  });

  it.each([
    ['key', 0x1_0000],
    ['offset', -1],
    ['job', 7],
    ['job', { control: 0, address: RAM_BASE, left: 1 }],
    ['job', { control: RAM_BASE, address: -1, left: 1 }],
    ['job', { control: RAM_BASE, address: RAM_BASE, left: 2 ** 32 }],
  ])('takes no saved state with a bad %s', (name, value) => {
    const state: DeviceState = { ...device.save(), [name]: value };
    expect(() => device.check(state)).toThrow(/^The saved state of fw-cfg[^.]*\.$/);
  });

  it('is reset to what it was at first', () => {
    const first = device.save();
    dma(of(FW_CFG.ID) | READ, 2, TARGET);
    device.write(DMA, 4, 1);
    device.reset();
    expect(device.save()).toEqual(first);
  });
});
