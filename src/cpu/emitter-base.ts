import { type Emitter, type FlagSource, type FloatType, type MemoryMove, type Reg, SERVICE } from '../isa/emitter';
import {
  areOrdinaryLanes,
  isOrdinaryScalar,
  isPlain,
  type LanesType,
  laneShift,
  ordinaryBound,
} from '../isa/pseudocode/fp-ordinary';
import {
  type Expr,
  type FunctionBuilder,
  type FunctionRef,
  i32,
  i64,
  type Label,
  type LoadKind,
  type Local,
  type StoreKind,
} from '../wasm';
import { NEAR_LIMIT } from './abi';
import { conditionHolds, FLAGS, type Flag, flagsOf, flagsOfNzcv, type Nzcv, nzcvOf } from './flags';
import { CPU, EXIT, RECORD, SLOT, TLB } from './layout';
import { LINE_BYTES } from './ram';

const LOAD_BYTES: Record<LoadKind, number> = {
  i32: 4,
  i64: 8,
  f32: 4,
  f64: 8,
  v128: 16,
  v128_32z: 4,
  v128_64z: 8,
  i32_8s: 1,
  i32_8u: 1,
  i32_16s: 2,
  i32_16u: 2,
  i64_8s: 1,
  i64_8u: 1,
  i64_16s: 2,
  i64_16u: 2,
  i64_32s: 4,
  i64_32u: 4,
};
const STORE_BYTES: Record<StoreKind, number> = {
  i32: 4,
  i64: 8,
  f32: 4,
  f64: 8,
  v128: 16,
  i32_8: 1,
  i32_16: 2,
  i64_8: 1,
  i64_16: 2,
  i64_32: 4,
};

/** Bytes that an access moves. */
export const ACCESS_BYTES: Record<LoadKind | StoreKind, number> = { ...LOAD_BYTES, ...STORE_BYTES };

/** Where the vCPU's state keeps the flags, and as what. */
export const FLAG_PLACE = { n: CPU.NF, z: CPU.ZF, c: CPU.CF, v: CPU.VF } as const;
export const FLAG_TYPE = { n: 'i64', z: 'i64', c: 'i32', v: 'i64' } as const;

/** Functions every handler may call: indices in the module being built. */
export interface SharedFunctions {
  near: FunctionRef;
  jump: FunctionRef;
  indirect: FunctionRef;
  helpers: Pick<ReadonlyMap<string, FunctionRef>, 'get'>;
  handlerType: number;
}

/** An address as Wasm wants it: a computed part and a constant offset. */
export interface Place {
  address: Expr;
  offset: number;
}

/** What interpreter and JIT have in common: guest state in memory, the soft TLB, the way out of an instruction. */
export abstract class BaseEmitter implements Emitter {
  constructor(
    protected readonly f: FunctionBuilder,
    protected readonly shared: SharedFunctions,
  ) {}

  protected get cpu(): Expr {
    return this.f.param(0);
  }
  protected get acc(): Expr {
    return this.f.param(2);
  }
  /** Address of this instruction's record (i32). */
  protected abstract get rec(): Expr;
  /** Where a general register lives. */
  protected abstract general(reg: Reg): Place;
  protected abstract vector(reg: Reg, plus: number): Place;
  /** Whether the direct branch at hand stays in its page. */
  protected abstract readonly nearBranch: boolean;
  /** Byte offset of the direct branch at hand (i32, and i64). */
  protected abstract branchOffset32(): Expr;
  protected abstract branchOffset64(): Expr;
  /** A TLB miss while loading: binds the host address of the loaded data to `host`, or leaves. */
  protected abstract loadMiss(address: Expr, bytes: number, unprivileged: boolean, setHost: (host: Expr) => void): void;
  /** A TLB miss while storing. `store` stores the value at a host address. */
  protected abstract storeMiss(
    address: Expr,
    bytes: number,
    unprivileged: boolean,
    store: (host: Expr, offset: number) => void,
  ): void;
  /** Called before every way out of the code at hand: state kept elsewhere goes back to memory. `retired`: of this instruction, 0 or 1. */
  protected leaving(_retired: 0 | 1): void {}
  abstract service(code: number): void;
  abstract byte(reg: Reg): Expr;
  abstract moveMemory(move: MemoryMove): Expr;
  /** Continues with the next record. */
  abstract next(): void;

  let(value: Expr): Expr {
    return this.f.let(value);
  }
  if(condition: Expr, then: () => void, otherwise?: () => void, rare?: 'rare'): void {
    this.f.if(condition, then, otherwise, rare && false);
  }
  choose(condition: Expr, then: () => Expr, otherwise: Expr | (() => Expr), rare?: 'rare'): Expr {
    let local: Local | undefined;
    const set = (value: Expr): void => {
      local ??= this.f.local(value.type);
      this.f.set(local, value);
    };
    if (typeof otherwise === 'function')
      this.if(
        condition,
        () => set(then()),
        () => set(otherwise()),
        rare,
      );
    else {
      set(otherwise);
      this.if(condition, () => set(then()), undefined, rare);
    }
    return this.f.get(local!);
  }

  x(reg: Reg): Expr {
    const { address, offset } = this.general(reg);
    return this.f.load('i64', address, offset);
  }
  w(reg: Reg): Expr {
    const { address, offset } = this.general(reg);
    return this.f.load('i32', address, offset);
  }
  base(reg: Reg, isSp?: number): Expr {
    const check = (): void => {
      const wrong = i32.and(i32.wrap(this.x(reg)), this.f.load('i32', this.cpu, CPU.SP_CHECK));
      this.if(wrong, () => this.service(SERVICE.SP_ALIGNMENT));
    };
    if (isSp === undefined) this.if(i32.eq(this.byte(reg), i32.const(SLOT.SP)), check);
    else if (isSp) check();
    return this.x(reg);
  }
  setX(reg: Reg, value: Expr): void {
    const { address, offset } = this.general(reg);
    this.f.store('i64', address, value, offset);
  }
  setW(reg: Reg, value: Expr): void {
    this.setX(reg, i64.extendU(value));
  }

  v(reg: Reg, plus = 0): Expr {
    return this.vLow('v128', reg, plus);
  }
  vLow(kind: LoadKind, reg: Reg, plus = 0): Expr {
    const { address, offset } = this.vector(reg, plus);
    return this.f.load(kind, address, offset);
  }
  setV(reg: Reg, value: Expr, plus = 0): void {
    const { address, offset } = this.vector(reg, plus);
    this.f.store('v128', address, value, offset);
  }
  setVLow(value: Expr, kind: StoreKind, reg: Reg, plus = 0): void {
    const { address, offset } = this.vector(reg, plus);
    const bound = this.let(value);
    if (ACCESS_BYTES[kind] < 8) this.f.store('i64', address, i64.const(0), offset);
    this.f.store(kind, address, bound, offset);
    this.f.store('i64', address, i64.const(0), offset + 8);
  }

  setFlagsOf(source: FlagSource): void {
    this.setFlags(flagsOf(source, (value) => this.let(value)));
  }
  setNzcv(packed: Expr): void {
    this.setFlags(flagsOfNzcv(this.let(packed)));
  }
  protected setFlags(flags: Nzcv): void {
    for (const name of FLAGS) this.f.store(FLAG_TYPE[name], this.cpu, flags[name], FLAG_PLACE[name]);
  }
  /** Reads one of the flags and binds it. */
  protected flag(name: Flag): Expr {
    return this.f.load(FLAG_TYPE[name], this.cpu, FLAG_PLACE[name]);
  }
  carry(): Expr {
    return this.flag('c');
  }
  nzcv(): Expr {
    return nzcvOf((name) => this.flag(name));
  }
  condition(code: number): Expr {
    return conditionHolds(code, (name) => this.flag(name));
  }

  /** Takes the alignment fault for an address. */
  protected abstract misaligned(address: Expr, isStore: boolean): void;

  checkAligned(address: Expr, bytes: number, isStore: boolean, kind: 'atomic' | 'ordered'): void {
    if (bytes === 1) return;
    this.if(i32.and(i32.wrap(address), i32.const(bytes - 1)), () => {
      const reach = this.f.load('i32', this.cpu, kind === 'atomic' ? CPU.ATOMIC_REACH : CPU.ORDERED_REACH);
      const end = i32.add(i32.and(i32.wrap(address), i32.const(15)), i32.const(bytes));
      this.if(i32.gtU(end, reach), () => this.misaligned(address, isStore));
    });
  }

  /** The TLB entry for an address, and the address's distance from the page in its tag. */
  protected probe(address: Expr, base: number, half: number): { entry: Expr; distance: Expr } {
    const table = this.f.load('i32', this.cpu, base);
    const index = i32.and(i32.wrap(i64.shrU(address, i64.const(8))), i32.const((TLB.ENTRIES - 1) * TLB.ENTRY_SIZE));
    const entry = this.let(i32.add(table, index));
    return { entry, distance: i64.sub(address, this.f.load('i64', entry, half)) };
  }

  load(kind: LoadKind, address: Expr, unprivileged = false): Expr {
    const bytes = ACCESS_BYTES[kind];
    const { entry, distance } = this.probe(address, unprivileged ? CPU.DTLB_UNPRIV : CPU.DTLB, 0);
    const host = this.f.local('i32');
    this.if(
      i64.leU(distance, i64.const(4096 - bytes)),
      () => this.f.set(host, i32.add(i32.wrap(address), this.f.load('i32', entry, TLB.ADDEND))),
      () => this.loadMiss(address, bytes, unprivileged, (slow) => this.f.set(host, slow)),
    );
    return this.f.load(kind, this.f.get(host), 0, false);
  }

  store(kind: StoreKind, address: Expr, value: Expr, unprivileged = false): void {
    const bytes = ACCESS_BYTES[kind];
    const bound = this.let(value);
    const { entry, distance } = this.probe(address, unprivileged ? CPU.DTLB_UNPRIV : CPU.DTLB, TLB.WRITE);
    const put = (host: Expr, offset: number): void => this.f.store(kind, host, bound, offset, false);
    this.if(
      i64.leU(distance, i64.const(4096 - bytes)),
      () => put(i32.add(i32.wrap(address), this.f.load('i32', entry, TLB.WRITE + TLB.ADDEND)), 0),
      () =>
        this.f.block((done) => {
          this.f.block((missed) => {
            const host = this.let(i32.add(i32.wrap(address), this.f.load('i32', entry, TLB.WRITE + TLB.ADDEND)));
            this.checkWatched(entry, address, host, bytes, missed);
            put(host, 0);
            this.f.br(done);
          });
          this.storeMiss(address, bytes, unprivileged, put);
        }),
    );
  }

  /** Goes to `missed` unless a store's page is only watched, for code in lines that it leaves alone. See TLB.WATCHED_TAG. */
  protected checkWatched(entry: Expr, address: Expr, host: Expr, bytes: number, missed: Label): void {
    const { f } = this;
    const page = i64.xor(f.load('i64', entry, TLB.WRITE), i64.const(TLB.WATCHED_TAG));
    f.brIf(missed, i64.gtU(i64.sub(address, page), i64.const(4096 - bytes)));
    const place = i32.add(f.load('i32', this.cpu, CPU.CODE_LINES), i32.and(i32.shrU(host, i32.const(9)), i32.const(~7)));
    const lines = this.let(f.load('i64', place));
    // Shifts count modulo 64, and a page has 64 lines.
    const leaveIfCode = (distance: number): void => {
      const at = distance ? i64.add(address, i64.const(distance)) : address;
      f.brIf(missed, i32.and(i32.wrap(i64.shrU(lines, i64.shrU(at, i64.const(6)))), i32.const(1)));
    };
    for (let first = 0; first < bytes; first += LINE_BYTES) leaveIfCode(first);
    const alone = LINE_BYTES - (((bytes - 1) % LINE_BYTES) + 1);
    if (bytes > 1)
      f.if(
        i32.gtU(i32.and(i32.wrap(address), i32.const(LINE_BYTES - 1)), i32.const(alone)),
        () => leaveIfCode(bytes - 1),
        undefined,
        false,
      );
  }

  pc(): Expr {
    const delta = this.f.load('i64', this.cpu, CPU.PC_DELTA);
    return i64.add(delta, i64.extendU(i32.shrU(this.rec, i32.const(2))));
  }

  /** acc + record of the next instruction: 16 * (instructions retired with this one - limit). */
  protected countAfter(): Expr {
    return i32.add(this.acc, i32.add(this.rec, i32.const(RECORD.SIZE)));
  }

  /** A taken branch goes on at a record, with budget enough. */
  protected abstract arrive(record: Expr, acc: Expr): void;

  branch(): void {
    if (!this.nearBranch) {
      this.jump(this.let(i64.add(this.pc(), this.branchOffset64())));
      return;
    }
    this.leaving(1);
    const count = this.let(this.countAfter());
    const target = this.let(i32.add(this.rec, i32.shl(this.branchOffset32(), i32.const(2))));
    const acc = this.let(i32.sub(count, target));
    this.if(i32.gtS(count, i32.const(-NEAR_LIMIT)), () => this.f.tailCall(this.shared.near, this.cpu, target, acc));
    this.arrive(target, acc);
  }
  jump(target: Expr, btype?: Expr): void {
    const bound = this.let(target);
    this.leaving(1);
    if (btype) this.f.tailCall(this.shared.indirect, this.cpu, bound, this.countAfter(), btype);
    else this.f.tailCall(this.shared.jump, this.cpu, bound, this.countAfter());
  }

  get(kind: LoadKind, offset: number): Expr {
    return this.f.load(kind, this.cpu, offset);
  }
  put(kind: StoreKind, offset: number, value: Expr): void {
    this.f.store(kind, this.cpu, value, offset);
  }
  sysreg(place: Expr): Expr {
    return this.f.load('i64', i32.add(this.cpu, place));
  }
  setSysreg(place: Expr, value: Expr): void {
    this.f.store('i64', i32.add(this.cpu, place), value);
  }
  table(kind: LoadKind, address: number, index: Expr): Expr {
    return this.f.load(kind, index, address);
  }

  leaveAfter(): void {
    this.leaving(1);
    this.f.store('i32', this.cpu, i32.add(this.rec, i32.const(RECORD.SIZE)), CPU.REC);
    this.f.store('i32', this.cpu, this.countAfter(), CPU.ACC);
    this.f.store('i32', this.cpu, i32.const(EXIT.BUDGET), CPU.EXIT);
    this.f.return();
  }

  helper(name: string, ...args: Expr[]): Expr {
    const ref = this.shared.helpers.get(name);
    if (!ref) throw new Error(`no shared function is called ${name}`);
    return this.f.call(ref, this.cpu, ...args)!;
  }

  fusedMultiplyAdd(_type: FloatType, _a: Expr, _n: Expr, _m: Expr): Expr | undefined {
    return undefined;
  }
  roundsPlainly(): Expr {
    return isPlain(this.f.load('i64', this.cpu, CPU.FPCR));
  }
  /** What {@link BaseEmitter.isOrdinary} compares with: nothing is below it unless rounding is plain. */
  protected ordinaryBound(type: FloatType): Expr {
    return ordinaryBound(type, this.roundsPlainly());
  }
  protected laneShift(type: LanesType): Expr {
    return laneShift(type);
  }
  isOrdinary(type: FloatType, value: Expr, bits = 128): Expr {
    const bound = this.ordinaryBound(type);
    return type === 'f32' || type === 'f64'
      ? isOrdinaryScalar(type, value, bound)
      : areOrdinaryLanes(type, value, bound, this.laneShift(type), bits);
  }

  abstract checkFp(): void;
}
