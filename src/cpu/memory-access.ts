import { SERVICE } from '../isa/emitter';
import { COST } from './cost';
import { watchpointDue } from './debug-match';
import type { Decoder } from './decoder';
import { dataAbort, unprivilegedOverridden, watchpoint } from './exceptions';
import { CPU, RECORD } from './layout';
import { ACCESS, type Mmu } from './mmu/mmu';
import type { SoftTlb } from './mmu/tlb';
import type { GuestRam } from './ram';
import type { Records } from './records';
import type { Slice } from './slice';
import { FAULT, FSC, faultOf } from './syndrome';
import { SCTLR } from './sysregs/fields';
import { SYS } from './sysregs/storage';
import type { MemoryViews } from './vcpu';

/** The board's devices behind physical addresses; 64-bit values as two unsigned halves. See machine/bus.ts. */
export interface MmioPort {
  /** High half of the last read of 8 bytes. */
  readonly high: number;
  /** Undefined where nothing answers. */
  read(address: number, size: 1 | 2 | 4 | 8): number | undefined;
  write(address: number, size: 1 | 2 | 4 | 8, low: number, high: number): boolean;
}

type Address = readonly [lo: number, hi: number];
const after = ([lo, hi]: Address, bytes: number): Address => [(lo + bytes) >>> 0, lo + bytes > 0xffffffff ? (hi + 1) >>> 0 : hi];

/** Bits of the words of CPYM and its like: CPY and not CPYF, reads and writes as by EL0. */
const MOVE_WORD = { MOVE: 1 << 26, RT: 1 << 13, WT: 1 << 12 } as const;

/** What accesses work on. */
interface AccessParts {
  readonly views: MemoryViews;
  readonly slice: Slice;
  readonly ram: GuestRam;
  readonly mmu: Mmu;
  readonly tlb: SoftTlb;
  readonly records: Records;
  readonly decoder: Decoder;
}

/** Accesses that missed the TLB: translation, page crossing, devices, faults. */
export class MemoryAccess {
  constructor(
    private readonly parts: AccessParts,
    private readonly mmio: MmioPort,
  ) {}

  /** Address in SLOW_VA, data in SCRATCH. True if the access faulted: the exception has been taken. */
  slow(record: number, code: number): boolean {
    const { slice } = this.parts;
    const v = slice.running;
    const lo = v.lo(CPU.SLOW_VA);
    const hi = v.hi(CPU.SLOW_VA);
    const size = code & 0x1f;
    const unprivileged = (code & SERVICE.UNPRIVILEGED) !== 0 && !unprivilegedOverridden(v);
    const write = (code & SERVICE.STORE) !== 0;
    const misaligned = (lo & (size - 1)) !== 0 && (lo & (this.elementBytes(record, size) - 1)) !== 0;
    // SCTLR_EL1.A is for every access, and goes before its translation: while it is set, the TLBs are empty.
    if (misaligned && v.lo(SYS.SCTLR_EL1) & SCTLR.A) {
      this.abort(record, lo, hi, faultOf(FSC.ALIGNMENT), write);
      return true;
    }
    const first = 4096 - (lo & 0xfff);
    const watched = watchpointDue(v, lo, hi, size, write, unprivileged);
    if (watched >= 0) {
      this.watchpoint(record, lo, hi, size, watched, write, unprivileged, misaligned);
      return true;
    }
    if (first >= size) return this.piece(record, lo, hi, size, 0, write, unprivileged, misaligned);

    // Crossing a page: both halves must translate before anything is written.
    const secondLo = (lo + first) >>> 0;
    const secondHi = secondLo < lo ? (hi + 1) >>> 0 : hi;
    if (write && (this.faults(record, lo, hi, true, unprivileged) || this.faults(record, secondLo, secondHi, true, unprivileged)))
      return true;
    return (
      this.piece(record, lo, hi, first, 0, write, unprivileged, misaligned) ||
      this.piece(record, secondLo, secondHi, size - first, first, write, unprivileged, misaligned)
    );
  }

  /**
   * A piece of CPYM and its like, see Emitter.moveMemory: lowest addresses in SLOW_VA and SCRATCH (or there the byte to be stored), its size in SCRATCH + 8, where
   * what was done is left. True if it faulted: the exception has been taken.
   */
  move(record: number): boolean {
    const { slice, views, ram, mmu, tlb } = this.parts;
    const v = slice.running;
    const word = views.u32[(record + RECORD.IMM) >>> 2]!;
    const isSet = ((word >>> 22) & 3) === 3;
    const isBackward = !isSet && (word & MOVE_WORD.MOVE) !== 0 && (v.hi(CPU.NF) & 0x80000000) !== 0;
    const overridden = unprivilegedOverridden(v);
    const readUnprivileged = (word & MOVE_WORD.RT) !== 0 && !overridden;
    const writeUnprivileged = (word & MOVE_WORD.WT) !== 0 && !overridden;
    const to: Address = [v.lo(CPU.SLOW_VA), v.hi(CPU.SLOW_VA)];
    const from: Address = [v.lo(CPU.SCRATCH), v.hi(CPU.SCRATCH)];
    let size = v.lo(CPU.SCRATCH + 8);
    const whole = size;
    /** Where the bytes begin that are to be done; and that of them which is done first. */
    const start = (lowest: Address): Address => after(lowest, isBackward ? whole - size : 0);
    const first = (lowest: Address): Address => after(lowest, isBackward ? whole - 1 : 0);
    const watched =
      (isSet ? -1 : watchpointDue(v, ...from, size, false, readUnprivileged)) >= 0 ||
      watchpointDue(v, ...to, size, true, writeUnprivileged) >= 0;
    if (watched) size = 1;
    let source = 0;
    if (!isSet) {
      if (this.faults(record, ...first(from), false, readUnprivileged)) return true;
      source = mmu.result.pa;
      if (!mmu.result.device && ram.holds(source)) tlb.fillData(v, ...first(from), readUnprivileged, mmu.result);
      else size = 1;
    }
    if (this.faults(record, ...first(to), true, writeUnprivileged)) return true;
    const target = mmu.result.pa;
    if (!mmu.result.device && ram.contains(target)) tlb.fillData(v, ...first(to), writeUnprivileged, mmu.result);
    else size = 1;
    if (watched) {
      const isRead = !isSet && watchpointDue(v, ...start(from), 1, false, readUnprivileged) >= 0;
      if (isRead || watchpointDue(v, ...start(to), 1, true, writeUnprivileged) >= 0) {
        watchpoint(v, slice.pcOf(record), ...start(isRead ? from : to), !isRead);
        return true;
      }
    }
    const back = isBackward ? size - 1 : 0;
    const bytes = v.base + CPU.SCRATCH;
    if (ram.contains(target - back, size) && (isSet || ram.holds(source - back, size))) {
      slice.storing = record;
      if (isSet) ram.write(target, new Uint8Array(size).fill(from[0]));
      else ram.copyIn(target - back, size, ram.host(source - back));
      slice.storing = 0;
    } else {
      if (isSet) views.u8[bytes] = from[0];
      else if (ram.holds(source)) ram.copyOut(source, 1, bytes);
      else if (!this.device(source, 1, bytes, false)) return this.external(record, first(from), false);
      if (ram.contains(target)) {
        slice.storing = record;
        ram.copyIn(target, 1, bytes);
        slice.storing = 0;
      } else if (!this.device(target, 1, bytes, true)) return this.external(record, first(to), true);
      size = 1;
    }
    v.setLoHi(CPU.SCRATCH + 8, size, 0);
    return false;
  }

  private external(record: number, address: Address, write: boolean): true {
    this.abort(record, ...address, FAULT | FSC.SYNC_EXTERNAL, write);
    return true;
  }

  /** What of an access must be aligned: all its bytes, or each element of several that are moved together. */
  private elementBytes(record: number, size: number): number {
    const instruction = this.instructionAt(record);
    return instruction?.row.elementBytes?.(instruction.fields) ?? size;
  }

  /** A watchpoint matches an access, `distance` behind its first byte: only what the translation of all its bytes has against it goes before that. */
  private watchpoint(
    record: number,
    lo: number,
    hi: number,
    size: number,
    distance: number,
    write: boolean,
    unprivileged: boolean,
    misaligned: boolean,
  ): void {
    const { slice } = this.parts;
    const after = (bytes: number): [lo: number, hi: number] => [
      (lo + bytes) >>> 0,
      lo + bytes > 0xffffffff ? (hi + 1) >>> 0 : hi,
    ];
    for (const byte of new Set([0, Math.min(4096 - (lo & 0xfff), size - 1)])) {
      const [pieceLo, pieceHi] = after(byte);
      if (this.faults(record, pieceLo, pieceHi, write, unprivileged)) return;
      if (this.misalignedForDevice(record, pieceLo, pieceHi, size, write, misaligned)) return;
    }
    watchpoint(slice.running, slice.pcOf(record), ...after(distance), write);
  }

  private instructionAt(record: number): ReturnType<Decoder['decode']> {
    const { decoder, records, ram } = this.parts;
    return decoder.decode(ram.word(records.physical(record)));
  }

  /** The Data Abort of the instruction at `record`. FAR_EL1 is the first byte that faulted, but for DC ZVA what its register holds. */
  private abort(record: number, lo: number, hi: number, fault: number, write: boolean): void {
    const { slice, views } = this.parts;
    const v = slice.running;
    if (this.instructionAt(record)?.row.farIsOperand) {
      const operand = CPU.X + views.u8[record + RECORD.N]! * 8;
      dataAbort(v, slice.pcOf(record), v.lo(operand), v.hi(operand), fault, write);
    } else dataAbort(v, slice.pcOf(record), lo, hi, fault, write);
  }

  private faults(record: number, lo: number, hi: number, write: boolean, unprivileged: boolean): boolean {
    const { slice, mmu } = this.parts;
    const v = slice.running;
    const fault = mmu.translate(v, lo, hi, write ? ACCESS.WRITE : ACCESS.READ, unprivileged);
    if (!fault) return false;
    this.abort(record, lo, hi, fault, write);
    return true;
  }

  /** Part of an access inside one page: `size` bytes at `offset` of SCRATCH. */
  private piece(
    record: number,
    lo: number,
    hi: number,
    size: number,
    offset: number,
    write: boolean,
    unprivileged: boolean,
    misaligned: boolean,
  ): boolean {
    const { slice, ram, mmu, tlb } = this.parts;
    const v = slice.running;
    if (this.faults(record, lo, hi, write, unprivileged)) return true;
    const { pa } = mmu.result;
    const scratch = v.base + CPU.SCRATCH + offset;
    if (this.misalignedForDevice(record, lo, hi, size, write, misaligned)) return true;
    if (write ? ram.contains(pa, size) : ram.holds(pa, size)) {
      if (write) {
        slice.storing = record;
        ram.copyIn(pa, size, scratch);
        slice.storing = 0;
      } else ram.copyOut(pa, size, scratch);
      tlb.fillData(v, lo, hi, unprivileged, mmu.result);
      return false;
    }
    if (this.device(pa, size, scratch, write)) return false;
    this.abort(record, lo, hi, FAULT | FSC.SYNC_EXTERNAL, write);
    return true;
  }

  /** Whether what was translated last is Device memory, which takes no such access: the fault is taken. */
  private misalignedForDevice(
    record: number,
    lo: number,
    hi: number,
    size: number,
    write: boolean,
    misaligned: boolean,
  ): boolean {
    if (!this.parts.mmu.result.device || !(misaligned || (size & (size - 1)) !== 0)) return false;
    this.abort(record, lo, hi, faultOf(FSC.ALIGNMENT), write);
    return true;
  }

  private device(pa: number, size: number, scratch: number, write: boolean): boolean {
    const { slice, views } = this.parts;
    const { u32 } = views;
    if (size === 16) return this.device(pa, 8, scratch, write) && this.device(pa + 8, 8, scratch + 8, write);
    if ((size !== 1 && size !== 2 && size !== 4 && size !== 8) || (scratch & 3) !== 0)
      return this.deviceBytes(pa, size, scratch, write);
    const word = scratch >>> 2;
    slice.charge(COST.DEVICE);
    if (write) return this.mmio.write(pa, size, u32[word]!, u32[word + 1]!);
    const low = this.mmio.read(pa, size);
    if (low === undefined) return false;
    u32[word] = low;
    u32[word + 1] = this.mmio.high;
    return true;
  }

  /** What of an access lies behind memory that it begins in, byte by byte. */
  private deviceBytes(pa: number, size: number, scratch: number, write: boolean): boolean {
    const { slice, views } = this.parts;
    for (let i = 0; i < size; i++) {
      slice.charge(COST.DEVICE);
      if (write) {
        if (!this.mmio.write(pa + i, 1, views.u8[scratch + i]!, 0)) return false;
        continue;
      }
      const byte = this.mmio.read(pa + i, 1);
      if (byte === undefined) return false;
      views.u8[scratch + i] = byte;
    }
    return true;
  }
}
