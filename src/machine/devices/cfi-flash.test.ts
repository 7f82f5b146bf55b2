import { describe, expect, it } from 'vitest';
import { CfiFlash, FLASH_BLOCK_BYTES } from './cfi-flash';
import { VariableCells } from './flash-cells';

const SIZE = 64 * 0x100000;
/** Both chips of a bank take the same command, and answer side by side. */
const both = (value: number): number => ((value << 16) | value) >>> 0;

function bank() {
  const cells = new VariableCells(SIZE);
  return { cells, flash: new CfiFlash(cells) };
}
const { flash: fresh } = bank();
const read32 = (flash: CfiFlash, offset: number): number => flash.read(offset, 4);
const program = (flash: CfiFlash, offset: number, value: number): void => {
  flash.write(offset, 4, both(0x40));
  flash.write(offset, 4, value);
  flash.write(0, 4, both(0xff));
};

describe('a bank of flash', () => {
  it('is blank at first, whatever is read', () => {
    expect([fresh.read(5, 1), fresh.read(6, 2), fresh.read(SIZE - 4, 4)]).toEqual([0xff, 0xffff, 0xffffffff]);
  });

  it('programs words, which clears bits; only an erase sets them again, those of one block', () => {
    const { flash } = bank();
    program(flash, 8, 0xf0f0f0f0);
    program(flash, 8, 0x3c3c3c3c);
    program(flash, FLASH_BLOCK_BYTES, 0);
    expect([read32(flash, 8), read32(flash, FLASH_BLOCK_BYTES)]).toEqual([0x30303030, 0]);
    flash.write(12, 4, both(0x20));
    flash.write(12, 4, both(0xd0));
    expect(read32(flash, 8)).toBe(both(0x80));
    flash.write(0, 4, both(0xff));
    expect([read32(flash, 8), read32(flash, FLASH_BLOCK_BYTES)]).toEqual([0xffffffff, 0]);
  });

  it('programs a buffer when it is confirmed, and not before', () => {
    const { flash } = bank();
    flash.write(0x100, 4, both(0xe8));
    expect(read32(flash, 0)).toBe(both(0x80));
    flash.write(0x100, 4, both(1));
    flash.write(0x100, 4, 0x11111111);
    flash.write(0x104, 4, 0x22222222);
    const waiting = flash.save();
    flash.write(0x100, 4, both(0xd0));
    flash.write(0, 4, both(0xff));
    expect([read32(flash, 0x100), read32(flash, 0x104)]).toEqual([0x11111111, 0x22222222]);

    const other = bank().flash;
    other.check(waiting)();
    expect(other.save()).toEqual(waiting);
    other.write(0x100, 4, both(0xff));
    expect(read32(other, 0)).toBe(both(0xb0));
    other.write(0, 4, both(0x50));
    expect(read32(other, 0x100)).toBe(0xffffffff);
  });

  it('refuses an erase that is not confirmed, and a buffer that is too large, and says so in its status', () => {
    const { flash } = bank();
    flash.write(0, 4, both(0x20));
    flash.write(0, 4, both(0x21));
    expect(read32(flash, 0)).toBe(both(0xb0));
    flash.write(0, 4, both(0x50));
    flash.write(0, 4, both(0xe8));
    flash.write(0, 4, both(1024));
    expect(read32(flash, 0)).toBe(both(0xb0));
  });

  it('says who it is, and of what size, by the common flash interface', () => {
    const { flash } = bank();
    flash.write(0, 4, both(0x90));
    expect([read32(flash, 0), read32(flash, 4), flash.read(4, 1)]).toEqual([both(0x89), both(0x18), 0x18]);
    flash.write(0x154, 4, both(0x98));
    const at = (word: number): number => flash.read(word * 4, 1);
    expect(String.fromCharCode(at(0x10), at(0x11), at(0x12))).toBe('QRY');
    // Of one chip of two: 32 MiB, 256 blocks of 128 KiB, a buffer of 2 KiB.
    expect([2 ** at(0x27), at(0x2d) + 256 * at(0x2e) + 1, 256 * (at(0x2f) + 256 * at(0x30)), 2 ** at(0x2a)]).toEqual([
      SIZE / 2,
      256,
      FLASH_BLOCK_BYTES / 2,
      2048,
    ]);
    expect([at(0x1000), at(0x52)]).toEqual([0, 0]);
  });

  it('takes no saved write that leads out of its block', () => {
    const state = { ...bank().flash.save(), expects: 'confirm', buffer: [{ offset: FLASH_BLOCK_BYTES - 2, size: 4, value: 0 }] };
    expect(() => bank().flash.check(state)).toThrow(/^The saved state of cfi-flash has 1 writes in its buffer [^.]*\.$/);
  });

  it('keeps what it holds over a reset, and in a saved state', () => {
    const { flash } = bank();
    program(flash, 0x1234, 0xdeadbeef);
    flash.write(0, 4, both(0x70));
    flash.reset();
    expect(read32(flash, 0x1234)).toBe(0xdeadbeef);
    const { flash: other } = bank();
    program(other, FLASH_BLOCK_BYTES * 3, 0);
    other.check(flash.save())();
    expect([read32(other, 0x1234), read32(other, FLASH_BLOCK_BYTES * 3)]).toEqual([0xdeadbeef, 0xffffffff]);
    expect(other.save()).toEqual(flash.save());
  });

  it.each([
    ['mode', 'sleep'],
    ['wordsLeft', -1],
    ['blocks', [{ block: 256, bytes: new Uint8Array(FLASH_BLOCK_BYTES) }]],
    ['blocks', [{ block: 0, bytes: new Uint8Array(1) }]],
    ['buffer', [{ offset: 0, size: 3, value: 0 }]],
    ['buffer', [{ offset: SIZE, size: 4, value: 0 }]],
    ['wordsLeft', 3],
    ['expects', 'buffer'],
    ['expects', 'confirm'],
  ])('refuses a state with a bad %s in one sentence', (name, value) => {
    expect(() => bank().flash.check({ ...bank().flash.save(), [name]: value } as never)).toThrow(/^The saved state of [^.]*\.$/);
  });
});
