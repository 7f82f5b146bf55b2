import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BoardDescription, boardDeviceTree } from './devicetree';
import { findNode, type ReadFdtNode, readCells, readFdt, readTexts } from './fdt/reader';
import { createInterruptController } from './gic';
import { GIC_VERSIONS } from './gic/gic-versions';
import { gicv3Node } from './gic/gicv3-node';

const PSCI = [
  { name: 'migrate', value: [0xc4000005] },
  { name: 'cpu_on', value: [0xc4000003] },
  { name: 'cpu_off', value: [0x84000002] },
  { name: 'cpu_suspend', value: [0xc4000001] },
  { name: 'method', value: ['hvc'] },
  { name: 'compatible', value: ['arm,psci-1.0', 'arm,psci-0.2', 'arm,psci'] },
];
const GICV3 = { deviceTreeNode: gicv3Node, ppiFlags: 0 };
const BOARD: BoardDescription = {
  mpidrs: [0x8000_0000, 0x8000_0001],
  memoryBytes: 512 * 2 ** 20,
  psci: PSCI,
  interruptController: GICV3,
};

const installed = (command: string) => spawnSync(command, ['--version']).status === 0;

describe('the device tree', () => {
  it('describes memory, CPUs and firmware as asked', () => {
    const { root } = readFdt(boardDeviceTree({ ...BOARD, mpidrs: [0, 1, 0x100], memoryBytes: 3072 * 2 ** 20 }));
    expect(readCells(findNode(root, '/memory@40000000')!, 'reg')).toEqual([0, 0x4000_0000, 0, 0xc000_0000]);
    expect(readCells(findNode(root, '/cpus/cpu@100')!, 'reg')).toEqual([0x100]);
    expect(readTexts(findNode(root, '/cpus/cpu@1')!, 'enable-method')).toEqual(['psci']);
    expect(readCells(findNode(root, '/psci')!, 'cpu_on')).toEqual([0xc4000003]);
    expect(readTexts(findNode(root, '/psci')!, 'method')).toEqual(['hvc']);
    expect(findNode(root, '/pmu')).toBeUndefined();
  });

  it('lists the virtio transports from the last down, as the disks are plugged in: Linux names them in this order', () => {
    const { root } = readFdt(boardDeviceTree(BOARD));
    const addresses = root.children.map(({ name }) => /^virtio_mmio@(.*)$/.exec(name)?.[1]).filter((address) => address);
    expect(addresses).toEqual(Array.from({ length: 32 }, (_, n) => (0x0a00_3e00 - n * 0x200).toString(16)));
  });

  it('has neither firmware node nor enable-method without firmware', () => {
    const { root } = readFdt(boardDeviceTree({ ...BOARD, psci: [] }));
    expect(findNode(root, '/psci')).toBeUndefined();
    expect(findNode(root, '/cpus/cpu@0')!.properties.has('enable-method')).toBe(false);
  });

  it('hands over command line, initial RAM disk and entropy', () => {
    const chosen = (extra: Partial<BoardDescription>) =>
      findNode(readFdt(boardDeviceTree({ ...BOARD, ...extra })).root, '/chosen')!;
    expect([...chosen({}).properties.keys()]).toEqual(['stdout-path']);
    const full = chosen({
      bootargs: 'console=ttyAMA0',
      initrd: { start: 0x4800_0000, end: 0x4800_1234 },
      rngSeed: Uint8Array.of(1, 2, 3, 4),
      kaslrSeed: 0x1_0000_0002n,
    });
    expect(readTexts(full, 'bootargs')).toEqual(['console=ttyAMA0']);
    expect(readCells(full, 'linux,initrd-start')).toEqual([0, 0x4800_0000]);
    expect(readCells(full, 'linux,initrd-end')).toEqual([0, 0x4800_1234]);
    expect(readCells(full, 'rng-seed')).toEqual([0x01020304]);
    expect(readCells(full, 'kaslr-seed')).toEqual([1, 2]);
  });

  it('points only to nodes that are there', () => {
    const { root } = readFdt(boardDeviceTree({ ...BOARD, pmu: true }));
    const phandles = new Set<number>();
    const pointers: number[] = [];
    const visit = (node: ReadFdtNode) => {
      for (const phandle of readCells(node, 'phandle') ?? []) {
        expect(phandles.has(phandle), `phandle ${phandle} is unique`).toBe(false);
        phandles.add(phandle);
      }
      for (const name of ['interrupt-parent', 'clocks', 'cpu']) pointers.push(...(readCells(node, name) ?? []));
      pointers.push(...(readCells(node, 'gpios') ?? []).slice(0, 1));
      node.children.forEach(visit);
    };
    visit(root);
    expect(pointers.length).toBeGreaterThan(8);
    for (const pointer of pointers) expect(phandles).toContain(pointer);
  });

  it.skipIf(!installed('dtc'))('is a blob that dtc takes without a warning', () => {
    const { status, stdout, stderr } = spawnSync('dtc', ['-I', 'dtb', '-O', 'dts', '-'], { input: boardDeviceTree(BOARD) });
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
    expect(stdout.toString()).toContain('stdout-path = "/pl011@9000000"');
  });

  it.skipIf(!installed('qemu-system-aarch64')).each(GIC_VERSIONS)(
    'has the nodes, properties and values of QEMU virt, GICv%i',
    (gic) => {
      const theirs = flatten(readFdt(qemuDeviceTree(gic === 2 ? 'gic-version=2' : 'gic-version=3,its=off')).root);
      const interruptController = createInterruptController(gic, {
        vcpus: BOARD.mpidrs.length,
        mpidrs: BOARD.mpidrs.map(Number),
        accessing: () => 0,
        irqChanged: () => {},
      });
      const board = { ...BOARD, interruptController, flash: true, pmu: true, cpuCompatible: 'arm,cortex-a57' };
      const ours = flatten(readFdt(boardDeviceTree(board)).root);
      for (const path of theirs.keys()) {
        // What this board has not, and what differs each time.
        if (/^\/platform-bus@|^\/chosen (rng|kaslr)-seed$/.test(path)) theirs.delete(path);
        // Newer versions name the console, and say once for all that DMA is coherent.
        else if (/^\/aliases|^\/ dma-coherent/.test(path)) theirs.delete(path);
        // There is no frame for messages (GICv2m), and nobody to send them.
        else if (/\/v2m@|^\/pcie@.* msi-(map|parent)$/.test(path)) theirs.delete(path);
      }
      // Ours alone: the sleep key, and what hibernation does to the counter.
      for (const path of ours.keys()) if (/^\/gpio-keys\/sleep|^\/timer arm,no-tick-in-suspend/.test(path)) ours.delete(path);
      expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    },
  );
});

function qemuDeviceTree(gic: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'devicetree-'));
  try {
    const file = join(folder, 'virt.dtb');
    const machine = `virt,${gic},dumpdtb=${file}`;
    const { status, stderr } = spawnSync('qemu-system-aarch64', [
      ...['-M', machine, '-cpu', 'cortex-a57', '-smp', '2', '-m', '512', '-display', 'none', '-nic', 'none'],
    ]);
    expect(status, stderr.toString()).toBe(0);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `path property` to value in hexadecimal; references by the path of the node they mean, as numbers are arbitrary. */
function flatten(root: ReadFdtNode): Map<string, string> {
  const paths = new Map<number, string>();
  const visit = (node: ReadFdtNode, path: string, found: (node: ReadFdtNode, path: string) => void) => {
    found(node, path || '/');
    for (const child of node.children) visit(child, `${path}/${child.name}`, found);
  };
  visit(root, '', (node, path) => {
    for (const phandle of readCells(node, 'phandle') ?? []) paths.set(phandle, path);
  });
  const flat = new Map<string, string>();
  visit(root, '', (node, path) => {
    flat.set(`${path} `, '');
    for (const [name, bytes] of node.properties) {
      if (name === 'phandle') continue;
      const cells = bytes.length % 4 === 0 ? readCells(node, name)! : [...bytes];
      flat.set(`${path} ${name}`, cells.map((cell) => paths.get(cell) ?? cell.toString(16)).join(' '));
    }
  });
  return flat;
}
