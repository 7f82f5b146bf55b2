import { type FdtNode, fdtNode } from '../fdt';
import { MEMORY_MAP } from '../memory-map';

/** The device tree's node (binding arm,gic), as QEMU's `virt` makes it with `gic-version=2`, less the frame for messages. */
export function gicv2Node(phandle: number): FdtNode {
  const { gicDistributor, gicCpuInterface } = MEMORY_MAP;
  return fdtNode(`intc@${gicDistributor.base.toString(16)}`, {
    phandle,
    reg: [
      ...[BigInt(gicDistributor.base), BigInt(gicDistributor.size)],
      ...[BigInt(gicCpuInterface.base), BigInt(gicCpuInterface.size)],
    ],
    compatible: 'arm,cortex-a15-gic',
    ranges: true,
    '#size-cells': 2,
    '#address-cells': 2,
    'interrupt-controller': true,
    '#interrupt-cells': 3,
  });
}
