import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Boot, onDormouse, onQemu } from './boards';
import { readConsole } from './console';

const installed = (command: string) => spawnSync(command, ['--version']).status === 0;
const tools = ['qemu-system-aarch64', 'aarch64-linux-gnu-gcc', 'aarch64-linux-gnu-objcopy'];
const SECONDS = 25;
const TWO_CPUS = { vcpus: 2, says: 'second CPU context 000000000000002a' };

function run(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args);
  expect(status, stderr.toString()).toBe(0);
}

describe.skipIf(!tools.every(installed))('a bare-metal program finds the same as on QEMU virt', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dormouse-bare-metal-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const link = (address: number, source = 'bare-metal.S'): string => {
    const file = join(folder, `${source}-at-${address.toString(16)}.elf`);
    const flags = ['-nostdlib', '-static', '-Wl,--build-id=none', `-Wl,-Ttext=0x${address.toString(16)}`];
    run('aarch64-linux-gnu-gcc', [...flags, '-o', file, join(import.meta.dirname, source)]);
    return file;
  };

  async function compareOn(
    kernel: string,
    { says, ...board }: Pick<Boot, 'vcpus' | 'gic' | 'virtio'> & { says: string } = TWO_CPUS,
  ): Promise<void> {
    // With a disk: without one QEMU has the next device in the last slot, where ours has nothing.
    const disk = join(folder, 'disk.raw');
    writeFileSync(disk, new Uint8Array(1 << 20));
    const boot = { kernel, ...board, memoryMiB: 64, disk };
    const theirs = await readConsole(onQemu(boot), SECONDS);
    const ours = await readConsole(onDormouse(boot), SECONDS);
    expect(theirs).toContain(says);
    expect(ours.split('\n')).toEqual(theirs.split('\n'));
  }

  it('as an ELF file', () => compareOn(link(0x4008_0000)));

  it('as an ELF file that begins before RAM', () => compareOn(link(0x4000_0000)));

  it('as an ELF file that leaves room for the device tree', () => compareOn(link(0x4020_0000)));

  it('as a flat binary', async () => {
    const elf = link(0x4008_0000);
    const flat = join(folder, 'flat.bin');
    run('aarch64-linux-gnu-objcopy', ['-O', 'binary', elf, flat]);
    await compareOn(flat);
  });

  it('that debugs itself', () =>
    compareOn(link(0x4008_0000, 'self-debugging.S'), { vcpus: 1, says: 'for both: c2000022 00000004 c6000022' }));

  it('in its UART', () => compareOn(link(0x4008_0000, 'uart.S'), { vcpus: 1, says: ' said' }));

  it('with a GICv2', () => compareOn(link(0x4008_0000, 'gicv2.S'), { vcpus: 2, gic: 2, says: 'from the second 00000405' }));

  it('with its devices on PCI', () => compareOn(link(0x4008_0000, 'pci.S'), { vcpus: 1, virtio: 'pci', says: 'That is all.' }));
});
