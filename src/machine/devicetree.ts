import { GPIO_PIN } from './devices/pl061';
import { type FdtNode, type FdtValue, fdtNode, writeFdt } from './fdt';
import type { InterruptController } from './gic';
import { FIRST_PPI_INTID, FLASH_BANK_BYTES, MEMORY_MAP, PPI, SPI, VIRTIO_MMIO_SLOTS, virtioMmioRegion } from './memory-map';

/** A property of the firmware's node, as the firmware describes itself. Numbers are 32-bit cells. */
export interface FirmwareProperty {
  name: string;
  value: string[] | number[];
}

export interface BoardDescription {
  /** MPIDR_EL1 of each vCPU, of which Aff2 to Aff0 (bits 23 to 0) count; the first boots. */
  mpidrs: readonly number[];
  memoryBytes: number;
  interruptController: Pick<InterruptController, 'deviceTreeNode' | 'ppiFlags'>;
  /** The properties of `/psci`; none: there is no such node and the CPUs have no enable-method. */
  psci: readonly FirmwareProperty[];
  /** `compatible` of the CPUs; `arm,armv8` (any, as a software model) if left out. */
  cpuCompatible?: string;
  /** The CPUs have a performance monitor with its interrupt. */
  pmu?: boolean;
  /** There are two banks of flash, and fw_cfg. */
  flash?: boolean;
  /** The kernel's command line. */
  bootargs?: string;
  /** Guest-physical addresses in bytes; `end` is the first byte after. */
  initrd?: { start: number; end: number };
  /** Entropy for the kernel, from the host. */
  rngSeed?: Uint8Array;
  kaslrSeed?: bigint;
}

/** Nodes that others point to. */
const PHANDLE = { apbClock: 0x8000, gic: 0x8001, gpio: 0x8002, firstCpu: 0x8010 } as const;

/** First cell of an interrupt specifier of the GIC's binding. */
const IRQ_TYPE = { spi: 0, ppi: 1 } as const;
/** Third cell. */
const IRQ_FLAG = { edgeRising: 1, levelHigh: 4 } as const;

/** Input event codes of Linux. */
const KEY_POWER = 116;
const KEY_SLEEP = 142;
const GPIO_ACTIVE_HIGH = 0;

const APB_CLOCK_HZ = 24_000_000;
const PCI_PINS = 4;
/** Configuration space of one bus: 32 devices of 8 functions of 4 KiB. */
const PCI_BUS_BYTES = 0x10_0000;

/** Space codes of a PCI `ranges` entry's first cell. */
const PCI_SPACE = { io: 0x0100_0000, memory32: 0x0200_0000, memory64: 0x0300_0000 } as const;

/**
 * The device tree of the board: the nodes QEMU's `virt` makes with `gic-version=3,its=off`, in its order but for the virtio transports,
 * less the platform bus, which this board has not, with flash and fw_cfg only where there is firmware, and with a sleep key beside the power key.
 * Source: the bindings of the Linux kernel (Documentation/devicetree/bindings).
 */
export function boardTree(board: BoardDescription): FdtNode {
  const root = {
    'interrupt-parent': PHANDLE.gic,
    model: 'linux,dummy-virt',
    '#size-cells': 2,
    '#address-cells': 2,
    compatible: 'linux,dummy-virt',
  };
  const ppi = (intid: number): number[] => privateInterrupt(intid, board.interruptController.ppiFlags);
  return fdtNode('', root, [
    ...(board.psci.length > 0 ? [fdtNode('psci', Object.fromEntries(board.psci.map(({ name, value }) => [name, value])))] : []),
    fdtNode(`memory@${MEMORY_MAP.ram.base.toString(16)}`, {
      reg: [BigInt(MEMORY_MAP.ram.base), BigInt(board.memoryBytes)],
      device_type: 'memory',
    }),
    ...(board.flash ? [fwCfgNode()] : []),
    // The last first: Linux finds devices in the order of their nodes, and is to call disk 0, in the last slot, vda, and those below it vdb
    // and so on. QEMU lists the lowest address first, but fills its slots from the last one down, so there the last `-device` is vda.
    ...Array.from({ length: VIRTIO_MMIO_SLOTS }, (_, index) => virtioNode(VIRTIO_MMIO_SLOTS - 1 - index)),
    ...(board.flash ? [flashNode()] : []),
    gpioKeysNode(),
    gpioNode(),
    pcieNode(),
    rtcNode(),
    uartNode(),
    ...(board.pmu ? [fdtNode('pmu', { interrupts: ppi(PPI.pmu), compatible: 'arm,armv8-pmuv3' })] : []),
    board.interruptController.deviceTreeNode(PHANDLE.gic),
    cpusNode(board),
    fdtNode('timer', {
      interrupts: [...ppi(PPI.secureTimer), ...ppi(PPI.physicalTimer), ...ppi(PPI.virtualTimer), ...ppi(PPI.hypervisorTimer)],
      'always-on': true,
      // A machine that wakes from hibernation is another machine, whose counter began anew. Linux must not take what it counts for the time
      // asleep (it would, if it is already ahead of the sleeper's), but ask the real-time clock.
      'arm,no-tick-in-suspend': true,
      compatible: ['arm,armv8-timer', 'arm,armv7-timer'],
    }),
    fdtNode('apb-pclk', {
      phandle: PHANDLE.apbClock,
      'clock-output-names': 'clk24mhz',
      'clock-frequency': APB_CLOCK_HZ,
      '#clock-cells': 0,
      compatible: 'fixed-clock',
    }),
    chosenNode(board),
  ]);
}

/** The same as a blob, to be put in the guest's memory. */
export function boardDeviceTree(board: BoardDescription): Uint8Array {
  return writeFdt(boardTree(board), { bootCpu: affinity(board.mpidrs[0] ?? 0) });
}

function virtioNode(slot: number): FdtNode {
  const { base, size } = virtioMmioRegion(slot);
  return fdtNode(`virtio_mmio@${base.toString(16)}`, {
    'dma-coherent': true,
    interrupts: [IRQ_TYPE.spi, SPI.virtioMmio + slot, IRQ_FLAG.edgeRising],
    reg: [BigInt(base), BigInt(size)],
    compatible: 'virtio,mmio',
  });
}

function flashNode(): FdtNode {
  const { base } = MEMORY_MAP.flash;
  const bank = BigInt(FLASH_BANK_BYTES);
  return fdtNode(`flash@${base.toString(16)}`, {
    'bank-width': 4,
    reg: [BigInt(base), bank, BigInt(base) + bank, bank],
    compatible: 'cfi-flash',
  });
}

function fwCfgNode(): FdtNode {
  const { base, size } = MEMORY_MAP.fwCfg;
  return fdtNode(`fw-cfg@${base.toString(16)}`, {
    'dma-coherent': true,
    reg: [BigInt(base), BigInt(size)],
    compatible: 'qemu,fw-cfg-mmio',
  });
}

function gpioKeysNode(): FdtNode {
  const key = (name: string, label: string, pin: number, code: number) =>
    fdtNode(name, { gpios: [PHANDLE.gpio, pin, GPIO_ACTIVE_HIGH], 'linux,code': code, label });
  return fdtNode('gpio-keys', { compatible: 'gpio-keys' }, [
    key('poweroff', 'GPIO Key Poweroff', GPIO_PIN.power, KEY_POWER),
    key('sleep', 'GPIO Key Sleep', GPIO_PIN.sleep, KEY_SLEEP),
  ]);
}

function gpioNode(): FdtNode {
  return primeCellNode('pl061', MEMORY_MAP.gpio.base, SPI.gpio, {
    phandle: PHANDLE.gpio,
    'clock-names': 'apb_pclk',
    clocks: PHANDLE.apbClock,
    'gpio-controller': true,
    '#gpio-cells': 2,
  });
}

function rtcNode(): FdtNode {
  return primeCellNode('pl031', MEMORY_MAP.rtc.base, SPI.rtc, { 'clock-names': 'apb_pclk', clocks: PHANDLE.apbClock });
}

function uartNode(): FdtNode {
  return primeCellNode('pl011', MEMORY_MAP.uart.base, SPI.uart, {
    'clock-names': ['uartclk', 'apb_pclk'],
    clocks: [PHANDLE.apbClock, PHANDLE.apbClock],
  });
}

function primeCellNode(name: string, base: number, spi: number, properties: Record<string, FdtValue>): FdtNode {
  return fdtNode(`${name}@${base.toString(16)}`, {
    ...properties,
    interrupts: [IRQ_TYPE.spi, spi, IRQ_FLAG.levelHigh],
    reg: [BigInt(base), 0x1000n],
    compatible: [`arm,${name}`, 'arm,primecell'],
  });
}

function pcieNode(): FdtNode {
  const { pcieMmio, pcieMmio64, pciePio, pcieEcam } = MEMORY_MAP;
  // Pin p of device d goes to line (p + d) mod 4: the usual swizzle, for the first four devices; the mask repeats it.
  const interruptMap: number[] = [];
  for (let device = 0; device < PCI_PINS; device++) {
    for (let pin = 0; pin < PCI_PINS; pin++) {
      const spi = SPI.pcieIntA + ((device + pin) % PCI_PINS);
      interruptMap.push(device << 11, 0, 0, pin + 1, PHANDLE.gic, 0, 0, IRQ_TYPE.spi, spi, IRQ_FLAG.levelHigh);
    }
  }
  return fdtNode(`pcie@${pcieMmio.base.toString(16)}`, {
    'interrupt-map-mask': [(PCI_PINS - 1) << 11, 0, 0, 7],
    'interrupt-map': interruptMap,
    '#interrupt-cells': 1,
    ranges: [
      ...[PCI_SPACE.io, 0n, BigInt(pciePio.base), BigInt(pciePio.size)],
      ...[PCI_SPACE.memory32, BigInt(pcieMmio.base), BigInt(pcieMmio.base), BigInt(pcieMmio.size)],
      ...[PCI_SPACE.memory64, BigInt(pcieMmio64.base), BigInt(pcieMmio64.base), BigInt(pcieMmio64.size)],
    ],
    reg: [BigInt(pcieEcam.base), BigInt(pcieEcam.size)],
    'dma-coherent': true,
    'bus-range': [0, pcieEcam.size / PCI_BUS_BYTES - 1],
    'linux,pci-domain': 0,
    '#size-cells': 2,
    '#address-cells': 3,
    device_type: 'pci',
    compatible: 'pci-host-ecam-generic',
  });
}

function cpusNode({ mpidrs, psci, cpuCompatible = 'arm,armv8' }: BoardDescription): FdtNode {
  const cores = mpidrs.map((_, index) => fdtNode(`core${index}`, { cpu: PHANDLE.firstCpu + index }));
  const cpuMap = fdtNode('cpu-map', {}, [fdtNode('socket0', {}, [fdtNode('cluster0', {}, cores)])]);
  const cpus = mpidrs.map((mpidr, index) =>
    fdtNode(`cpu@${affinity(mpidr).toString(16)}`, {
      phandle: PHANDLE.firstCpu + index,
      reg: affinity(mpidr),
      ...(psci.length > 0 && { 'enable-method': 'psci' }),
      compatible: cpuCompatible,
      device_type: 'cpu',
    }),
  );
  return fdtNode('cpus', { '#size-cells': 0, '#address-cells': 1 }, [cpuMap, ...cpus]);
}

function chosenNode({ bootargs, initrd, rngSeed, kaslrSeed }: BoardDescription): FdtNode {
  return fdtNode('chosen', {
    ...(initrd && { 'linux,initrd-end': BigInt(initrd.end), 'linux,initrd-start': BigInt(initrd.start) }),
    ...(bootargs !== undefined && { bootargs }),
    'stdout-path': `/pl011@${MEMORY_MAP.uart.base.toString(16)}`,
    ...(rngSeed && { 'rng-seed': rngSeed }),
    ...(kaslrSeed !== undefined && { 'kaslr-seed': kaslrSeed }),
  });
}

/** An interrupt specifier for a private peripheral interrupt, which the binding counts from the first PPI. */
function privateInterrupt(intid: number, flags: number): number[] {
  return [IRQ_TYPE.ppi, intid - FIRST_PPI_INTID, IRQ_FLAG.levelHigh | flags];
}

function affinity(mpidr: number): number {
  return mpidr & 0xff_ffff;
}
