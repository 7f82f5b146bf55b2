import { FIXED_HANDLER } from './abi';
import { CPU, RECORD } from './layout';
import type { MemoryViews, Vcpu } from './vcpu';

/**
 * What runs at a record. Up to four parties want to say so; the first of these that has something to say does:
 *
 *   1. a planted stop: the slice ends before this instruction (one per vCPU, only while it runs)
 *   2. a breakpoint, the host's or the guest's (guest-breakpoints.ts)
 *   3. a compiled region that starts here, or the mark of one that is known and may
 *   4. the instruction's own handler, or UNDECODED
 *
 * Each of them sets and clears its own wish here, in any order. Records of a new page begin as UNDECODED with the way to the next page behind the
 * last (records.ts); from then on nothing else in TypeScript writes RECORD.HANDLER. Wasm writes it in one
 * place, `plantStop` in control-transfer.ts, which plants and takes away stops as {@link plant} and {@link unplant} do: what it finds at the record goes
 * to PLANTED_HANDLER and comes back from there, so while a stop is planted, a change of the others' wishes goes to PLANTED_HANDLER.
 *
 * RECORD.ORIGINAL always holds the fourth: compiled code leaves to it, past the others.
 */
export class RecordHandlers {
  private readonly breakpoints = new Set<number>();
  private readonly compiled = new Map<number, number>();

  /** `running`: the vCPU that may have a stop planted. */
  constructor(
    private readonly views: MemoryViews,
    private readonly running: () => Vcpu,
  ) {}

  /** The instruction's own handler, UNDECODED if it was not decoded or was overwritten since. */
  original(record: number): number {
    return this.views.u16[(record + RECORD.ORIGINAL) >>> 1]!;
  }
  setOriginal(record: number, handler: number): void {
    this.views.u16[(record + RECORD.ORIGINAL) >>> 1] = handler;
    this.refresh(record);
  }

  setCompiled(record: number, handler: number): void {
    this.compiled.set(record, handler);
    this.refresh(record);
  }
  clearCompiled(record: number): void {
    if (this.compiled.delete(record)) this.refresh(record);
  }

  hasBreakpoint(record: number): boolean {
    return this.breakpoints.has(record);
  }
  setBreakpoint(record: number): void {
    this.breakpoints.add(record);
    this.refresh(record);
  }
  clearBreakpoint(record: number): void {
    if (this.breakpoints.delete(record)) this.refresh(record);
  }

  /** Plants the running vCPU's stop at a record, instead of where it was. */
  plant(record: number): void {
    const vcpu = this.running();
    if (vcpu.get32(CPU.PLANTED_REC) === record) return;
    this.unplant();
    vcpu.set32(CPU.PLANTED_HANDLER, this.views.u16[(record + RECORD.HANDLER) >>> 1]!);
    vcpu.set32(CPU.PLANTED_REC, record);
    this.views.u16[(record + RECORD.HANDLER) >>> 1] = FIXED_HANDLER.STOP;
  }
  unplant(): void {
    const vcpu = this.running();
    const planted = vcpu.get32(CPU.PLANTED_REC);
    if (!planted) return;
    this.views.u16[(planted + RECORD.HANDLER) >>> 1] = vcpu.get32(CPU.PLANTED_HANDLER);
    vcpu.set32(CPU.PLANTED_REC, 0);
  }

  private refresh(record: number): void {
    const handler = this.breakpoints.has(record)
      ? FIXED_HANDLER.BREAKPOINT
      : (this.compiled.get(record) ?? this.original(record));
    const vcpu = this.running();
    if (vcpu.get32(CPU.PLANTED_REC) === record) vcpu.set32(CPU.PLANTED_HANDLER, handler);
    else this.views.u16[(record + RECORD.HANDLER) >>> 1] = handler;
  }
}
