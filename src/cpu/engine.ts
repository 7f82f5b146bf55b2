import { SERVICE } from '../isa/emitter';
import { writeTables } from '../isa/helpers/tables';
import { ENGINE_SERVICE, FIXED_HANDLER, NEAR_LIMIT } from './abi';
import { BranchTargets } from './branch-targets';
import { COST } from './cost';
import { afterStep, debugEventDue, debugWaitsForD, takeStepException } from './debug-exceptions';
import { addressBreakpointDue, contextBreakpointDue } from './debug-match';
import { Decoder } from './decoder';
import {
  branchAddressHi,
  branchTarget,
  breakpoint,
  dcZvaTrap,
  fpAccessTrap,
  illegalExecutionState,
  illegalState,
  instructionAbort,
  memoryCopyTrap,
  pcAlignment,
  spAlignmentChecked,
  takePendingInterrupt,
  unalignedReach,
} from './exceptions';
import { GuestBreakpoints } from './guest-breakpoints';
import { HandlerTable } from './handler-table';
import { type HandlerSet, withFeatures } from './handlers';
import { HostBreakpoints } from './host-breakpoints';
import type { InterpreterExports } from './interpreter';
import { type InterpreterCore, interpreterCore } from './interpreter-core';
import { CPU, EXIT, MEMORY, RECORD, SLOT, WINDOW } from './layout';
import { MemoryAccess, type MmioPort } from './memory-access';
import { ACCESS, Mmu } from './mmu/mmu';
import { SoftTlb } from './mmu/tlb';
import { CPU_MODELS, type CpuModel, type CpuModelName } from './models';
import { PerformanceMonitor } from './performance-monitor';
import { refreshPointerFields } from './pointer-fields';
import { codeLineBytes, GuestRam, PAGE_BYTES } from './ram';
import { RecordHandlers } from './record-handlers';
import { Records } from './records';
import { ServiceTally } from './service-tally';
import { type SystemPorts, SystemServices } from './services';
import { SLICE, Slice, type SliceEnd } from './slice';
import type { Breathe } from './stepwise';
import { FAULT, FSC } from './syndrome';
import { decodeContextOf } from './sysreg-access';
import { dczid } from './sysregs/identification';
import { type MemoryViews, Vcpu, viewsOf } from './vcpu';

export interface EngineOptions {
  vcpus: number;
  /** `max` unless given. */
  cpu?: CpuModelName;
  /** Where guest RAM is in physical address space, and its bytes: multiples of 4 KiB. */
  ram: { base: number; size: number; rom?: number };
  /** Bytes for decoded pages. */
  recordBytes?: number;
  mmio: MmioPort;
  ports: SystemPorts;
  /** Asked over and over while the engine is made, of which the first of a process takes some hundred milliseconds. Throws to give it up. */
  breathe?: Breathe;
}

const DEFAULT_RECORD_BYTES = 64 * 1024 * 1024;
/** Services between two looks at how long all this takes; one that is charged so much counts as one more for each time. */
const EFFORT = 32;
const COST_OF_EFFORT = 256;
const NEVER_HOT = -1;
/** Instructions decoded ahead at once. */
const DECODE_AHEAD = 32;

/** What is to be known where code runs. */
export interface Surroundings {
  /** The first record of a page by its distance in pages from the one at hand: 0 if it is not known, or not mapped here. */
  recordsOf(pages: number): number;
  /** Where the address in X`register` is, counted in instructions from the start of the page at hand: undefined if it is none of an instruction. */
  placeIn(register: number): number | undefined;
  /** Whether the current data TLB has a window: see layout.ts. */
  readonly hasWindow: boolean;
}

/** Optional faster engine over the same records. */
export interface Compiler {
  /** Arrivals at a record that make it hot: 1 … 65535. */
  readonly heatLimit: number;
  /** Taken branches arrived so often at this record that it is worth while, or it is about to run and marked by the compiler. */
  hot(record: number, around: Surroundings): void;
  /** Wasm was left for another reason: once in a while. */
  tick(): void;
  /** The instruction `word` was decoded. */
  decoded(record: number, word: number): void;
  pageDropped(base: number): void;
  overwritten(base: number, first: number, end: number): void;
  interrupted(base: number, record: number): void;
}

/** The CPU core: memory, vCPUs, the interpreter and everything it calls in TypeScript. */
export class Engine {
  readonly views: MemoryViews;
  readonly vcpus: readonly Vcpu[];
  readonly ram: GuestRam;
  readonly mmu: Mmu;
  readonly tlb: SoftTlb;
  readonly records: Records;
  readonly guestBreakpoints: GuestBreakpoints;
  readonly hostBreakpoints: HostBreakpoints;
  /** By vCPU. */
  readonly pmus: readonly PerformanceMonitor[];
  readonly decoder: Decoder;
  readonly handlers: HandlerSet;
  readonly model: CpuModel;
  readonly handlerTable: HandlerTable;
  compiler: Compiler | undefined;
  /** Offset of a vCPU's count of instructions retired by compiled code. */
  readonly compiledCounter = CPU.COMPILED;
  exports!: InterpreterExports & WebAssembly.Exports;

  readonly slice: Slice;

  private readonly hasPointerAuthentication: boolean;
  /** None without FEAT_BTI. */
  private readonly branchTargets: BranchTargets | undefined;
  private readonly access: MemoryAccess;
  private readonly services: SystemServices;

  private constructor(
    options: EngineOptions,
    private readonly core: InterpreterCore,
  ) {
    const { handlers } = core;
    const model = CPU_MODELS[options.cpu ?? 'max'];
    this.model = model;
    this.hasPointerAuthentication = model.has('FEAT_PAuth');
    this.handlers = withFeatures(handlers, model.has);
    const recordBytes = options.recordBytes ?? DEFAULT_RECORD_BYTES;
    const wholePages = (bytes: number): number => Math.ceil(bytes / MEMORY.PAGE) * MEMORY.PAGE;
    const { base, size, rom = 0 } = options.ram;
    const codeLines = MEMORY.RECORDS + wholePages(recordBytes);
    const hostBase = codeLines + wholePages(codeLineBytes(size + rom));
    const pages = wholePages(hostBase + size + rom) / MEMORY.PAGE;
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch {
      throw new Error(`This host cannot give ${Math.round(size / 1048576)} MiB of memory to the machine.`);
    }
    this.views = viewsOf(memory);
    writeTables(this.views.i32);
    this.vcpus = Array.from({ length: options.vcpus }, (_, index) => new Vcpu(this.views, index, model));
    this.slice = new Slice(this.vcpus[0]!);
    this.pmus = this.vcpus.map(
      (vcpu) => new PerformanceMonitor(vcpu, this.slice, (asserted) => options.ports.pmuInterrupt(vcpu.index, asserted)),
    );
    this.ram = new GuestRam(this.views, { base, size, rom, hostBase, codeLines });
    this.mmu = new Mmu(this.ram);
    const recordHandlers = new RecordHandlers(this.views, () => this.slice.running);
    this.records = new Records(this.views, this.ram, recordHandlers, recordBytes, {
      pageDropped: (base) => this.compiler?.pageDropped(base),
      overwritten: (base, first, end) => this.compiler?.overwritten(base, first, end),
      interrupted: (base, record) => this.compiler?.interrupted(base, record),
    });
    this.tlb = new SoftTlb(this.vcpus, this.ram);
    this.guestBreakpoints = new GuestBreakpoints(this.vcpus, this);
    this.hostBreakpoints = new HostBreakpoints(this);
    this.ram.listener = {
      codeWritten: (pa, length) => this.records.written(pa, length),
      firstCodeIn: (pagePa) => this.tlb.watch(pagePa),
      storesMustBeSeen: () => this.tlb.dropAllWritable(),
    };
    this.decoder = new Decoder(this.handlers, decodeContextOf(model.has));
    this.handlerTable = new HandlerTable(FIXED_HANDLER.FIRST + handlers.specs.length);
    this.branchTargets = model.has('FEAT_BTI') ? new BranchTargets(this) : undefined;
    this.access = new MemoryAccess(this, options.mmio);
    this.services = new SystemServices(this, options.ports);
  }

  /** The first call builds and compiles the interpreter, which all engines of this process share. */
  static async create(options: EngineOptions): Promise<Engine> {
    const { breathe = () => undefined } = options;
    const core = await interpreterCore.done(breathe);
    await breathe();
    const engine = new Engine(options, core);
    await breathe();
    engine.link();
    await breathe();
    return engine;
  }

  /** Puts the interpreter's handlers into the table. */
  private link(): void {
    const { memory } = this.views;
    const instance = new WebAssembly.Instance(this.core.module, {
      env: { memory, table: this.handlerTable.table, service: this.service },
    });
    this.exports = instance.exports as InterpreterExports & WebAssembly.Exports;
  }

  /** Lets go of all modules of compiled code, between two slices. No record may name one of their functions any more. */
  dropModules(): void {
    this.handlerTable.renew();
    this.link();
  }

  /** Links a module of compiled code, which puts its functions into the table from `slots` on, and has its cells (layout.ts) from address `cells` on. */
  instantiate(code: Uint8Array<ArrayBuffer>, slots: number, cells: number): void {
    const { memory } = this.views;
    const { table } = this.handlerTable;
    new WebAssembly.Instance(new WebAssembly.Module(code), { env: { ...this.exports, memory, table, slots, cells } });
  }

  /** For people: what Wasm asked for, and how often it was entered. */
  readonly tally = new ServiceTally();
  entries = 0;

  /** Called at every so many services: decoding and compiling, too, which no cost is charged for. May call {@link Slice.requestCut}. */
  onEffort: () => void = () => {};
  private efforts = 0;
  private exert(efforts: number): void {
    this.efforts += efforts;
    if (this.efforts < EFFORT) return;
    this.efforts = 0;
    this.onEffort();
  }

  private readonly service = (_cpu: number, record: number, acc: number, code: number): number => {
    this.exert(1);
    this.tally.count(code);
    const { slice } = this;
    const count = acc + record;
    const before = slice.serve(count);
    if (code === ENGINE_SERVICE.DECODE) {
      this.decodeFrom(record);
      return 0;
    }
    this.branchTargets?.settle(slice.running, count);
    const leave =
      code & (SERVICE.LOAD | SERVICE.STORE)
        ? this.access.slow(record, code)
        : code === SERVICE.MOVE_MEMORY
          ? this.access.move(record)
          : this.services.run(record, code);
    this.exert(Math.floor((slice.chargedAfter(before) >> 4) / COST_OF_EFFORT));
    if (leave) {
      slice.exceptionTaken();
      slice.running.set32(CPU.ACC, slice.count);
      slice.running.set32(CPU.EXIT, EXIT.REDISPATCH);
      return -1;
    }
    const charge = slice.chargedAfter(before);
    const next = record + RECORD.SIZE;
    if (slice.mustLeave) this.records.handlers.plant(next);
    // The end of the slice has come nearer: a stop that is planted stands too far away, or there is none yet.
    else if (charge && count + charge > -NEAR_LIMIT) this.records.handlers.plant(Math.max(next, -(acc + charge)));
    return charge;
  };

  private decodeFrom(record: number): void {
    const { records, ram, views } = this;
    const base = records.baseOf(record);
    const pa = records.physical(record);
    const count = Math.min(DECODE_AHEAD, RECORD.PER_PAGE - (record - base) / RECORD.SIZE);
    let i = 0;
    for (let isEnd = false; i < count && !isEnd; i++) {
      const at = record + i * RECORD.SIZE;
      if (i > 0 && records.handlers.original(at) !== FIXED_HANDLER.UNDECODED) break;
      const word = ram.word(pa + i * 4);
      const { handler, ends } = this.decoder.fill(views, at, word, (at - base) >>> 2);
      records.handlers.setOriginal(at, handler);
      this.compiler?.decoded(at, word);
      isEnd = ends;
    }
    ram.addCode(pa, i * 4);
  }

  /** The record of the instruction at CPU.PC, filling the code TLB; undefined if an exception was taken instead. */
  private fetch(): number | undefined {
    const v = this.slice.running;
    const hi = branchAddressHi(v, v.hi(CPU.PC));
    const lo = v.lo(CPU.PC);
    v.setLoHi(CPU.PC, lo, hi);
    if (lo & 3) {
      pcAlignment(v, v.pc);
      return undefined;
    }
    const known = this.tlb.codePage(v, lo, hi);
    if (known) return this.enterPage(v, known, lo, hi);
    const fault = this.mmu.translate(v, lo, hi, ACCESS.EXEC);
    if (fault) {
      instructionAbort(v, v.pc, fault);
      return undefined;
    }
    const { pa } = this.mmu.result;
    if (!this.ram.isMemory(pa)) {
      instructionAbort(v, v.pc, FAULT | FSC.SYNC_EXTERNAL);
      return undefined;
    }
    const pagePa = pa - (pa % PAGE_BYTES);
    let base = this.records.find(pagePa);
    if (!base) {
      let made = this.records.allocate(pagePa);
      if (made === undefined) {
        if (this.records.sweep()) this.tlb.dropAllCode();
        else this.dropAllCode();
        made = this.records.allocate(pagePa)!;
      }
      base = made;
    }
    this.tlb.fillCode(v, lo, hi, this.mmu.result, base);
    this.guestBreakpoints.pageEntered(v, lo, hi, pagePa);
    this.hostBreakpoints.pageEntered(lo, hi, pagePa);
    return this.enterPage(v, base, lo, hi);
  }

  /** Around CPU.PC. */
  private surroundings(v: Vcpu): Surroundings {
    const here = v.pc;
    return {
      recordsOf: (pages) => {
        const there = BigInt.asUintN(64, here + BigInt(pages) * BigInt(PAGE_BYTES));
        return this.tlb.codePage(v, Number(there & 0xffffffffn), Number(there >> 32n));
      },
      placeIn: (register) => {
        const page = here - (here % BigInt(PAGE_BYTES));
        const distance = register < SLOT.SP ? BigInt.asIntN(64, v.x(register) - page) : 1n;
        return distance & 3n ? undefined : Number(distance / 4n);
      },
      hasWindow: this.views.u32[(v.get32(CPU.WINDOW) + WINDOW.LIMIT) >>> 2] !== 0,
    };
  }

  /** Sets PC_DELTA for the page whose records start at `base`; returns the record of the instruction at the address. */
  private enterPage(v: Vcpu, base: number, lo: number, hi: number): number {
    const page = (lo & ~0xfff) >>> 0;
    const low = page - (base >>> 2);
    v.setLoHi(CPU.PC_DELTA, low >>> 0, low < 0 ? hi - 1 : hi);
    return base + ((lo & 0xffc) << 2);
  }

  /** Forgets all decoded and compiled code. */
  dropAllCode(): void {
    this.records.clear();
    this.tlb.flushAll();
  }

  /** Fields that handlers test, derived from system registers: after anything that may have changed them. */
  private refreshTraps(v: Vcpu): void {
    v.set32(CPU.FP_TRAP, fpAccessTrap(v) ? 1 : 0);
    v.set32(CPU.MOPS_TRAP, memoryCopyTrap(v) ? 1 : 0);
    v.set32(CPU.ZVA_TRAP, dcZvaTrap(v) ? 1 : 0);
    v.setLoHi(CPU.DCZID, dczid(v), 0);
    v.setLoHi(CPU.CTR, v.model.ctr, 0);
    v.set32(CPU.SP_CHECK, spAlignmentChecked(v) ? 15 : 0);
    v.set32(CPU.ATOMIC_REACH, unalignedReach(v, false));
    v.set32(CPU.ORDERED_REACH, unalignedReach(v, true));
    if (this.hasPointerAuthentication) refreshPointerFields(v);
    v.debugWaits = debugWaitsForD(v);
    v.set32(CPU.CODE_LINES, this.ram.codeLinesBias);
    v.set32(CPU.HEAT_LIMIT, this.compiler ? this.compiler.heatLimit : NEVER_HOT);
  }

  /**
   * Runs a vCPU for at most `instructions` (1 … 2^26), exactly so many unless something else ends the slice, and until `cost` is used up:
   * instructions and charges of slow services. The numbers are left in {@link slice}.
   */
  runSlice(vcpu: Vcpu, instructions: number, cost = Number.POSITIVE_INFINITY): SliceEnd {
    const pmu = this.pmus[vcpu.index]!;
    this.slice.begin(vcpu);
    pmu.begin();
    const end = this.runUntil(vcpu, pmu, instructions, cost);
    pmu.catchUp();
    return end;
  }

  private runUntil(vcpu: Vcpu, pmu: PerformanceMonitor, instructions: number, cost: number): SliceEnd {
    const { slice } = this;
    /** The record with a breakpoint that was found not to match: its instruction is next. */
    let past = 0;
    const left = (): number => Math.min(instructions - slice.retired, cost - slice.retired - slice.charged);
    for (;;) {
      if (left() <= 0) return SLICE.BUDGET;
      pmu.catchUp();
      if (takePendingInterrupt(vcpu)) slice.charge(COST.EXCEPTION);
      const due = debugEventDue(vcpu);
      if (due === 'step exception') {
        takeStepException(vcpu);
        slice.charge(COST.EXCEPTION);
      }
      const record = this.fetch();
      if (record === undefined || this.takenInstead(vcpu, record)) slice.exceptionTaken();
      else {
        this.refreshTraps(vcpu);
        // At least the one instruction, though the exception may have used up what was left.
        const stepping = due === 'one instruction';
        const loadExclusive = stepping && this.isLoadExclusive(record);
        pmu.enter();
        const budget = stepping ? 1 : Math.min(Math.max(1, left()), pmu.untilInterrupt());
        const isPast = past === record;
        // An instruction that decodes itself goes on at whatever runs at its record: the breakpoint, again.
        if (isPast && this.records.handlers.original(record) === FIXED_HANDLER.UNDECODED) this.decodeFrom(record);
        const enter = isPast ? this.exports.resume : this.exports.enter;
        this.entries++;
        const acc = slice.enter(record, budget);
        this.branchTargets?.entering(vcpu, acc + record);
        enter(vcpu.base, record, acc);
        const exit = vcpu.get32(CPU.EXIT);
        if (exit !== EXIT.REDISPATCH) this.branchTargets?.settle(vcpu, vcpu.get32(CPU.ACC));
        const end = this.afterExit(vcpu);
        // At a breakpoint, or where a region may start, nothing was stepped over.
        const isBefore = exit === EXIT.BREAKPOINT || exit === EXIT.HOT;
        if (stepping && !isBefore && afterStep(vcpu, loadExclusive)) slice.charge(COST.EXCEPTION);
        past = exit === EXIT.BREAKPOINT ? vcpu.get32(CPU.REC) : 0;
        if (end !== undefined) return end;
      }
      if (vcpu.get32(CPU.WAITING)) return SLICE.HALTED;
      if (slice.requestedEnd !== undefined) return slice.requestedEnd;
    }
  }

  /** What goes before the instruction at CPU.PC, which could be fetched: true if an exception was taken. Breakpoints by address stop where they are. */
  private takenInstead(vcpu: Vcpu, record: number): boolean {
    const illegal = illegalState(vcpu);
    const forbidden = !illegal && this.branchTargets?.forbid(vcpu, record) === true;
    if (contextBreakpointDue(vcpu) || ((illegal || forbidden) && addressBreakpointDue(vcpu))) breakpoint(vcpu, vcpu.pc);
    else if (illegal) illegalExecutionState(vcpu, vcpu.pc);
    else if (forbidden) branchTarget(vcpu, vcpu.pc);
    else return false;
    return true;
  }

  private isLoadExclusive(record: number): boolean {
    return /^LDX/.test(this.decoder.decode(this.ram.word(this.records.physical(record)))?.row.name ?? '');
  }

  private afterExit(vcpu: Vcpu): SliceEnd | undefined {
    this.records.handlers.unplant();
    this.slice.left(vcpu.get32(CPU.ACC));
    switch (vcpu.get32(CPU.EXIT)) {
      case EXIT.BUDGET:
        vcpu.pc = this.slice.pcOf(vcpu.get32(CPU.REC));
        this.compiler?.tick();
        this.exert(EFFORT);
        return undefined;
      case EXIT.HOT:
        vcpu.pc = this.slice.pcOf(vcpu.get32(CPU.REC));
        this.compiler?.hot(vcpu.get32(CPU.REC), this.surroundings(vcpu));
        this.exert(EFFORT);
        return undefined;
      case EXIT.BREAKPOINT:
        vcpu.pc = this.slice.pcOf(vcpu.get32(CPU.REC));
        if (this.records.hasBreakpoint(vcpu.get32(CPU.REC), 'host') || this.hostBreakpoints.due(vcpu)) return SLICE.BREAKPOINT;
        if (addressBreakpointDue(vcpu)) {
          breakpoint(vcpu, vcpu.pc);
          this.slice.exceptionTaken();
        }
        return undefined;
      default:
        return undefined;
    }
  }
}
