import { describe, expect, it } from 'vitest';
import { disassemble } from '../../src/isa/text/disassemble';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { bareVm } from '../../src/vm/bare-vm.testkit';
import { assembleLab, IMAGE_BASE } from './assemble-lab';

describe('the lab guest', () => {
  const { bytes, symbols } = assembleLab();
  const view = new DataView(bytes.buffer);

  it('starts with an arm64 Image header that asks for RAM + 0x80000', () => {
    expect(view.getUint32(56, true)).toBe(0x644d5241); // "ARM\x64"
    expect(view.getBigUint64(8, true)).toBe(IMAGE_BASE - 0x4000_0000n);
    expect(disassemble(view.getUint32(0, true), IMAGE_BASE)).toBe(`b 0x${symbols.get('start')!.toString(16)}`);
  });

  it('declares all the memory it uses above the image, and does not grow into it', () => {
    const end = IMAGE_BASE + view.getBigUint64(16, true);
    expect(end).toBe(symbols.get('BSS')! + symbols.get('BSS_SIZE')!);
    expect(IMAGE_BASE + BigInt(bytes.length)).toBeLessThan(symbols.get('BSS')!);
    expect(symbols.get('STACKS')! + symbols.get('STACK_SIZE')! * symbols.get('MAX_CPUS')!).toBeLessThanOrEqual(
      symbols.get('BSS')! + symbols.get('SAVED_SIZE')!,
    );
  });

  it('sets up the first of several disks', async () => {
    const disks = [3, 2, 1].map((sectors) => new MemoryDisk(sectors * 512));
    const { vm } = await bareVm('', { images: { kernel: bytes }, config: { clock: 'virtual' }, disks });
    vm.machine.runTo(1_000_000);
    const variable = (name: string): number => vm.machine.memory.read32(Number(symbols.get('VARIABLES')! + symbols.get(name)!));
    expect([variable('VAR_DISK'), variable('VAR_DISK_SECTORS')]).toEqual([0x0a00_3e00, 3]);
  });

  it('aligns its vectors', () => {
    expect(symbols.get('vectors')! % 0x800n).toBe(0n);
    expect(disassemble(view.getUint32(Number(symbols.get('vectors')! - IMAGE_BASE) + 0x280, true))).toBe('sub sp, sp, #0x110');
  });
});
