import type { FlagSource, FloatType, Reg } from '../../isa/emitter';
import { HELPERS } from '../../isa/helpers/index';
import { TABLES } from '../../isa/helpers/tables';
import { type LanesType, ordinaryBound } from '../../isa/pseudocode/fp-ordinary';
import {
  type Expr,
  extractLane,
  type FunctionBuilder,
  type FunctionRef,
  type GlobalRef,
  globalValue,
  i32,
  i64,
  type Label,
  type LoadKind,
  type Local,
  type StoreKind,
  simd,
} from '../../wasm';
import { NEAR_LIMIT } from '../abi';
import type { Instruction } from '../decoder';
import { ACCESS_BYTES, BaseEmitter, type Place, type SharedFunctions } from '../emitter-base';
import { ALWAYS, type Flag, type Nzcv } from '../flags';
import { CODE_TLB, CPU, RECORD, SLOT, TLB, WINDOW } from '../layout';
import { PAGE_BYTES } from '../ram';
import type { AccessGroup, Member } from './access-groups';
import { bitsOf } from './bits';
import { hostFuses } from './host-fuses';
import { BOUNDS } from './instruction-use';
import { FLAGS_IN, type FlagState, type FlagsIn, LazyFlags } from './lazy-flags';
import { otherPages, pageOf, type Region } from './region';
import type { RegionUse } from './region-use';
import { NOTHING_KNOWN, VectorLocals } from './vector-locals';

/** What compiled code imports from the interpreter, beside what all handlers may call. */
export interface JitFunctions extends SharedFunctions {
  arrive: FunctionRef;
  resume: FunctionRef;
  /** Handlers from here on are compiled. */
  firstCompiled: number;
  /** Address of the module's cells. */
  cells: GlobalRef;
}

/**
 * Makes the code of the instructions of a region from the same meanings as the interpreter: operands are constants, registers live in Wasm locals, the flags
 * wherever they are cheapest, and all go back to memory at every way out. Whatever needs TypeScript (TLB misses, devices, system registers,
 * exceptions) leaves before the instruction and lets the interpreter's handler do it. Where control goes is up to RegionEmitter.
 */
export abstract class JitEmitter extends BaseEmitter {
  /** The instruction at hand, and its place: see {@link Region}. */
  protected instruction!: Instruction;
  protected position = 0;
  protected flags: FlagState = { in: FLAGS_IN.MEMORY };
  /** What has been changed since the region was entered. */
  protected xDirty = 0;
  protected vDirty = 0;
  /** FP and SIMD are known to be enabled. */
  protected fpChecked = false;
  /** SP has not been written since its alignment was checked. */
  protected spChecked = false;
  protected readonly lazyFlags: LazyFlags;
  private readonly xs = new Map<number, Local>();
  protected readonly vectors: VectorLocals;
  private readonly dtlb: Local | undefined;
  private readonly dtlbUnprivileged: Local | undefined;
  /** What results of arithmetic are compared with, by type. */
  private readonly bounds = new Map<FloatType, Local>();
  /** As pseudocode/fp-ordinary.ts has them. */
  private readonly laneShifts = new Map<LanesType, Local>();
  private readonly window: { readonly base: Local; readonly limit: Local; readonly addend: Local } | undefined;
  /** Address of the entry. */
  private readonly entryPc: Local | undefined;
  /** Count (see abi.ts) when the region was entered. */
  private readonly entered: Local;
  /** What the count would be at the entry, had the code come straight from there: taken branches change it, where ways meet or the code is left. */
  protected readonly count: Local;
  /** By how much they have changed it on the way to the code at hand since then. */
  protected skipped = 0;
  /** The record to go on from in the interpreter, and in a region of several pages its shift. */
  private readonly leftAt: Local;
  private readonly leftShift: Local | undefined;
  /** By page other than the entry's: how much further its records lie, once that was looked at. */
  private readonly shifts = new Map<number, Local>();
  /** Place of the entry. */
  private readonly entry: number;
  /** Where code is left from, by where the flags are. */
  private readonly exits = new Map<FlagsIn, Label>();
  /** Of the instruction at hand: what its accesses belong to, and how many of them are done. */
  protected members: readonly (Member | undefined)[] = [];
  protected accessed = 0;
  /** By number of a group of accesses: the host address of its lowest byte. */
  private readonly hosts: Local[] = [];
  /** Conditions that the code at hand stands in. */
  protected conditional = 0;
  protected flagsSet = 0;

  constructor(
    f: FunctionBuilder,
    protected override readonly shared: JitFunctions,
    protected readonly region: Region,
    protected readonly use: RegionUse,
    /** The region's first cell. */
    private readonly cell: number,
  ) {
    super(f, shared);
    this.entry = region.blocks[0]!.start;
    this.position = this.entry;
    for (const page of otherPages(region)) this.shifts.set(page, f.local('i32'));
    this.leftShift = this.shifts.size > 0 ? f.local('i32') : undefined;
    this.entered = f.local('i32');
    this.leftAt = f.local('i32');
    this.count = f.local('i32');
    f.set(this.count, i32.add(f.param(2), f.param(1)));
    f.set(this.entered, f.get(this.count));
    for (const slot of bitsOf(use.x)) {
      const local = f.local('i64');
      f.set(local, f.load('i64', this.cpu, CPU.X + slot * 8));
      this.xs.set(slot, local);
    }
    this.vectors = new VectorLocals(f, this.cpu, use.v);
    for (const bit of bitsOf(use.bounds)) {
      const type = BOUNDS[bit]!;
      this.bounds.set(type, f.local(type === 'f32' ? 'i32' : type === 'f64' ? 'i64' : 'v128'));
      if (type === 'f32' || type === 'f64') continue;
      const shift = f.local('v128');
      f.set(shift, f.load('v128', i32.const(0), type === 'f32x4' ? TABLES.LANE_SHIFT_F32X4 : TABLES.LANE_SHIFT_F64X2));
      this.laneShifts.set(type, shift);
    }
    this.setBounds();
    this.dtlb = use.memory ? this.loaded(CPU.DTLB) : undefined;
    this.dtlbUnprivileged = use.unprivileged ? this.loaded(CPU.DTLB_UNPRIV) : undefined;
    this.window = use.memory && region.hasWindow ? this.loadedWindow() : undefined;
    if (use.pc) {
      this.entryPc = f.local('i64');
      f.set(this.entryPc, super.pc());
    }
    this.lazyFlags = new LazyFlags(f, this.cpu, use.flagKinds);
  }

  private loaded(offset: number): Local {
    const local = this.f.local('i32');
    this.f.set(local, this.f.load('i32', this.cpu, offset));
    return local;
  }

  private loadedWindow() {
    const { f } = this;
    const at = f.load('i32', this.cpu, CPU.WINDOW);
    const window = { base: f.local('i64'), limit: f.local('i64'), addend: f.local('i32') };
    f.set(window.base, f.load('i64', at, WINDOW.BASE));
    f.set(window.limit, f.load('i64', at, WINDOW.LIMIT));
    f.set(window.addend, f.load('i32', at, WINDOW.ADDEND));
    return window;
  }

  protected get nearBranch(): boolean {
    return false;
  }
  protected recordAt(position: number): Expr {
    return this.recordIn(pageOf(position), position);
  }
  private recordIn(page: number, position: number): Expr {
    const record = i32.add(this.f.param(1), i32.const(this.distanceTo(position)));
    return page === 0 ? record : i32.add(record, this.shiftOf(page));
  }
  /** How much further than their places say the records of a page are. */
  private shiftOf(page: number): Expr {
    return page === 0 ? i32.const(0) : this.f.get(this.shifts.get(page)!);
  }
  /** The record behind that of the instruction at hand: behind the last of a page is one that leads to the next. */
  protected recordBehind(): Expr {
    return this.recordIn(pageOf(this.position), this.position + 1);
  }
  protected get rec(): Expr {
    return this.recordAt(this.position);
  }
  /** Bytes of records from the entry to a place, if all pages lay one behind another. */
  protected distanceTo(position: number): number {
    return (position - this.entry) * RECORD.SIZE;
  }
  protected override get acc(): Expr {
    return i32.sub(this.countAt(this.position), this.rec);
  }
  /** Count before the instruction at a place. */
  protected countAt(position: number): Expr {
    return i32.add(this.f.get(this.count), i32.const(this.distanceTo(position) + this.skipped));
  }
  protected override countAfter(): Expr {
    return this.countAt(this.position + 1);
  }
  /** The instruction at hand branches to another place, or returns there. */
  protected skipTo(position: number): void {
    this.skipped += this.distanceTo(this.position + 1) - this.distanceTo(position);
  }
  /** Before the code at hand goes where other ways lead, too. */
  protected settleCount(): void {
    if (this.skipped) this.f.set(this.count, i32.add(this.f.get(this.count), i32.const(this.skipped)));
  }
  /** Whether fewer instructions than these may be retired before the next look. */
  protected isShortOf(instructions: number): Expr {
    const limit = -this.distanceTo(this.position + instructions) - this.skipped;
    return i32.gtS(this.f.get(this.count), i32.const(limit));
  }
  /** Leaves if fewer instructions than these may be retired before the next look: the interpreter meets the end of the budget exactly. */
  protected checkBudget(instructions: number): void {
    this.f.if(this.isShortOf(instructions), () => this.leave(), undefined, false);
  }
  /** A virtual address, as distance from the entry's. */
  protected fromEntry(address: Expr): Expr {
    return i64.sub(address, this.f.get(this.entryPc!));
  }
  override pc(): Expr {
    return this.entryPc ? this.pcAt(this.position) : super.pc();
  }
  /** Address of the instruction at a place. */
  protected pcAt(position: number): Expr {
    return i64.add(this.f.get(this.entryPc!), i64.const((position - this.entry) * 4));
  }
  byte(reg: Reg): Expr {
    return i32.const(reg.slot!);
  }
  protected general(): Place {
    throw new Error('compiled code keeps general registers in locals');
  }
  protected vector(): Place {
    throw new Error('compiled code keeps vector registers in locals');
  }
  protected branchOffset32(): Expr {
    return i32.const(Number(this.instruction.decoded.imm));
  }
  protected branchOffset64(): Expr {
    return i64.const(BigInt(this.instruction.decoded.imm!));
  }

  // Registers.

  override x(reg: Reg): Expr {
    return reg.slot === SLOT.ZERO ? i64.const(0) : this.f.snapshot(this.f.get(this.xs.get(reg.slot!)!));
  }
  override w(reg: Reg): Expr {
    return this.f.let(i32.wrap(this.x(reg)));
  }
  override base(reg: Reg): Expr {
    if (reg.slot !== SLOT.SP || this.spChecked) return this.x(reg);
    if (!this.conditional) this.spChecked = true;
    return super.base(reg, 1);
  }
  override setX(reg: Reg, value: Expr): void {
    const slot = reg.slot!;
    if (slot === SLOT.SINK) return;
    if (slot === SLOT.SP) this.spChecked = false;
    this.f.set(this.xs.get(slot)!, value);
    this.xDirty |= 1 << slot;
  }

  override vLow(kind: LoadKind, reg: Reg, plus = 0): Expr {
    return this.vectors.read(kind, (reg.slot! + plus) & 31);
  }
  override setV(reg: Reg, value: Expr, plus = 0): void {
    this.setVector(reg, plus, (number) => this.vectors.write(number, value));
  }
  override setVLow(value: Expr, kind: StoreKind, reg: Reg, plus = 0): void {
    this.setVector(reg, plus, (number) => this.vectors.writeLow(number, value, kind));
  }
  private setVector(reg: Reg, plus: number, write: (number: number) => void): void {
    const number = (reg.slot! + plus) & 31;
    write(number);
    this.vDirty |= 1 << number;
  }

  // Flags.

  override if(condition: Expr, then: () => void, otherwise?: () => void, rare?: 'rare'): void {
    const before = this.flags;
    const sets = this.flagsSet;
    const { mark } = this.vectors;
    const arm = (body: () => void) => (): void => {
      this.flags = before;
      this.vectors.mark = mark;
      body();
    };
    this.conditional++;
    super.if(condition, arm(then), otherwise && arm(otherwise), rare);
    this.conditional--;
    if (this.vectors.mark.writes !== mark.writes) throw new Error('a vector register is written on a condition');
    this.vectors.mark = mark;
    // Flags that are set in the arms of a condition are set in both, to locals.
    this.flags = this.flagsSet === sets ? before : { in: FLAGS_IN.LOCALS };
  }
  override setFlagsOf(source: FlagSource): void {
    if (this.conditional) super.setFlagsOf(source);
    else this.flags = this.lazyFlags.keep(source);
  }
  protected override setFlags(flags: Nzcv): void {
    this.flagsSet++;
    this.flags = this.lazyFlags.keepFlags(flags);
  }
  protected override flag(name: Flag): Expr {
    this.flags = this.lazyFlags.settle(this.flags);
    return this.lazyFlags.flag(this.flags, name);
  }
  override condition(code: number): Expr {
    // One that always holds asks for no flags: as its use says.
    if (code < ALWAYS) this.flags = this.lazyFlags.settle(this.flags);
    return this.lazyFlags.condition(this.flags, code);
  }

  // Memory.

  private probeTlb(address: Expr, unprivileged: boolean, half: number): { entry: Expr; distance: Expr } {
    const { f } = this;
    const table = f.get((unprivileged ? this.dtlbUnprivileged : this.dtlb)!);
    const index = i32.and(i32.shrU(i32.wrap(address), i32.const(8)), i32.const((TLB.ENTRIES - 1) * TLB.ENTRY_SIZE));
    const entry = this.let(i32.add(table, index));
    return { entry, distance: i64.sub(address, f.load('i64', entry, half)) };
  }

  /** Sets `host` for an address in the window; for others `otherwise` has to. */
  private throughWindow(address: Expr, host: Local, otherwise: () => void): void {
    const { f, window } = this;
    if (!window) return otherwise();
    f.set(host, i32.add(i32.wrap(address), f.get(window.addend)));
    f.if(i64.geU(i64.sub(address, f.get(window.base)), f.get(window.limit)), otherwise, undefined, false);
  }

  /** What the access at hand belongs to. */
  private takeMember(): Member | undefined {
    return this.conditional ? undefined : this.members[this.accessed++];
  }
  private hostOf({ group }: Member): Expr {
    this.hosts[group.number] ??= this.f.lasting('i32');
    return this.f.get(this.hosts[group.number]!);
  }
  /** Finds the host address of a group, whose first access is to be at `address`. */
  private lead({ group, offset }: Member, address: Expr, isStore: boolean): void {
    const lowest = this.let(i64.sub(address, i64.const(offset)));
    if (isStore) this.probeGroup(group, lowest, true);
    else this.throughWindow(lowest, this.hosts[group.number]!, () => this.probeGroup(group, lowest, false));
  }
  private probeGroup(group: AccessGroup, lowest: Expr, isStore: boolean): void {
    const { f } = this;
    const half = isStore ? TLB.WRITE : 0;
    const { entry, distance } = this.probeTlb(lowest, false, half);
    const addend = f.load('i32', entry, half + TLB.ADDEND);
    f.set(this.hosts[group.number]!, i32.add(i32.wrap(lowest), addend));
    const outside = (): void =>
      f.block((goOn) => {
        f.brIf(goOn, this.runsOn(lowest, group.bytes, distance, addend, half));
        if (isStore) this.goOnIfWatched(goOn, entry, lowest, f.get(this.hosts[group.number]!), group.bytes);
        this.leave();
      });
    f.if(i64.gtU(distance, i64.const(PAGE_BYTES - group.bytes)), outside, undefined, false);
  }
  /** Whether bytes that begin in the page that was found, `distance` behind its start, end in the next, and that lies behind it in the host, too. */
  private runsOn(address: Expr, bytes: number, distance: Expr, addend: Expr, half: number): Expr {
    const { f } = this;
    const last = this.let(i64.add(address, i64.const(bytes - 1)));
    const next = this.probeTlb(last, false, half);
    const inPages = i32.and(i64.ltU(distance, i64.const(PAGE_BYTES)), i64.ltU(next.distance, i64.const(PAGE_BYTES)));
    return i32.and(inPages, i32.eq(addend, f.load('i32', next.entry, half + TLB.ADDEND)));
  }

  override load(kind: LoadKind, address: Expr, unprivileged = false): Expr {
    const { f } = this;
    const member = this.takeMember();
    if (member) {
      const host = this.hostOf(member);
      if (member.leads) this.lead(member, address, false);
      return f.load(kind, host, member.offset, false);
    }
    const bound = this.let(address);
    if (unprivileged || !this.window) return f.load(kind, this.probedHost(bound, ACCESS_BYTES[kind], unprivileged), 0, false);
    const host = f.local('i32');
    this.throughWindow(bound, host, () => f.set(host, this.probedHost(bound, ACCESS_BYTES[kind], false)));
    return f.load(kind, f.get(host), 0, false);
  }
  /** The host address of what is to be read, by the TLB. */
  private probedHost(address: Expr, bytes: number, unprivileged: boolean): Expr {
    const { f } = this;
    const { entry, distance } = this.probeTlb(address, unprivileged, 0);
    f.if(i64.gtU(distance, i64.const(PAGE_BYTES - bytes)), () => this.leave(), undefined, false);
    return i32.add(i32.wrap(address), f.load('i32', entry, TLB.ADDEND));
  }

  override store(kind: StoreKind, address: Expr, value: Expr, unprivileged = false): void {
    const { f } = this;
    const bytes = ACCESS_BYTES[kind];
    const member = this.takeMember();
    if (member) {
      const host = this.hostOf(member);
      const bound = this.let(value);
      if (member.leads) this.lead(member, address, true);
      f.store(kind, host, bound, member.offset, false);
      return;
    }
    const [where, what] = [this.let(address), this.let(value)];
    const { entry, distance } = this.probeTlb(where, unprivileged, TLB.WRITE);
    const host = this.let(i32.add(i32.wrap(where), f.load('i32', entry, TLB.WRITE + TLB.ADDEND)));
    f.if(
      i64.gtU(distance, i64.const(PAGE_BYTES - bytes)),
      () =>
        f.block((goOn) => {
          this.goOnIfWatched(goOn, entry, where, host, bytes);
          this.leave();
        }),
      undefined,
      false,
    );
    f.store(kind, host, what, 0, false);
  }
  /** Goes on if a store that the TLB has not found is to a page that is only watched. */
  private goOnIfWatched(goOn: Label, entry: Expr, address: Expr, host: Expr, bytes: number): void {
    const { f } = this;
    f.block((missed) => {
      this.checkWatched(entry, address, host, bytes, missed);
      f.br(goOn);
    });
  }

  protected loadMiss(): void {
    throw new Error('compiled code leaves at a miss');
  }
  protected storeMiss(): void {
    throw new Error('compiled code leaves at a miss');
  }
  protected misaligned(): void {
    this.leave();
  }
  service(): void {
    this.leave();
  }
  /** The interpreter's handler does it. */
  moveMemory(): Expr {
    this.leave();
    return i64.const(0);
  }
  checkFp(): void {
    if (this.fpChecked) return;
    if (!this.conditional) this.fpChecked = true;
    this.f.if(this.f.load('i32', this.cpu, CPU.FP_TRAP), () => this.leave(), undefined, false);
  }

  override fusedMultiplyAdd(type: FloatType, a: Expr, n: Expr, m: Expr): Expr | undefined {
    if (!hostFuses()) return undefined;
    if (type === 'f32x4' || type === 'f64x2') return simd(`${type}.relaxed_madd`, n, m, a);
    const shape = type === 'f64' ? 'f64x2' : 'f32x4';
    const [wideN, wideM, wideA] = [n, m, a].map((value) => this.vectors.withLowest(type, value)) as [Expr, Expr, Expr];
    return extractLane(shape, simd(`${shape}.relaxed_madd`, wideN, wideM, wideA), 0);
  }
  /** FPSR.IXC may have changed. (FPCR does not while compiled code runs: MSR FPCR and MSR FPSR are the interpreter's.) */
  private setBounds(): void {
    if (!this.bounds.size) return;
    const plain = this.let(super.roundsPlainly());
    for (const [type, local] of this.bounds) this.f.set(local, ordinaryBound(type, plain));
  }
  protected override ordinaryBound(type: FloatType): Expr {
    return this.f.get(this.bounds.get(type)!);
  }
  protected override laneShift(type: LanesType): Expr {
    return this.f.get(this.laneShifts.get(type)!);
  }
  override roundsPlainly(): Expr {
    return i32.ne(this.ordinaryBound('f32'), i32.const(0));
  }
  override helper(name: string, ...args: Expr[]): Expr {
    const result = super.helper(name, ...args);
    if (HELPERS[name]!.rounds) this.setBounds();
    return result;
  }

  // Ways out.

  /** Leaves before the instruction at hand: its own interpreter handler runs it. */
  protected leave(): void {
    this.setLeft();
    this.f.br(this.exits.get(this.flags.in)!);
  }
  /** The same behind the instruction at hand, which is done. */
  protected leaveBehind(): void {
    this.setLeft(this.recordBehind());
    this.f.br(this.exits.get(this.flags.in)!);
  }
  private setLeft(record = this.rec): void {
    this.vectors.settle();
    this.settleCount();
    this.f.set(this.leftAt, record);
    if (this.leftShift) this.f.set(this.leftShift, this.shiftOf(pageOf(this.position)));
  }

  /** Sets PC_DELTA for the page at hand, before others go on there. */
  protected enterPage(): void {
    if (pageOf(this.position) !== pageOf(this.entry)) this.setPage(this.pc(), this.rec);
  }
  private setPage(pc: Expr, record: Expr): void {
    this.f.store('i64', this.cpu, i64.sub(pc, i64.extendU(i32.shrU(record, i32.const(2)))), CPU.PC_DELTA);
  }

  /** The entry of the code TLB for an address. */
  protected codeEntry(address: Expr): Expr {
    const index = i32.and(i32.shrU(i32.wrap(address), i32.const(8)), i32.const((CODE_TLB.ENTRIES - 1) * CODE_TLB.ENTRY_SIZE));
    return this.let(i32.add(this.f.load('i32', this.cpu, CPU.CTLB), index));
  }

  /** Looks whether page `page` is still where the region's cell says. */
  protected checkPage(page: number, otherwise: () => void): void {
    const { f } = this;
    const cell = this.cell + [...this.shifts.keys()].indexOf(page);
    f.set(this.shifts.get(page)!, f.load('i32', globalValue(this.shared.cells), cell * 4));
    const place = page * RECORD.PER_PAGE;
    const address = this.let(this.pcAt(place));
    const entry = this.codeEntry(address);
    const isOther = i32.or(
      i64.ne(f.load('i64', entry, CODE_TLB.TAG), address),
      i32.ne(f.load('i32', entry, CODE_TLB.FIRST), this.recordAt(place)),
    );
    f.if(isOther, otherwise, undefined, false);
  }

  /** Makes the whole function: `body`, which does not end by itself, and behind it the ways that {@link leave} goes. */
  protected withExits(body: () => void): void {
    const { f } = this;
    f.block((done) => {
      const wrap = (kinds: readonly FlagsIn[]): void => {
        const [kind, ...rest] = kinds;
        if (kind === undefined) {
          body();
          f.unreachable();
          return;
        }
        f.block((label) => {
          this.exits.set(kind, label);
          wrap(rest);
        });
        f.temporaries(() => this.lazyFlags.save({ in: kind }));
        f.br(done);
      };
      this.exits.set(FLAGS_IN.MEMORY, done);
      wrap([...this.use.flagKinds].filter((kind) => kind !== FLAGS_IN.MEMORY));
    });
    const record = f.get(this.leftAt);
    this.vectors.mark = NOTHING_KNOWN;
    this.saveRegisters(this.use.xWritten, this.use.vWritten);
    // Bytes of records from the entry, as `distanceTo` has them.
    let distance = i32.sub(record, f.param(1));
    if (this.leftShift) {
      distance = f.let(i32.sub(distance, f.get(this.leftShift)));
      this.setPage(i64.add(f.get(this.entryPc!), i64.extendS(i32.shrS(distance, i32.const(2)))), record);
    }
    const count = f.let(i32.add(f.get(this.count), distance));
    const acc = f.let(i32.sub(count, record));
    this.countCompiled(count);
    f.if(i32.gtS(count, i32.const(-NEAR_LIMIT)), () => f.tailCall(this.shared.resume, this.cpu, record, acc));
    f.tailCallIndirect(this.shared.handlerType, f.load('i32_16u', record, RECORD.ORIGINAL), this.cpu, record, acc);
  }

  private saveRegisters(x: number, v: number): void {
    const { f, cpu } = this;
    for (const slot of bitsOf(x)) f.store('i64', cpu, f.get(this.xs.get(slot)!), CPU.X + slot * 8);
    this.vectors.save(v);
  }
  private countCompiled(count: Expr): void {
    const { f, cpu } = this;
    const retired = i32.shrS(i32.sub(count, f.get(this.entered)), i32.const(4));
    f.store('i32', cpu, i32.add(f.load('i32', cpu, CPU.COMPILED), retired), CPU.COMPILED);
  }

  override leaveAfter(): void {
    this.enterPage();
    super.leaveAfter();
  }
  protected override leaving(retired: 0 | 1): void {
    this.saveRegisters(this.xDirty, this.vDirty);
    this.lazyFlags.save(this.flags);
    this.countCompiled(this.countAt(this.position + retired));
  }

  /** A taken branch goes on at a record outside of the region, with budget enough. */
  protected arrive(record: Expr, acc: Expr): void {
    const { f } = this;
    const handler = f.load('i32_16u', record, RECORD.HANDLER);
    f.if(i32.ltU(handler, i32.const(this.shared.firstCompiled)), () => f.tailCall(this.shared.arrive, this.cpu, record, acc));
    f.tailCallIndirect(this.shared.handlerType, handler, this.cpu, record, acc);
  }
}
