import { ZERO } from '../../isa/pseudocode/vector';
import {
  type Expr,
  extractLane,
  type FunctionBuilder,
  f32,
  f64,
  i32,
  i64,
  type LoadKind,
  type Local,
  replaceLane,
  type StoreKind,
} from '../../wasm';
import { CPU } from '../layout';
import { bitsOf } from './bits';

type Scalar = 'f32' | 'f64';
const SHAPE = { f32: 'f32x4', f64: 'f64x2' } as const;

/** What is known of the vector registers at a place: masks of registers, and how many were written on the way here. */
export interface VectorMark {
  readonly writes: number;
  /** Their low 32 or 64 bits are in a scalar local as well. */
  readonly f32: number;
  readonly f64: number;
  /** The vector local is out of date: the register is its scalar, and zero above it. */
  readonly scalarOnly: number;
}
export const NOTHING_KNOWN: VectorMark = { writes: 0, f32: 0, f64: 0, scalarOnly: 0 };

/**
 * V0 to V31 in the locals of a region. A scalar operation's result stays a scalar while its block goes on: that it is the low part of a vector, with zero above, costs
 * two host instructions, one of them in the way of what waits for the result. It is made a vector where somebody wants the vector, where blocks meet, and on the way out.
 */
export class VectorLocals {
  mark: VectorMark = NOTHING_KNOWN;
  private readonly vectors = new Map<number, Local>();
  private readonly scalars = { f32: new Map<number, Local>(), f64: new Map<number, Local>() };
  /** Vectors that scalars of the instruction at hand were taken from. */
  private readonly origins = new Map<Expr, Expr>();

  /** Loads the registers of a mask. */
  constructor(
    private readonly f: FunctionBuilder,
    private readonly cpu: Expr,
    registers: number,
  ) {
    for (const number of bitsOf(registers)) {
      const local = f.local('v128');
      f.set(local, f.load('v128', cpu, CPU.V + number * 16));
      this.vectors.set(number, local);
    }
  }

  /** Another instruction begins: its locals are others. */
  begin(): void {
    this.origins.clear();
  }

  read(kind: LoadKind, number: number): Expr {
    const { f } = this;
    switch (kind) {
      case 'f32':
      case 'f64':
        return this.scalar(kind, number);
      case 'i64':
        return f.let(i64.reinterpretF64(this.scalar('f64', number)));
      case 'i32':
        return f.let(i32.reinterpretF32(this.scalar('f32', number)));
      case 'v128':
        return f.snapshot(this.vector(number));
      case 'v128_64z':
        return f.snapshot(this.isScalarOnly(number) ? this.vector(number) : lowPart('f64', this.vector(number)));
      case 'v128_32z':
        return f.snapshot(lowPart('f32', this.vector(number)));
      case 'i32_8u':
      case 'i32_8s':
        return f.let(extractLane('i8x16', this.vector(number), 0, kind === 'i32_8s'));
      case 'i32_16u':
      case 'i32_16s':
        return f.let(extractLane('i16x8', this.vector(number), 0, kind === 'i32_16s'));
      default:
        throw new Error(`no low part of a vector register is read as ${kind}`);
    }
  }

  write(number: number, value: Expr): void {
    this.f.set(this.vectors.get(number)!, value);
    this.mark = written(this.mark, 1 << number);
  }

  /** The register becomes `value`, as much of it as `kind` stores, and zero above it. */
  writeLow(number: number, value: Expr, kind: StoreKind): void {
    switch (kind) {
      case 'i32_8':
        return this.write(number, replaceLane('i8x16', ZERO, 0, value));
      case 'i32_16':
        return this.write(number, replaceLane('i16x8', ZERO, 0, value));
      case 'i32':
        return this.writeScalar(number, f32.reinterpretI32(value), 'f32');
      case 'i64':
        return this.writeScalar(number, f64.reinterpretI64(value), 'f64');
      case 'f32':
      case 'f64':
        return this.writeScalar(number, value, kind);
      default:
        throw new Error(`no low part of a vector register is written as ${kind}`);
    }
  }
  private writeScalar(number: number, value: Expr, type: Scalar): void {
    this.f.set(this.scalarLocal(type, number), value);
    this.mark = written(this.mark, 1 << number, type);
  }

  /** A vector whose lowest lane is this scalar, and whose others are anything; before the instruction writes a register. */
  withLowest(type: Scalar, value: Expr): Expr {
    return this.origins.get(value) ?? replaceLane(SHAPE[type], ZERO, 0, value);
  }

  /** Brings the vector locals up to date, on a way that leads elsewhere: what is known stays as it is. */
  settle(): void {
    for (const number of bitsOf(this.mark.scalarOnly)) this.makeVector(number);
  }
  /** The same before blocks meet, where nothing more is known then. */
  forget(): void {
    this.settle();
    this.mark = NOTHING_KNOWN;
  }

  /** Writes the registers of a mask to the vCPU's state. */
  save(registers: number): void {
    const { f, cpu } = this;
    for (const number of bitsOf(registers)) {
      const offset = CPU.V + number * 16;
      if (!this.isScalarOnly(number)) f.store('v128', cpu, f.get(this.vectors.get(number)!), offset);
      else {
        const type = this.knownType(number);
        if (type === 'f32') f.store('i64', cpu, i64.const(0), offset);
        f.store(type, cpu, f.get(this.scalarLocal(type, number)), offset);
        f.store('i64', cpu, i64.const(0), offset + 8);
      }
    }
  }

  private isScalarOnly(number: number): boolean {
    return (this.mark.scalarOnly & (1 << number)) !== 0;
  }
  private knownType(number: number): Scalar {
    return this.mark.f64 & (1 << number) ? 'f64' : 'f32';
  }
  private scalarLocal(type: Scalar, number: number): Local {
    let local = this.scalars[type].get(number);
    if (!local) {
      local = this.f.lasting(type);
      this.scalars[type].set(number, local);
    }
    return local;
  }
  private scalar(type: Scalar, number: number): Expr {
    const { f } = this;
    if (this.mark[type] & (1 << number)) return f.snapshot(f.get(this.scalarLocal(type, number)));
    const vector = this.vector(number);
    const value = f.let(extractLane(SHAPE[type], vector, 0));
    this.origins.set(value, vector);
    return value;
  }
  private vector(number: number): Expr {
    if (this.isScalarOnly(number)) {
      this.makeVector(number);
      this.mark = { ...this.mark, scalarOnly: this.mark.scalarOnly & ~(1 << number) };
    }
    return this.f.get(this.vectors.get(number)!);
  }
  private makeVector(number: number): void {
    const type = this.knownType(number);
    this.f.set(this.vectors.get(number)!, replaceLane(SHAPE[type], ZERO, 0, this.f.get(this.scalarLocal(type, number))));
  }
}

/** Registers of a mask have become vectors, or scalars of a type. */
const written = (mark: VectorMark, mask: number, type?: Scalar): VectorMark => ({
  writes: mark.writes + 1,
  f32: (mark.f32 & ~mask) | (type === 'f32' ? mask : 0),
  f64: (mark.f64 & ~mask) | (type === 'f64' ? mask : 0),
  scalarOnly: (mark.scalarOnly & ~mask) | (type ? mask : 0),
});

/** The lowest lane, the rest cleared. */
const lowPart = (type: Scalar, vector: Expr): Expr => replaceLane(SHAPE[type], ZERO, 0, extractLane(SHAPE[type], vector, 0));
