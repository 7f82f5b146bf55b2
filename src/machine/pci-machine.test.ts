/** A board whose virtio devices are functions on PCI: where they are, their interrupts, saves, resets, and guests that mean harm. */
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../storage/memory-disk';
import { COMMAND, CONFIG, FUNCTION_BYTES } from './devices/pci/config-space';
import { Common, PART, VIRTIO_BAR_BYTES } from './devices/virtio/transport-pci';
import { Status } from './devices/virtio/virtio-device';
import type { Machine } from './machine';
import { bareMachine } from './machine.testkit';
import { diskFunction, MAX_DISKS, MEMORY_MAP, SPI, VIRTIO_FUNCTION } from './memory-map';
import { stateHash } from './state-hash';
import { transfer } from './transfer.testkit';
import { generator, throughFile } from './wild.testkit';

const BAR4 = 0x20;
const RAM = MEMORY_MAP.ram.base;

const machine = (disks = 2): Promise<Machine> =>
  bareMachine({ virtio: 'pci', disks: Array.from({ length: disks }, () => new MemoryDisk(1 << 20)) });

const configOf = (fn: number, register = 0): number => MEMORY_MAP.pcieEcam.base + fn * FUNCTION_BYTES + register;

/** Puts a function's BAR somewhere and switches it on. */
function map({ bus }: Machine, fn: number, address: number): void {
  bus.write(configOf(fn, BAR4), 4, address % 2 ** 32);
  bus.write(configOf(fn, BAR4 + 4), 4, Math.floor(address / 2 ** 32));
  bus.write(configOf(fn, CONFIG.COMMAND), 2, COMMAND.MEMORY | COMMAND.BUS_MASTER);
}

/** Brings the entropy source to fill one buffer of 16 bytes, with its BAR at `bar`; its rings are at the start of RAM. */
function drawEntropy({ bus, memory }: Machine, bar: number): void {
  const set = (offset: number, size: 1 | 2 | 4 | 8, value: number): void => void bus.write(bar + offset, size, value);
  memory.write64(RAM, BigInt(RAM + 0x3000));
  memory.write32(RAM + 8, 16);
  memory.write16(RAM + 12, 2);
  memory.write16(RAM + 0x1000 + 2, 1);
  set(Common.device_status, 1, Status.ACKNOWLEDGE | Status.DRIVER);
  set(Common.driver_feature_select, 4, 1);
  set(Common.driver_feature, 4, 1);
  set(Common.device_status, 1, Status.ACKNOWLEDGE | Status.DRIVER | Status.FEATURES_OK);
  set(Common.queue_size, 2, 8);
  set(Common.queue_desc, 8, RAM);
  set(Common.queue_driver, 8, RAM + 0x1000);
  set(Common.queue_device, 8, RAM + 0x2000);
  set(Common.queue_enable, 2, 1);
  set(Common.device_status, 1, 0xf);
  set(PART.notify, 2, 0);
}

/** Wires of INTA to INTD. */
const lines = (from: Machine): boolean[] =>
  [0, 1, 2, 3].map((line) => from.virtioOn(SPI.pcieIntA + line).length > 0 && wire(from, SPI.pcieIntA + line));
function wire(from: Machine, spi: number): boolean {
  const interrupt = from.gic.view(true).interrupts.find(({ intid }) => intid === 32 + spi);
  return interrupt?.level ?? false;
}

describe('a board with virtio-pci', () => {
  it('has a function for each device, and all slots empty', async () => {
    const { bus, virtio } = await machine();
    const id = (fn: number): number => bus.read(configOf(fn), 4)!;
    expect(virtio.map(({ name, place }) => [name, 'fn' in place && id(place.fn).toString(16)])).toEqual([
      ['console', '10431af4'],
      ['entropy', '10441af4'],
      ['hvc', '10431af4'],
      ['files', '10431af4'],
      ['disk 0', '10421af4'],
      ['disk 1', '10421af4'],
    ]);
    expect(id(diskFunction(2))).toBe(0xffff_ffff);
    expect(bus.read(configOf(VIRTIO_FUNCTION.console, CONFIG.HEADER_TYPE), 1)).toBe(0x80);
    for (let slot = 0; slot < 32; slot++) expect(bus.read(MEMORY_MAP.virtioMmio.base + 0x200 * slot + 8, 4)).toBe(0);
    expect(diskFunction(MAX_DISKS - 1)).toBeLessThan(256);
  });

  it.each([0x1000_0000, 0x80_1234_4000])('interrupts by the line its device is wired to (BAR at 0x%x)', async (bar) => {
    const it_ = await machine();
    map(it_, VIRTIO_FUNCTION.entropy, bar);
    drawEntropy(it_, bar);
    expect(it_.memory.read16(RAM + 0x2002)).toBe(1);
    expect(lines(it_)).toEqual([false, true, false, false]);
    expect(it_.virtioOn(SPI.pcieIntA + 1)).toEqual(['console', 'entropy', 'hvc', 'files']);
    expect(it_.virtioOn(SPI.pcieIntA + 2)).toEqual(['disk 0']);

    const other = await machine();
    await transfer(it_, other);
    expect(stateHash(other)).toBe(stateHash(it_));
    expect(lines(other)).toEqual([false, true, false, false]);
    expect(other.bus.read(bar + PART.isr, 1)).toBe(1);
    expect(lines(other)).toEqual([false, false, false, false]);

    it_.reset(RAM, 0);
    expect(lines(it_)).toEqual([false, false, false, false]);
    expect(it_.bus.read(bar, 4)).toBe(0xffff_ffff);
    expect(it_.bus.read(configOf(VIRTIO_FUNCTION.entropy, BAR4), 4)).toBe(0xc);
    expect(it_.bus.read(configOf(VIRTIO_FUNCTION.entropy, CONFIG.COMMAND), 2)).toBe(0);
  });

  it('is restored over another without an edge on a line that both have high', async () => {
    const [it_, other] = [await machine(), await machine()];
    map(it_, VIRTIO_FUNCTION.entropy, 0x1000_0000);
    drawEntropy(it_, 0x1000_0000);
    // Edge-triggered, and not pending any more.
    const intid = 32 + SPI.pcieIntA + 1;
    it_.bus.write(MEMORY_MAP.gicDistributor.base + 0xc00 + 4 * (intid >> 4), 4, 2 << (2 * (intid & 15)));
    it_.bus.write(MEMORY_MAP.gicDistributor.base + 0x280 + 4 * (intid >> 5), 4, 1 << (intid & 31));

    map(other, VIRTIO_FUNCTION.hvc, 0x1000_0000);
    const set = (offset: number, size: 1 | 4, value: number): void => void other.bus.write(0x1000_0000 + offset, size, value);
    set(Common.driver_feature_select, 4, 1);
    set(Common.driver_feature, 4, 1);
    set(Common.device_status, 1, 0xb);
    set(Common.device_status, 1, 0xf);
    other.input({ type: 'size', rows: 7, columns: 9 });
    expect([lines(it_), lines(other)]).toEqual([lines(it_), lines(it_)]);
    expect(lines(it_)[1]).toBe(true);

    await transfer(it_, other);
    expect(stateHash(other)).toBe(stateHash(it_));
    expect(other.gic.view(true).interrupts.find((each) => each.intid === intid)).toMatchObject({
      level: true,
      edge: true,
      pending: false,
    });
  });

  it('is not taken for one with virtio-mmio, nor the other way round', async () => {
    const mmio = await bareMachine({ disks: [new MemoryDisk(1 << 20), new MemoryDisk(1 << 20)] });
    const pci = await machine();
    await expect(transfer(mmio, pci)).rejects.toThrow(/in a virtio-mmio slot, and this machine has it on PCI/);
    await expect(transfer(pci, await bareMachine(mmio.options))).rejects.toThrow(/a function on PCI, and this machine has it in/);
  });
});

const ANYWHERE = [
  0,
  RAM,
  RAM + 0x4000,
  MEMORY_MAP.uart.base,
  MEMORY_MAP.gicDistributor.base,
  MEMORY_MAP.virtioMmio.base,
  MEMORY_MAP.pcieEcam.base,
  MEMORY_MAP.pcieMmio.base,
  MEMORY_MAP.pcieMmio.base + VIRTIO_BAR_BYTES,
  MEMORY_MAP.pciePio.base - VIRTIO_BAR_BYTES,
  MEMORY_MAP.pciePio.base,
  MEMORY_MAP.pcieMmio64.base,
  MEMORY_MAP.pcieMmio64.base + MEMORY_MAP.pcieMmio64.size - VIRTIO_BAR_BYTES,
  MEMORY_MAP.pcieMmio64.base + MEMORY_MAP.pcieMmio64.size,
  2 ** 64 - 2 ** 32,
] as const;

describe('a wild guest on PCI', () => {
  let it_: Machine;
  let other: Machine;
  beforeAll(async () => {
    [it_, other] = [await machine(), await machine()];
  });

  it.each([1, 2, 3, 4])('neither throws nor hangs, and its machine can be restored (seed %i)', async (seed) => {
    const random = generator(seed);
    const pick = <T>(list: readonly T[]): T => list[random() % list.length]!;
    const functions = it_.virtio.flatMap(({ place }) => ('fn' in place ? [place.fn] : []));
    const seen = { answered: 0, active: 0, high: 0, faults: 0 };
    for (let round = 0; round < 60; round++) {
      if (round % 12 === 0) it_.reset(RAM, 0);
      for (const fn of functions) {
        const near = MEMORY_MAP.pcieMmio.base + VIRTIO_BAR_BYTES * (random() % 4);
        if (random() % 4) map(it_, fn, random() % 2 ? pick(ANYWHERE) : near);
      }
      for (let access = 0; access < 200; access++) {
        const size = pick([1, 2, 4, 4, 8] as const);
        const value = pick([0, 1, 0xff, 0xffff_ffff, random(), RAM, RAM + (random() & 0xffff)]);
        const window = random() % 4;
        const register = (random() % (random() % 2 ? 0x40 : 0x108)) & ~(random() % 2 ? size - 1 : 0);
        // Common fields come most often; a BAR that nobody has there answers nothing.
        const offset = (random() % 2 ? 0 : pick([PART.isr, PART.device, PART.notify])) + (random() % 0x48);
        const address =
          window === 0
            ? configOf(random() % 8 ? pick(functions) : random() % 256, register)
            : pick([MEMORY_MAP.pcieMmio.base, pick(ANYWHERE.slice(6))]) + VIRTIO_BAR_BYTES * (random() % 4) + offset;
        if (random() % 3) it_.bus.write(address, size, value, random());
        else it_.bus.read(address, size);
      }
      // A driver of some good will, on whatever BAR is there.
      const fn = pick(functions);
      const bar = MEMORY_MAP.pcieMmio64.base + VIRTIO_BAR_BYTES * fn;
      map(it_, fn, bar);
      if (random() % 2) it_.bus.write(bar + Common.device_status, 1, 0);
      drawEntropy(it_, bar);
      if (random() % 4 === 0) it_.bus.write(configOf(fn, CONFIG.COMMAND), 2, random() & 0xffff);
      it_.bus.write(bar + PART.notify, 4, random());
      it_.input({ type: 'agent', bytes: Uint8Array.of(1, 2, 3) });
      it_.input({ type: 'console', bytes: Uint8Array.of(65) });
      it_.letDevicesGoOn();
      seen.answered += it_.bus.read(bar + Common.num_queues, 2) !== 0xffff ? 1 : 0;
      seen.active += it_.driven ? 1 : 0;
      seen.high += lines(it_).some(Boolean) ? 1 : 0;
      seen.faults += it_.virtio.some(({ transport }) => transport.fault !== undefined) ? 1 : 0;

      const others = new Map(other.persistents());
      const applies: (() => void)[] = [];
      for (const [name, device] of it_.persistents()) applies.push(others.get(name)!.check(throughFile(device.save())));
      for (const apply of applies) apply();
      for (const [name, device] of it_.persistents()) expect(others.get(name)!.save(), name).toEqual(device.save());
      expect(lines(other)).toEqual(lines(it_));
      // What answers where is the same, too.
      for (let n = 0; n < 20; n++) {
        const at = pick(ANYWHERE.slice(7)) + VIRTIO_BAR_BYTES * (random() % 4) + Common.num_queues;
        expect(other.bus.read(at, 2)).toBe(it_.bus.read(at, 2));
      }
    }
    expect(Math.min(seen.answered, seen.active, seen.high, seen.faults), JSON.stringify(seen)).toBeGreaterThan(10);
  });
});
