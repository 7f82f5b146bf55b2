import type { ExceptionObserver } from './exception-observer';
import { CPU, cpuAddress } from './layout';
import { type CpuModel, MAX } from './models';

/** Views over the machine's one memory. The memory never grows, so they stay valid for its lifetime. */
export interface MemoryViews {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u64: BigUint64Array;
  readonly data: DataView;
}

export function viewsOf(memory: WebAssembly.Memory): MemoryViews {
  const { buffer } = memory;
  return {
    memory,
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer),
    u32: new Uint32Array(buffer),
    i32: new Int32Array(buffer),
    u64: new BigUint64Array(buffer),
    data: new DataView(buffer),
  };
}

/** Of CPU.IRQ_LINES: what the interrupt controller asserts (F and I), and what is in the place of PSTATE.D. */
const INTERRUPT_LINES = 0xc0;
const DEBUG_WAITS = 0x200;

/** One vCPU's state as TypeScript sees it: accessors over its block in memory, see layout.ts. */
export class Vcpu {
  readonly base: number;
  /** Who hears of exceptions. Nobody, as a rule. */
  readonly exceptionObservers: ExceptionObserver[] = [];
  /** What CPU.PAC_FIELDS was worked out of: see pointer-fields.ts. */
  readonly pointerFieldsOf = { tcrLo: -1, tcrHi: -1 };

  constructor(
    readonly views: MemoryViews,
    readonly index: number,
    readonly model: CpuModel = MAX,
  ) {
    this.base = cpuAddress(index);
  }

  get32(offset: number): number {
    return this.views.i32[(this.base + offset) >>> 2]!;
  }
  set32(offset: number, value: number): void {
    this.views.i32[(this.base + offset) >>> 2] = value;
  }
  get64(offset: number): bigint {
    return this.views.u64[(this.base + offset) >>> 3]!;
  }
  set64(offset: number, value: bigint): void {
    this.views.u64[(this.base + offset) >>> 3] = value;
  }
  /** Low and high 32 bits of a 64-bit field, unsigned, without BigInt. */
  lo(offset: number): number {
    return this.views.u32[(this.base + offset) >>> 2]!;
  }
  hi(offset: number): number {
    return this.views.u32[(this.base + offset + 4) >>> 2]!;
  }
  setLoHi(offset: number, lo: number, hi: number): void {
    this.views.u32[(this.base + offset) >>> 2] = lo;
    this.views.u32[(this.base + offset + 4) >>> 2] = hi;
  }

  /** x0..x30, or a slot of layout.ts's SLOT. */
  x(slot: number): bigint {
    return this.get64(CPU.X + slot * 8);
  }
  setX(slot: number, value: bigint): void {
    this.set64(CPU.X + slot * 8, value);
  }

  get pc(): bigint {
    return this.get64(CPU.PC);
  }
  set pc(value: bigint) {
    this.set64(CPU.PC, value);
  }

  /** PSTATE.EL: 0 or 1. */
  get el(): number {
    return this.get32(CPU.EL);
  }
  /** The selected stack pointer. */
  get sp(): bigint {
    return this.get64(CPU.SP);
  }
  /** Waits for an interrupt or event (WFI, WFE, PSCI CPU_SUSPEND). */
  get waiting(): boolean {
    return this.get32(CPU.WAITING) !== 0;
  }
  set waiting(value: boolean) {
    this.set32(CPU.WAITING, value ? 1 : 0);
  }
  /** What the interrupt controller asserts: F in bit 6 and I in bit 7, the places of their masks in DAIF. */
  get interruptLines(): number {
    return this.get32(CPU.IRQ_LINES) & INTERRUPT_LINES;
  }
  set interruptLines(value: number) {
    this.set32(CPU.IRQ_LINES, (this.get32(CPU.IRQ_LINES) & ~INTERRUPT_LINES) | value);
  }
  /** Clearing PSTATE.D is to be seen at once: so it is where MSR looks for interrupts that were unmasked, which costs nothing more. */
  set debugWaits(value: boolean) {
    this.set32(CPU.IRQ_LINES, this.interruptLines | (value ? DEBUG_WAITS : 0));
  }
  /** Instructions retired by compiled code, modulo 2^32. */
  get compiledInstructions(): number {
    return this.get32(CPU.COMPILED) >>> 0;
  }

  /** N, Z, C, V in bits 31..28, unsigned. */
  get nzcv(): number {
    const n = this.hi(CPU.NF) & 0x80000000;
    const z = this.lo(CPU.ZF) === 0 && this.hi(CPU.ZF) === 0 ? 0x40000000 : 0;
    const c = this.get32(CPU.CF) << 29;
    const v = (this.hi(CPU.VF) & 0x80000000) >>> 3;
    return (n | z | c | v) >>> 0;
  }
  set nzcv(value: number) {
    this.setLoHi(CPU.NF, 0, value & 0x80000000);
    this.setLoHi(CPU.ZF, value & 0x40000000 ? 0 : 1, 0);
    this.set32(CPU.CF, (value >>> 29) & 1);
    this.setLoHi(CPU.VF, 0, value & 0x10000000 ? 0x80000000 : 0);
  }
}
