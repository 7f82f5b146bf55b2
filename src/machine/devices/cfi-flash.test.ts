import { describe, expect, it } from 'vitest';
import { type BlockDevice, DiskError } from '../../storage/block-device';
import { encodeCbor } from '../../storage/cbor';
import { MemoryDisk } from '../../storage/memory-disk';
import { MAX_STATE_BYTES } from '../../storage/snapshot-format';
import type { DeviceState } from '../device';
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
/** A bank that is kept on a disk, and what was wrong with that. */
function keptOn(disk: BlockDevice) {
  const errors: unknown[] = [];
  return { flash: new CfiFlash(new VariableCells(SIZE, { disk, onError: (error) => errors.push(error) })), errors };
}
const onDisk = (disk: BlockDevice, offset: number): number => {
  const bytes = new Uint8Array(4);
  disk.read(offset, bytes);
  return new DataView(bytes.buffer).getUint32(0, true);
};
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

  it('takes back a byte for its very end that waits in its buffer', () => {
    const { flash } = bank();
    for (const value of [0xe8, 0, 0x12]) flash.write(SIZE - 1, 1, value);
    const other = bank().flash;
    other.check(flash.save())();
    other.write(SIZE - 1, 1, 0xd0);
    other.write(0, 1, 0xff);
    expect(other.read(SIZE - 1, 1)).toBe(0x12);
  });

  it('says what its operations cost, and charges a reset and a restore nothing', () => {
    let spent = 0;
    const flash = new CfiFlash(new VariableCells(SIZE), (cost) => {
      spent += cost;
    });
    flash.write(0, 4, both(0x20));
    const looking = spent;
    flash.write(0, 4, both(0xd0));
    expect([looking > 0, spent - looking > 10_000]).toEqual([true, true]);
    const before = spent;
    const asStatus = flash.save();
    flash.reset();
    flash.check(asStatus)();
    expect(spent).toBe(before);
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

describe('a bank of flash that is kept', () => {
  it('begins with what its disk holds, and writes there what is programmed and erased, at once', () => {
    const disk = new MemoryDisk(SIZE);
    disk.write(FLASH_BLOCK_BYTES, new Uint8Array(FLASH_BLOCK_BYTES).fill(0xff));
    const { flash } = keptOn(disk);
    expect([read32(flash, 0), read32(flash, FLASH_BLOCK_BYTES)]).toEqual([0, 0xffffffff]);
    program(flash, FLASH_BLOCK_BYTES + 8, 0x12345678);
    expect(onDisk(disk, FLASH_BLOCK_BYTES + 8)).toBe(0x12345678);
    expect(read32(keptOn(disk).flash, FLASH_BLOCK_BYTES + 8)).toBe(0x12345678);
    flash.write(FLASH_BLOCK_BYTES, 4, both(0x20));
    flash.write(FLASH_BLOCK_BYTES, 4, both(0xd0));
    expect(onDisk(disk, FLASH_BLOCK_BYTES + 8)).toBe(0xffffffff);
  });

  it('says in a saved state what it is filled up with, and no more than that', () => {
    const { flash } = keptOn(new MemoryDisk(SIZE));
    const state = flash.save();
    expect([state.filler, state.blocks]).toEqual([0, []]);
    const { flash: other } = bank();
    other.check(state)();
    expect([read32(other, 0), other.save()]).toEqual([0, state]);
  });

  it('writes on its disk what a saved state has otherwise, and nothing else', () => {
    const [here, there] = [new MemoryDisk(SIZE), new MemoryDisk(SIZE)];
    const { flash } = keptOn(here);
    program(flash, 0, 0);
    for (const at of [0, FLASH_BLOCK_BYTES]) {
      flash.write(at, 4, both(0x20));
      flash.write(at, 4, both(0xd0));
    }
    flash.write(0, 4, both(0xff));
    program(flash, 4, 0x55aa55aa);
    const { flash: other } = keptOn(there);
    other.check(flash.save())();
    expect(there.used).toBe(here.used);
    expect([onDisk(there, 4), onDisk(there, FLASH_BLOCK_BYTES)]).toEqual([0x55aa55aa, 0xffffffff]);
  });

  it('goes on when its disk fails, says so once, and brings the disk up to date as soon as that takes it', () => {
    const disk = new MemoryDisk(SIZE);
    disk.write(0, new Uint8Array(FLASH_BLOCK_BYTES).fill(0xff));
    let full = true;
    const failing: BlockDevice = Object.assign(Object.create(disk) as MemoryDisk, {
      write: (offset: number, from: Uint8Array) => {
        if (full) throw new DiskError('no-space', 'The disk is full.');
        disk.write(offset, from);
      },
    });
    const { flash, errors } = keptOn(failing);
    program(flash, 0, 1);
    program(flash, 4, 2);
    expect([errors.length, read32(flash, 0), onDisk(disk, 0)]).toEqual([1, 1, 0xffffffff]);
    full = false;
    program(flash, 8, 3);
    expect([0, 4, 8].map((at) => onDisk(disk, at))).toEqual([1, 2, 3]);
  });

  it('notes blocks that are not filled up as most are, wherever they lie', () => {
    const disk = new MemoryDisk(SIZE);
    disk.write(SIZE - 8, Uint8Array.of(1));
    const { flash } = keptOn(disk);
    expect(flash.save().filler).toBe(0);
    expect((flash.save().blocks as { block: number }[]).map(({ block }) => block)).toEqual([SIZE / FLASH_BLOCK_BYTES - 1]);
  });

  it('is not replaced by the variables of a saved machine before the machine has run, unless they are the same', () => {
    const disk = new MemoryDisk(SIZE);
    const { flash } = keptOn(disk);
    flash.write(0, 4, both(0x20));
    flash.write(0, 4, both(0xd0));
    program(flash, 0, 0x1234);
    const state = flash.save();
    keptOn(disk).flash.check(state)();
    const others = new MemoryDisk(SIZE);
    others.write(100, Uint8Array.of(7));
    const { flash: other } = keptOn(others);
    expect(() => other.check(state)).toThrow(
      /^The firmware's variables in “[^”]*” are others than those of the saved machine, [^.]*\.$/,
    );
    expect(onDisk(others, 100) & 0xff).toBe(7);
    // What it has stored itself it may go back behind.
    program(other, 200, 0);
    other.check(state)();
    expect(onDisk(others, 0)).toBe(0x1234);
  });
});

describe('a saved state of a bank of flash', () => {
  it('is taken by a snapshot even if every block was changed, and does not change with the bank', () => {
    const { flash } = bank();
    for (let block = 0; block < SIZE / FLASH_BLOCK_BYTES; block++) program(flash, block * FLASH_BLOCK_BYTES, block);
    const first = flash.save();
    const bytesOf = (state: DeviceState): Uint8Array[] => (state.blocks as { bytes: Uint8Array }[]).map(({ bytes }) => bytes);
    expect(encodeCbor(first).length).toBeLessThanOrEqual(MAX_STATE_BYTES);
    program(flash, 8, 0);
    const second = flash.save();
    expect([bytesOf(first)[0]![8], bytesOf(second)[0]![8]]).toEqual([0xff, 0]);
    // What has not changed is there once, however often it is saved.
    expect(bytesOf(second)[1]).toBe(bytesOf(first)[1]);
  });

  it('has nothing of blocks that were erased and hold nothing', () => {
    const { flash } = bank();
    program(flash, 0, 1);
    flash.write(0, 4, both(0x20));
    flash.write(0, 4, both(0xd0));
    expect(flash.save().blocks).toEqual([]);
  });
});
