import type { ExceptionObserver } from './exception-observer';
import type { Exception, ExceptionType } from './exceptions';
import { EC, esr } from './syndrome';
import type { Vcpu } from './vcpu';

/** What a vCPU took, or asked its firmware. */
export const EXCEPTION_KINDS = ['sync', 'irq', 'fiq', 'serror', 'hvc', 'smc'] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

/** One of them. */
export interface LoggedException {
  /** Counts from 0 since the machine was made, those included that are no longer kept. */
  seq: number;
  /** Instructions that all vCPUs had retired, and machine time in ns. */
  instructions: number;
  time: number;
  vcpu: number;
  kind: ExceptionKind;
  /** Where it came from. Exceptions go to EL1; calls of the firmware go to what is above. */
  fromEl: 0 | 1;
  /** ESR_EL1: of `sync` and `serror` only, otherwise 0. For calls of the firmware what ESR_EL2 or ESR_EL3 would have. */
  syndrome: number;
  /** Where the vCPU was: ELR_EL1 for exceptions, the address of the instruction for calls of the firmware. */
  pc: bigint;
  /** FAR_EL1, if it was written. */
  far?: bigint;
  /** x8 of an SVC (Linux's number of the system call), x0 of a call of the firmware (its function id), INTID of an IRQ or FIQ; otherwise 0. */
  number: bigint;
}

/** Exceptions that are kept: the newest. A power of two. */
export const EXCEPTIONS_KEPT = 8192;

/** What a log needs of the machine around the vCPUs. */
export interface ExceptionLogPorts {
  instructions(): number;
  time(): number;
  /** INTID of the interrupt that is signalled to a vCPU. */
  interrupt(vcpu: number): number;
}

/** Classes of exceptions that an access, a fetch or a wrong address raises. */
export const MEMORY_FAULTS: ReadonlySet<number> = new Set([
  EC.DATA_ABORT_LOWER,
  EC.DATA_ABORT_SAME,
  EC.INSTRUCTION_ABORT_LOWER,
  EC.INSTRUCTION_ABORT_SAME,
  EC.PC_ALIGNMENT,
  EC.SP_ALIGNMENT,
]);

/** The first registers by name, as {@link Vcpu.x} counts them. */
const [X0, X8] = [0, 8];

/**
 * The newest exceptions of all vCPUs, while somebody watches: otherwise it is none of those who hear of them, so that nobody pays
 * for it but who looks. Nothing of it is part of the machine's state.
 */
export class ExceptionLog implements ExceptionObserver {
  /** Exceptions seen, and of each kind; of the synchronous ones, system calls and faults of memory accesses. */
  count = 0;
  readonly counts: Record<ExceptionKind | 'svc' | 'faults', number> = {
    sync: 0,
    irq: 0,
    fiq: 0,
    serror: 0,
    hvc: 0,
    smc: 0,
    svc: 0,
    faults: 0,
  };
  /** The first that may still be there: who went back has written over those before. */
  private oldest = 0;
  private on = false;
  private readonly rings = {
    instructions: new Float64Array(EXCEPTIONS_KEPT),
    time: new Float64Array(EXCEPTIONS_KEPT),
    /** Kind in bits 7..0, EL in 8, "FAR was written" in 9, vCPU from 16 on. */
    about: new Uint32Array(EXCEPTIONS_KEPT),
    syndrome: new Uint32Array(EXCEPTIONS_KEPT),
    pc: new BigUint64Array(EXCEPTIONS_KEPT),
    far: new BigUint64Array(EXCEPTIONS_KEPT),
    number: new BigUint64Array(EXCEPTIONS_KEPT),
  };

  constructor(
    private readonly vcpus: readonly Vcpu[],
    private readonly ports: ExceptionLogPorts,
  ) {}

  get recording(): boolean {
    return this.on;
  }
  set recording(on: boolean) {
    if (this.on === on) return;
    this.on = on;
    for (const { exceptionObservers } of this.vcpus) {
      if (on) exceptionObservers.push(this);
      else exceptionObservers.splice(exceptionObservers.indexOf(this), 1);
    }
  }

  exceptionTaken(vcpu: Vcpu, exception: Exception, fromEl: number): void {
    const { type, far, returnPc } = exception;
    const isInterrupt = type === 'irq' || type === 'fiq';
    const ec = exception.ec ?? EC.UNKNOWN;
    const syndrome = isInterrupt ? 0 : esr(ec, exception.iss ?? 0, exception.il ?? true);
    const isSvc = type === 'sync' && ec === EC.SVC64;
    const number = isInterrupt ? BigInt(this.ports.interrupt(vcpu.index)) : isSvc ? vcpu.x(X8) : 0n;
    if (isSvc) this.counts.svc++;
    else if (type === 'sync' && MEMORY_FAULTS.has(ec)) this.counts.faults++;
    this.add(vcpu, type, fromEl, syndrome, returnPc, number, far);
  }

  exceptionReturned(): void {
    // Where it leads is no news.
  }

  firmwareCalled(vcpu: Vcpu, conduit: 'hvc' | 'smc', pc: bigint, immediate: number): void {
    this.add(vcpu, conduit, vcpu.el, esr(conduit === 'hvc' ? EC.HVC64 : EC.SMC64, immediate), pc, vcpu.x(X0));
  }

  private add(
    vcpu: Vcpu,
    kind: ExceptionType | 'hvc' | 'smc',
    fromEl: number,
    syndrome: number,
    pc: bigint,
    number: bigint,
    far?: bigint,
  ): void {
    const { rings, ports } = this;
    const at = this.count++ % EXCEPTIONS_KEPT;
    this.counts[kind]++;
    rings.instructions[at] = ports.instructions();
    rings.time[at] = ports.time();
    rings.about[at] = EXCEPTION_KINDS.indexOf(kind) | (fromEl << 8) | (far === undefined ? 0 : 1 << 9) | (vcpu.index << 16);
    rings.syndrome[at] = syndrome;
    rings.pc[at] = pc;
    rings.far[at] = far ?? 0n;
    rings.number[at] = number;
  }

  /** The oldest that is kept. */
  get first(): number {
    return Math.min(this.count, Math.max(this.oldest, this.count - EXCEPTIONS_KEPT));
  }

  /** Keeps how many were seen. What is returned puts that back, as often as it is called: the machine is where it was then, and what it takes from there on is logged anew. */
  keep(): () => void {
    const { count } = this;
    const counts = { ...this.counts };
    return () => {
      this.oldest = Math.max(this.oldest, this.count - EXCEPTIONS_KEPT);
      this.count = count;
      Object.assign(this.counts, counts);
    };
  }

  /** @param seq of {@link first} to {@link count} - 1 */
  at(seq: number): LoggedException {
    const { rings } = this;
    const at = seq % EXCEPTIONS_KEPT;
    const about = rings.about[at]!;
    return {
      seq,
      instructions: rings.instructions[at]!,
      time: rings.time[at]!,
      vcpu: about >>> 16,
      kind: EXCEPTION_KINDS[about & 0xff]!,
      fromEl: about & (1 << 8) ? 1 : 0,
      syndrome: rings.syndrome[at]!,
      pc: rings.pc[at]!,
      ...(about & (1 << 9) && { far: rings.far[at]! }),
      number: rings.number[at]!,
    };
  }
}
