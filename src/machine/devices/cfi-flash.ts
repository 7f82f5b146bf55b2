import type { Version } from '../../storage/snapshot-format';
import type { AccessSize, Apply, DeviceState, MmioDevice } from '../device';
import { SavedState } from '../saved-state';

/** What keeps the bits of a bank. Offsets and lengths in bytes. */
export interface FlashCells {
  /** Of the bank, whole blocks of {@link FLASH_BLOCK_BYTES}. */
  readonly size: number;
  byte(offset: number): number;
  write(offset: number, bytes: Uint8Array): void;
  /** Whether the bank reads as what it holds, or as its device says. */
  readsAsArray(yes: boolean): void;
  /** What all other blocks read as, where that differs from one machine to the next; left out: they are as at power-on of a new machine. */
  readonly filler?: number | undefined;
  /** Blocks that are not filled up so, or not as they were then, by number. They are whoever's they are given to, and not to be written. */
  changedBlocks(): IterableIterator<[block: number, bytes: Uint8Array]>;
  /** Throws one sentence if something of a person's would be lost by {@link restore}. */
  requireTaking?(blocks: ReadonlyMap<number, Uint8Array>, filler: number | undefined): void;
  /** To what these two said elsewhere. The blocks belong to the bank from now on. */
  restore(blocks: ReadonlyMap<number, Uint8Array>, filler: number | undefined): void;
}

/** As QEMU's `virt`: two 16-bit chips side by side, each with blocks of 128 KiB. */
export const FLASH_BLOCK_BYTES = 0x40000;
const CHIPS = 2;
/** Bytes that one buffered program takes. */
const BUFFER_BYTES = 2048 * CHIPS;

/** Intel's basic command set, by the low byte of what is written. Source: Intel StrataFlash Memory (J3) datasheet, "Command Set"; JEDEC JEP137. */
const COMMAND = {
  READ_ARRAY: 0xff,
  READ_ARRAY_AMD: 0xf0,
  READ_ID: 0x90,
  READ_STATUS: 0x70,
  CLEAR_STATUS: 0x50,
  QUERY: 0x98,
  ERASE: 0x20,
  PROGRAM: 0x40,
  PROGRAM_ALTERNATE: 0x10,
  BUFFERED_PROGRAM: 0xe8,
  LOCK: 0x60,
  CONFIRM: 0xd0,
} as const;

/** Status register: ready; and that a sequence of commands made no sense (erase and program failed at once). */
const STATUS = { READY: 0x80, SEQUENCE: 0x30 } as const;

const ID = { manufacturer: 0x89, device: 0x18 } as const;

/** Of erasing a block, of programming each word of a buffer, and of reading as something else, for which all of the bank's translations are dropped. */
const COST_OF = { ERASE: 40_000, WORD: 400, MODE: 1000 } as const;

/** What the bank says when it is read. */
type Mode = 'array' | 'status' | 'id' | 'query';
/** What the next write is: a command, the second of a pair, a count of words, data, or the confirmation of a buffer. */
type Expects = 'command' | 'program' | 'erase' | 'lock' | 'count' | 'buffer' | 'confirm';
const MODES: readonly Mode[] = ['array', 'status', 'id', 'query'];
const EXPECTED: readonly Expects[] = ['command', 'program', 'erase', 'lock', 'count', 'buffer', 'confirm'];

/** The common flash interface's table of one chip (JESD68.01): by byte of the query address space. */
function queryTable(size: number): Uint8Array {
  const table = new Uint8Array(0x52);
  const put = (at: number, ...bytes: number[]): void => table.set(bytes, at);
  const blocks = size / FLASH_BLOCK_BYTES - 1;
  const blockOfChip = FLASH_BLOCK_BYTES / CHIPS / 256;
  put(0x10, ...[...'QRY'].map((letter) => letter.charCodeAt(0)));
  // Primary command set: Intel extended, its table at 0x31. No alternate one.
  put(0x13, 1, 0, 0x31, 0);
  // Supply voltages, and times of operations as powers of two.
  put(0x1b, 0x45, 0x55, 0, 0, 7, 7, 10, 0, 4, 4, 4, 0);
  // Size as a power of two, x8/x16 interface, buffer as a power of two, one region of blocks.
  put(0x27, Math.log2(size / CHIPS), 2, 0, Math.log2(BUFFER_BYTES / CHIPS), 0, 1);
  put(0x2d, blocks & 0xff, blocks >>> 8, blockOfChip & 0xff, blockOfChip >>> 8);
  put(0x31, ...[...'PRI10'].map((letter) => letter.charCodeAt(0)));
  put(0x3f, 1);
  return table;
}

/**
 * A bank of NOR flash behind the common flash interface, as both banks of QEMU's `virt` are. Writes are commands; a bank that nobody has told anything reads as
 * memory. Programming clears bits, erasing a block sets all of its.
 */
export class CfiFlash implements MmioDevice {
  readonly name = 'cfi-flash';
  /** 1.1: `filler`. */
  readonly stateVersion: Version = { major: 1, minor: 1 };
  private mode: Mode = 'array';
  private expects: Expects = 'command';
  private status: number = STATUS.READY;
  /** Of a buffered program: words of the bank that are still to come; the block; and what came, by offset. */
  private wordsLeft = 0;
  private readonly buffer: { offset: number; size: AccessSize; value: number }[] = [];
  private readonly query: Uint8Array;

  /** @param spend told what an operation costs beyond the access that asks for it (cpu/cost.ts) */
  constructor(
    private readonly cells: FlashCells,
    private readonly spend: (cost: number) => void = () => {},
  ) {
    this.query = queryTable(cells.size);
  }

  read(offset: number, size: AccessSize): number {
    const repeated = (byte: number): number => ((byte | (byte << 16)) >>> 0) % 2 ** (8 * size);
    /** Addresses of a chip count its words. */
    const word = (offset & 0xffff) / (2 * CHIPS);
    switch (this.mode) {
      case 'array': {
        let value = 0;
        for (let n = size - 1; n >= 0; n--) value = value * 256 + this.cells.byte(offset + n);
        return value;
      }
      case 'status':
        return repeated(this.status);
      case 'id':
        return repeated(word === 0 ? ID.manufacturer : word === 1 ? ID.device : 0);
      case 'query':
        return repeated(this.query[Math.trunc(word)] ?? 0);
    }
  }

  write(offset: number, size: AccessSize, value: number): void {
    const wasArray = this.mode === 'array';
    this.take(offset, size, value);
    if (wasArray !== (this.mode === 'array')) this.spend(COST_OF.MODE);
  }

  private take(offset: number, size: AccessSize, value: number): void {
    const command = value & 0xff;
    switch (this.expects) {
      case 'command':
        return this.command(command);
      case 'program':
        this.program(offset, size, value);
        return this.done();
      case 'erase':
        if (command !== COMMAND.CONFIRM) return this.fail();
        this.cells.write(offset - (offset % FLASH_BLOCK_BYTES), new Uint8Array(FLASH_BLOCK_BYTES).fill(0xff));
        this.spend(COST_OF.ERASE);
        return this.done();
      case 'lock':
        // Blocks are never locked.
        return this.done();
      case 'count':
        this.wordsLeft = (value & 0xffff) + 1;
        this.expects = 'buffer';
        if (this.wordsLeft * 2 * CHIPS > BUFFER_BYTES) this.fail();
        return;
      case 'buffer':
        this.buffer.push({ offset, size, value });
        if (--this.wordsLeft === 0) this.expects = 'confirm';
        return;
      case 'confirm':
        if (command !== COMMAND.CONFIRM) return this.fail();
        for (const { offset, size, value } of this.buffer) this.program(offset, size, value);
        this.spend(this.buffer.length * COST_OF.WORD);
        return this.done();
    }
  }

  private command(command: number): void {
    switch (command) {
      case COMMAND.READ_ID:
        return this.setMode('id');
      case COMMAND.QUERY:
        return this.setMode('query');
      case COMMAND.READ_STATUS:
        return this.setMode('status');
      case COMMAND.CLEAR_STATUS:
        this.status = STATUS.READY;
        return this.setMode('array');
      case COMMAND.PROGRAM:
      case COMMAND.PROGRAM_ALTERNATE:
        return this.begin('program');
      case COMMAND.ERASE:
        return this.begin('erase');
      case COMMAND.LOCK:
        return this.begin('lock');
      case COMMAND.BUFFERED_PROGRAM:
        this.buffer.length = 0;
        return this.begin('count');
      default:
        // Reading the array, and whatever else is none.
        return this.setMode('array');
    }
  }
  private begin(next: Expects): void {
    this.expects = next;
    this.setMode('status');
  }
  private done(): void {
    this.buffer.length = 0;
    this.wordsLeft = 0;
    this.expects = 'command';
  }
  private fail(): void {
    this.status |= STATUS.SEQUENCE;
    this.done();
  }
  private setMode(mode: Mode): void {
    if ((mode === 'array') !== (this.mode === 'array')) this.cells.readsAsArray(mode === 'array');
    this.mode = mode;
  }

  private program(offset: number, size: AccessSize, value: number): void {
    const bytes = Uint8Array.from({ length: size }, (_, n) => (value >>> (8 * n)) & this.cells.byte(offset + n));
    this.cells.write(offset, bytes);
  }

  /** What it holds stays. */
  reset(): void {
    this.done();
    this.status = STATUS.READY;
    this.setMode('array');
  }

  save(): DeviceState {
    return {
      mode: this.mode,
      expects: this.expects,
      status: this.status,
      wordsLeft: this.wordsLeft,
      buffer: this.buffer.map((each) => ({ ...each })),
      blocks: [...this.cells.changedBlocks()].map(([block, bytes]) => ({ block, bytes })),
      ...(this.cells.filler === undefined ? {} : { filler: this.cells.filler }),
    };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState(this.name, state);
    const mode = saved.word('mode', MODES);
    const expects = saved.word('expects', EXPECTED);
    const status = saved.number('status', 0xff);
    const wordsLeft = saved.number('wordsLeft', BUFFER_BYTES);
    const part = (name: string, from: DeviceState): SavedState => new SavedState(`${this.name}, ${name}`, from);
    const buffer = saved.list('buffer', BUFFER_BYTES).map((from) => {
      const write = part('buffer', from);
      const size = write.number('size', 4);
      if (size !== 1 && size !== 2 && size !== 4)
        throw new Error(`The saved state of ${this.name} has a write of ${size} bytes.`);
      return { offset: write.number('offset', this.cells.size - size), size: size as AccessSize, value: write.number('value') };
    });
    // What no sequence of writes leads to would never end, or lead out of the bank.
    const words = BUFFER_BYTES / (2 * CHIPS);
    const fits =
      expects === 'buffer'
        ? wordsLeft > 0 && wordsLeft + buffer.length <= words
        : wordsLeft === 0 && (expects === 'confirm' ? buffer.length > 0 && buffer.length <= words : buffer.length === 0);
    const crosses = buffer.some(({ offset, size }) => (offset % FLASH_BLOCK_BYTES) + size > FLASH_BLOCK_BYTES);
    if (!fits || crosses)
      throw new Error(
        `The saved state of ${this.name} has ${buffer.length} writes in its buffer and ${wordsLeft} to come where it expects “${expects}”.`,
      );
    const count = this.cells.size / FLASH_BLOCK_BYTES;
    const blocks = new Map(
      saved.list('blocks', count).map((from) => {
        const block = part('blocks', from);
        return [block.number('block', count - 1), block.bytes('bytes', FLASH_BLOCK_BYTES)];
      }),
    );
    const filler = state.filler === undefined ? undefined : saved.number('filler', 0xff);
    this.cells.requireTaking?.(blocks, filler);
    return () => {
      this.cells.restore(blocks, filler);
      this.buffer.splice(0, this.buffer.length, ...buffer);
      this.expects = expects;
      this.status = status;
      this.wordsLeft = wordsLeft;
      this.setMode(mode);
    };
  }
}
