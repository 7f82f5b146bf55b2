import { type FdtNode, fdtNode } from '../fdt';
import { MEMORY_MAP } from '../memory-map';

/** The device tree's node (binding arm,gic-v3), as QEMU's `virt` makes it with `its=off`. */
export function gicv3Node(phandle: number): FdtNode {
  const { gicDistributor, gicRedistributors } = MEMORY_MAP;
  return fdtNode(`intc@${gicDistributor.base.toString(16)}`, {
    phandle,
    reg: [
      ...[BigInt(gicDistributor.base), BigInt(gicDistributor.size)],
      ...[BigInt(gicRedistributors.base), BigInt(gicRedistributors.size)],
    ],
    '#redistributor-regions': 1,
    compatible: 'arm,gic-v3',
    ranges: true,
    '#size-cells': 2,
    '#address-cells': 2,
    'interrupt-controller': true,
    '#interrupt-cells': 3,
  });
}
