import { writeFdt } from '../../../src/machine/fdt';
import { fdtNode } from '../../../src/machine/fdt/writer';
import { inspectDeviceTree } from '../../../src/vm/inspect/inspect-device-tree';
import { refusalOf } from '../complaint';
import { damaged } from '../damage';
import { Random } from '../random';
import type { Counts, Subject } from '../subject';

const TREES = 200;

/** A small tree with what the panel puts into words: references, interrupts, addresses. */
const small = (): Uint8Array =>
  writeFdt(
    fdtNode('', { '#address-cells': 2, '#size-cells': 2, 'interrupt-parent': 1, compatible: 'linux,dummy-virt' }, [
      fdtNode('memory@40000000', { device_type: 'memory', reg: [0, 0x4000_0000, 0, 0x100_0000] }),
      fdtNode('intc@8000000', {
        '#interrupt-cells': 3,
        phandle: 1,
        compatible: ['arm,gic-v3'],
        reg: [0, 0x800_0000, 0, 0x1_0000],
      }),
      fdtNode('uart@9000000', { reg: [0, 0x900_0000, 0, 0x1000], interrupts: [0, 1, 4], clocks: [2, 2], status: 'okay' }),
      fdtNode('clock', { '#clock-cells': 0, phandle: 2, 'clock-frequency': 24_000_000 }),
      fdtNode('cpus', { '#address-cells': 1, '#size-cells': 0 }, [fdtNode('cpu@0', { reg: 0, device_type: 'cpu' })]),
      fdtNode('keys', { gpios: [2, 3, 0], blob: new Uint8Array(12).fill(9) }),
    ]),
    { reservations: [{ address: 0x4000_0000n, size: 0x1000n }] },
  );

/** Blobs, damaged: they are shown, or refused in one sentence. */
export const deviceTrees: Subject = {
  name: 'device trees',
  cases: 'blobs',
  batch: TREES,
  async start() {
    const blob = small();
    return (seed) => {
      const random = new Random(seed);
      const counts: Counts = { shown: 0, refused: 0 };
      for (let n = 0; n < TREES; n++) {
        try {
          inspectDeviceTree(damaged(random, blob, [random.below(blob.length) & ~3]));
          counts.shown!++;
        } catch (error) {
          refusalOf(error);
          counts.refused!++;
        }
      }
      return counts;
    };
  },
};
