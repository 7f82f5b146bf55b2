import type { Apply, DeviceState } from '../device';
import { SavedState } from '../saved-state';
import { GICD, PRIORITY_MASK } from './mmio-registers';

/** Interrupts per bitmap register. */
export const INTERRUPTS_PER_WORD = 32;

/**
 * The state of a run of interrupts: the 32 private ones of a vCPU (SGIs and PPIs), or all SPIs.
 * One bit per interrupt, in words of 32 as the registers have them. Index 0 is the first interrupt of the run.
 */
export class InterruptBank {
  readonly group1: Uint32Array;
  readonly enabled: Uint32Array;
  /** Pending by an edge or by a write to ISPENDR, until acknowledged or cleared. */
  readonly latched: Uint32Array;
  /** The wires. */
  readonly level: Uint32Array;
  readonly active: Uint32Array;
  /** Edge-triggered rather than level-sensitive. */
  readonly edge: Uint32Array;
  readonly priority: Uint8Array;
  /** How often each was taken since the reset: for people, no part of the state. */
  readonly taken: Float64Array;

  /**
   * @param fixedEdge the interrupts of word 0 whose configuration is edge and cannot change (the SGIs)
   * @param priorityMask the bits of a priority that there are
   */
  constructor(
    readonly words: number,
    private readonly fixedEdge: number,
    private readonly priorityMask: number = PRIORITY_MASK,
  ) {
    this.group1 = new Uint32Array(words);
    this.enabled = new Uint32Array(words);
    this.latched = new Uint32Array(words);
    this.level = new Uint32Array(words);
    this.active = new Uint32Array(words);
    this.edge = new Uint32Array(words);
    this.priority = new Uint8Array(words * INTERRUPTS_PER_WORD);
    this.taken = new Float64Array(words * INTERRUPTS_PER_WORD);
    this.reset();
  }

  /** Power-on state. The wires are the devices' to drop, but a reset of the whole board drops them all. */
  reset(): void {
    for (const bits of [this.group1, this.enabled, this.latched, this.level, this.active, this.edge]) bits.fill(0);
    this.edge[0] = this.fixedEdge;
    this.priority.fill(0);
    this.taken.fill(0);
  }

  /** Drives a wire. Returns whether anything changed that could change what is pending. */
  setLevel(index: number, asserted: boolean): boolean {
    const word = index >>> 5;
    const bit = 1 << (index & 31);
    const was = (this.level[word]! & bit) !== 0;
    if (was === asserted) return false;
    if (asserted) {
      this.level[word]! |= bit;
      if (this.edge[word]! & bit) this.latched[word]! |= bit;
    } else {
      this.level[word]! &= ~bit;
    }
    return true;
  }

  /** Bitmap of the pending interrupts of a word, as ISPENDR shows it (signed 32 bits). */
  pendingWord(word: number): number {
    return this.latched[word]! | (this.level[word]! & ~this.edge[word]!);
  }

  /** Makes an interrupt pending as an edge would. */
  latch(index: number): void {
    this.latched[index >>> 5]! |= 1 << (index & 31);
  }

  /** The CPU took the interrupt. A level-sensitive one stays pending for as long as its wire is high. */
  activate(index: number): void {
    const bit = 1 << (index & 31);
    this.active[index >>> 5]! |= bit;
    this.latched[index >>> 5]! &= ~bit;
    this.taken[index]! += 1;
  }

  deactivate(index: number): void {
    this.active[index >>> 5]! &= ~(1 << (index & 31));
  }

  /** Reads word `word` of one of the bitmap registers, named by its offset in GICD; others read as zero. */
  readBits(register: number, word: number): number {
    switch (register) {
      case GICD.IGROUPR:
        return this.group1[word]!;
      case GICD.ISENABLER:
      case GICD.ICENABLER:
        return this.enabled[word]!;
      case GICD.ISPENDR:
      case GICD.ICPENDR:
        return this.pendingWord(word) >>> 0;
      case GICD.ISACTIVER:
      case GICD.ICACTIVER:
        return this.active[word]!;
      default:
        return 0;
    }
  }

  /** Writes word `word` of one of the bitmap registers; others ignore it. */
  writeBits(register: number, word: number, value: number): void {
    switch (register) {
      case GICD.IGROUPR:
        this.group1[word] = value;
        break;
      case GICD.ISENABLER:
        this.enabled[word]! |= value;
        break;
      case GICD.ICENABLER:
        this.enabled[word]! &= ~value;
        break;
      case GICD.ISPENDR:
        this.latched[word]! |= value;
        break;
      case GICD.ICPENDR:
        this.latched[word]! &= ~value;
        break;
      case GICD.ISACTIVER:
        this.active[word]! |= value;
        break;
      case GICD.ICACTIVER:
        this.active[word]! &= ~value;
        break;
      default:
    }
  }

  /** `size` priorities from `index`, lowest in the low byte. */
  readPriorities(index: number, size: number): number {
    let value = 0;
    for (let n = size - 1; n >= 0; n--) value = (value << 8) | this.priority[index + n]!;
    return value >>> 0;
  }

  writePriorities(index: number, size: number, value: number): void {
    for (let n = 0; n < size; n++) this.priority[index + n] = (value >>> (8 * n)) & this.priorityMask;
  }

  /** ICFGR: two bits for each of 16 interrupts, of which the upper says edge. */
  readConfiguration(register: number): number {
    const half = (this.edge[register >>> 1]! >>> (register & 1 ? 16 : 0)) & 0xffff;
    let value = 0;
    for (let n = 0; n < 16; n++) if (half & (1 << n)) value |= 2 << (2 * n);
    return value >>> 0;
  }

  writeConfiguration(register: number, value: number): void {
    let half = 0;
    for (let n = 0; n < 16; n++) if (value & (2 << (2 * n))) half |= 1 << n;
    const word = register >>> 1;
    const shift = register & 1 ? 16 : 0;
    const edge = (this.edge[word]! & ~(0xffff << shift)) | (half << shift);
    this.edge[word] = word === 0 ? edge | this.fixedEdge : edge;
  }

  save(): DeviceState {
    return {
      group1: [...this.group1],
      enabled: [...this.enabled],
      latched: [...this.latched],
      level: [...this.level],
      active: [...this.active],
      edge: [...this.edge],
      priority: this.priority.slice(),
    };
  }

  check(owner: string, state: DeviceState): Apply {
    const saved = new SavedState(owner, state);
    const bitmaps = (['group1', 'enabled', 'latched', 'level', 'active', 'edge'] as const).map(
      (field) => [this[field], saved.numbers(field, this.words)] as const,
    );
    const priority = saved.bytes('priority', this.priority.length);
    return () => {
      for (const [bits, words] of bitmaps) bits.set(words);
      this.priority.set(priority);
      this.taken.fill(0);
    };
  }
}
