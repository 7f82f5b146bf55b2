/** What the board panels tell of virtio devices on PCI. */
import { expect, it } from 'vitest';
import { regionAt } from '../../machine/board-regions';
import { COMMAND, CONFIG } from '../../machine/devices/pci/config-space';
import { interruptSource } from '../../machine/interrupt-sources';
import { machineOf } from '../../machine/machine.testkit';
import { diskFunction, MEMORY_MAP, SPI } from '../../machine/memory-map';
import { stateHash } from '../../machine/state-hash';
import { MemoryDisk } from '../../storage/memory-disk';
import { inspectSpeed } from './inspect-speed';
import { inspectVirtio } from './inspect-virtio';

const BAR = MEMORY_MAP.pcieMmio64.base + 0x10000;
const DISK = MEMORY_MAP.pcieEcam.base + diskFunction(0) * 0x1000;

it('tells of functions on PCI where they are, what they may do, and what they share', async () => {
  const machine = await machineOf('b .', { vcpus: 1, virtio: 'pci', disks: [new MemoryDisk(1 << 20), new MemoryDisk(1 << 20)] });
  const { bus } = machine;
  const off = { memory: false, busMaster: false, interruptsOff: false };
  expect(inspectVirtio(machine)).toMatchObject([
    { name: 'console', place: '00:01.0', intid: 36, command: off },
    { name: 'entropy', place: '00:01.1', intid: 36 },
    { name: 'hvc', place: '00:01.2', intid: 36 },
    { name: 'files', place: '00:01.3', intid: 36 },
    { name: 'disk 0', place: '00:02.0', intid: 37 },
    { name: 'disk 1', place: '00:03.0', intid: 38 },
  ]);
  expect(inspectVirtio(machine).every(({ base }) => base === undefined)).toBe(true);

  bus.write(DISK + 0x20, 8, BAR % 2 ** 32, Math.floor(BAR / 2 ** 32));
  bus.write(DISK + CONFIG.COMMAND, 2, COMMAND.MEMORY | COMMAND.BUS_MASTER | COMMAND.INTERRUPT_DISABLE);
  const before = stateHash(machine);
  expect(inspectVirtio(machine)[4]).toMatchObject({
    base: BAR,
    command: { memory: true, busMaster: true, interruptsOff: true },
    queues: [{ role: 'requests', size: 256, maxSize: 256, ready: false }],
  });
  expect(regionAt(machine, BAR + 8)).toEqual({ kind: 'device', name: 'virtio disk', from: BAR, end: BAR + 0x4000 });
  expect(regionAt(machine, BAR + 0x4000)).toMatchObject({ name: 'PCIe memory window (64-bit)' });
  expect(stateHash(machine)).toBe(before);

  for (let n = 0; n < 5; n++) bus.read(BAR, 4);
  bus.read(BAR - 4, 4);
  expect(inspectSpeed(machine).devices).toMatchObject({ 'virtio disk 0': 5, 'pcie-mmio64': 1 });
});

it('names all that a line is of', async () => {
  const pci = await machineOf('b .', { vcpus: 1, virtio: 'pci', disks: [new MemoryDisk(1 << 20)] });
  const mmio = await machineOf('b .', { vcpus: 1, disks: [new MemoryDisk(1 << 20)] });
  const who = (machine: typeof pci, spi: number): string => interruptSource(32 + spi, (each) => machine.virtioOn(each));
  expect(who(pci, SPI.pcieIntA + 1)).toBe('PCIe INTB: virtio console, virtio entropy, virtio hvc, virtio files');
  expect(who(pci, SPI.pcieIntA + 2)).toBe('PCIe INTC: virtio disk 0');
  expect(who(pci, SPI.virtioMmio + 31)).toBe('empty virtio slot 31');
  expect(who(mmio, SPI.virtioMmio + 31)).toBe('virtio disk 0');
  expect(who(mmio, SPI.pcieIntA)).toBe('PCIe INTA');
});
