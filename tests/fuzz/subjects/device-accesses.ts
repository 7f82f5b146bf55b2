import { COMMAND, CONFIG, FUNCTION_BYTES } from '../../../src/machine/devices/pci/config-space';
import type { Machine } from '../../../src/machine/machine';
import { bareMachine, CODE } from '../../../src/machine/machine.testkit';
import { MEMORY_MAP, type Region } from '../../../src/machine/memory-map';
import { transfer } from '../../../src/machine/transfer.testkit';
import { MemoryDisk } from '../../../src/storage/memory-disk';
import { complaintAbout } from '../complaint';
import { Random } from '../random';
import type { Counts, Subject } from '../subject';

const ACCESSES = 2000;
const SIZES = [1, 2, 4, 4, 4, 4, 8] as const;
const EXTREMES = [0, 1, 2, 3, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x4000_0000, 0x4000_1000, 0x40ff_fff0, 0x4100_0000];
const GUESTS_BRANCH = Uint8Array.of(0, 0, 0, 0x14);

/** Gives functions addresses in PCI's windows, most of them, and switches them on. */
function switchOnFunctions({ bus, virtio }: Machine, random: Random): void {
  const { base: ecam } = MEMORY_MAP.pcieEcam;
  for (const [n, { place }] of virtio.entries()) {
    if (!('fn' in place)) continue;
    const config = ecam + place.fn * FUNCTION_BYTES;
    const address = random.chance(4) ? random.next() : MEMORY_MAP.pcieMmio.base + 0x1_0000 * n;
    bus.write(config + CONFIG.BAR0 + 16, 4, address);
    bus.write(config + CONFIG.BAR0 + 20, 4, random.chance(8) ? 0x80 : 0);
    bus.write(config + CONFIG.COMMAND, 2, random.chance(8) ? random.next() : COMMAND.MEMORY | COMMAND.BUS_MASTER);
  }
}

/** What is in PCI's windows, and each function's configuration space. */
function onPci({ virtio }: Machine): Region[] {
  return virtio.flatMap(({ place }) =>
    'fn' in place
      ? [...place.pci.mappings(), { base: MEMORY_MAP.pcieEcam.base + place.fn * FUNCTION_BYTES, size: FUNCTION_BYTES }]
      : [],
  );
}

const accessesOfFunctions = ({ virtio }: Machine): number =>
  virtio.reduce((sum, { place }) => sum + ('fn' in place ? place.pci.accesses : 0), 0);

/** What a guest can reach beside RAM: everything on the bus, BARs among it, by accesses of every size, and the gaps. */
export const deviceAccesses: Subject = {
  name: 'device accesses',
  cases: 'accesses',
  musts: ['read', 'written', 'by a function on PCI'],
  batch: ACCESSES,
  async start() {
    const said: string[] = [];
    const made = (gic: 2 | 3, virtio: 'mmio' | 'pci'): Promise<Machine> =>
      bareMachine({
        gic,
        virtio,
        disks: [new MemoryDisk(1 << 20), new MemoryDisk(1 << 16)],
        ...(gic === 2 && { flash: new Uint8Array(4096) }),
        onFault: (sentence) => void said.push(sentence),
      });
    const pair = async (gic: 2 | 3, virtio: 'mmio' | 'pci') => [await made(gic, virtio), await made(gic, virtio)] as const;
    const pairs = [await pair(3, 'mmio'), await pair(2, 'mmio'), await pair(3, 'pci')];
    return async (seed) => {
      const random = new Random(seed);
      const [machine, other] = random.pick(pairs);
      machine.reset(CODE, 0);
      machine.load(CODE, GUESTS_BRANCH, 'branch to itself');
      // Functions on PCI answer where BARs say, all of which are in one place after a reset.
      if (machine.options.virtio === 'pci') switchOnFunctions(machine, random);
      const counts: Counts = { read: 0, written: 0, 'by a function on PCI': 0, 'nobody there': 0 };
      const windows = [...machine.bus.windows, ...onPci(machine)];
      // Nonsense with a purpose: it stays with a device for a while, mostly with the registers at its beginning.
      let window = random.pick(windows);
      for (let access = 0; access < ACCESSES; access++) {
        if (random.chance(40)) window = random.pick(windows);
        const size = random.pick(SIZES);
        const reach = random.chance(3) ? window.size : Math.min(window.size, 0x200);
        const aligned = random.below(reach) - (random.chance(30) ? 0 : random.below(reach) % size);
        const at =
          window.base + Math.max(0, aligned & ~(random.chance(30) ? 0 : size - 1)) + (random.chance(50) ? window.size : 0);
        const value = (): number => (random.chance(2) ? random.next() : random.pick(EXTREMES));
        const reads = random.chance(3);
        const before = accessesOfFunctions(machine);
        const answered = reads ? machine.bus.read(at, size) !== undefined : machine.bus.write(at, size, value(), value());
        const byFunction = accessesOfFunctions(machine) !== before;
        counts[byFunction ? 'by a function on PCI' : answered ? (reads ? 'read' : 'written') : 'nobody there']!++;
        if (random.chance(100)) machine.input({ type: 'key', key: random.pick(['power', 'sleep'] as const) });
        if (random.chance(100)) machine.input({ type: 'console', bytes: Uint8Array.of(random.next(), 13) });
        if (random.chance(100)) machine.runTo(machine.instructions + random.below(300));
      }
      for (const sentence of said.splice(0)) {
        const complaint = complaintAbout(new Error(sentence));
        if (complaint) throw new Error(complaint);
      }
      // Whatever became of it can be saved and goes on elsewhere.
      await transfer(machine, other);
      other.runTo(other.instructions + 50);
      return counts;
    };
  },
};
