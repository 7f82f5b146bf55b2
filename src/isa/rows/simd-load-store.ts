import { type Expr, extractLane, i64, type LoadKind, type StoreKind, shuffle } from '../../wasm';
import type { Emitter } from '../emitter';
import { extractByPattern, insertByPattern, LANE_LOAD, lanePattern, splat, writeVector } from '../pseudocode/vector';
import { type Fields, type Operands, type Row, xsp, xzr } from '../row';

/**
 * Advanced SIMD load/store multiple and single structures (Arm ARM C4.1, "Loads and Stores"). All loads come before the first register
 * is written, and the base is written last, so that a fault leaves the instruction as if it had not begun.
 */

/** Registers per structure and repetitions by opcode. */
const MULTIPLE: Readonly<Record<number, { registers: number; interleave: boolean }>> = {
  0: { registers: 4, interleave: true },
  2: { registers: 4, interleave: false },
  4: { registers: 3, interleave: true },
  6: { registers: 3, interleave: false },
  7: { registers: 1, interleave: false },
  8: { registers: 2, interleave: true },
  10: { registers: 2, interleave: false },
};

const POST_REGISTER_NONE = 31;

/** Post-index: `m` is the register added, `a` the immediate added; one of the two is zero. */
function postIndex(f: Fields, bytes: number): { m: number; a: number } {
  return f.Rm === POST_REGISTER_NONE ? { m: xzr(31), a: bytes } : { m: f.Rm!, a: 0 };
}
function writeBack(k: Emitter, o: Operands, base: Expr): void {
  k.setX(o.n, i64.add(base, i64.add(k.x(o.m), i64.extendU(k.byte(o.a)))));
}

const at = (k: Emitter, base: Expr, offset: number): Expr => (offset ? k.let(i64.add(base, i64.const(offset))) : base);

/** Gathers 16 bytes from several vectors: `from[i]` is the source vector and byte of byte i. */
function gather(
  k: Emitter,
  sources: readonly Expr[],
  from: readonly (readonly [vector: number, byte: number] | undefined)[],
): Expr {
  const used = [...new Set(from.flatMap((f) => (f ? [f[0]] : [])))];
  let result = sources[used[0]!]!;
  let place = (i: number): number => (from[i]?.[0] === used[0] ? from[i]![1] : 0);
  if (used.length === 1)
    return shuffle(
      result,
      result,
      from.map((_, i) => place(i)),
    );
  for (const vector of used.slice(1)) {
    const lanes = from.map((f, i) => (f?.[0] === vector ? 16 + f[1] : place(i)));
    result = k.let(shuffle(result, sources[vector]!, lanes));
    place = (i) => i;
  }
  return result;
}

/** Where byte i of register r of interleaved structures lies in memory. */
const memoryByte = (size: number, registers: number, r: number, i: number): number =>
  (((i >> size) * registers + r) << size) + (i & ((1 << size) - 1));

function loadMultiple(k: Emitter, o: Operands, s: Fields, base: Expr): void {
  const { registers, interleave } = MULTIPLE[s.opcode!]!;
  const width = s.Q ? 16 : 8;
  const chunks: Expr[] = [];
  for (let i = 0; i < registers; i++) {
    const address = at(k, base, i * width);
    chunks.push(k.load(s.Q ? 'v128' : 'v128_64z', address));
  }
  for (let r = 0; r < registers; r++) {
    let value = chunks[r]!;
    if (interleave) {
      const from = Array.from({ length: 16 }, (_, i) => {
        if (i >= width) return undefined;
        const byte = memoryByte(s.size!, registers, r, i);
        return [Math.floor(byte / width), byte % width] as const;
      });
      value = gather(k, chunks, from);
    }
    writeVector(k, o.d, value, width * 8, r);
  }
}

function storeMultiple(k: Emitter, o: Operands, s: Fields, base: Expr): void {
  const { registers, interleave } = MULTIPLE[s.opcode!]!;
  const width = s.Q ? 16 : 8;
  const sources = Array.from({ length: registers }, (_, r) => k.v(o.d, r));
  for (let chunk = 0; chunk < registers; chunk++) {
    let value = sources[chunk]!;
    if (interleave) {
      const from: (readonly [number, number] | undefined)[] = Array.from({ length: 16 }, () => undefined);
      for (let r = 0; r < registers; r++) {
        for (let i = 0; i < width; i++) {
          const byte = memoryByte(s.size!, registers, r, i) - chunk * width;
          if (byte >= 0 && byte < width) from[byte] = [r, i];
        }
      }
      value = gather(k, sources, from);
    }
    const address = at(k, base, chunk * width);
    if (s.Q) k.store('v128', address, value);
    else k.store('f64', address, extractLane('f64x2', value, 0));
  }
}

/** LD1 and ST1 do not interleave: their lane size does not matter, and they keep one shape for all. */
const multipleShape = {
  opcode: { bits: 4, of: (f: Fields): number => f.op! },
  size: { bits: 2, of: (f: Fields): number => (MULTIPLE[f.op!]?.interleave ? f.esize! : 0) },
};

const multipleReserved = (s: Fields): boolean => {
  const kind = MULTIPLE[s.opcode!];
  if (!kind) return true;
  return kind.interleave ? s.size === 3 && !s.Q : s.size !== 0;
};

/** An address: plain, or post-indexed by the bytes moved or by a register. */
const addressed = (post: boolean, text: string, bytes: string, conditions: string): string[] =>
  post
    ? [`${text}, [{Xsp:Rn}], {${bytes}} ; Rm=31 ${conditions}`, `${text}, [{Xsp:Rn}], {X:Rm} ; Rm!=31 ${conditions}`]
    : [`${text}, [{Xsp:Rn}] ; ${conditions}`];

const COUNTS = [1, 2, 3, 4];
const withCount = (count: number): string => `o0=${(count - 1) >> 1} R=${(count - 1) & 1}`;

const multipleAsm = (post: boolean): string[] =>
  Object.entries(MULTIPLE).flatMap(([op, { registers, interleave }]) =>
    addressed(post, `<L:st|ld>${interleave ? registers : 1} {vlist:Rt:${registers}:E}`, `listbytes:${registers}`, `op=${op}`),
  );
const singleAsm = (post: boolean): string[] =>
  COUNTS.flatMap((count) =>
    ['b', 'h', 's', 'd'].flatMap((letter, size) =>
      addressed(
        post,
        `<L:st|ld>${count} {lanelist:Rt:${count}:${letter}}{laneindex:${size}}`,
        `lanebytes:${count}:${size}`,
        `${withCount(count)} scale=${Math.min(size, 2)}${size === 3 ? ' S=0' : ''}`,
      ),
    ),
  );
const replicateAsm = (post: boolean): string[] =>
  COUNTS.flatMap((count) => addressed(post, `ld${count}r {vlist:Rt:${count}:T}`, `replicatebytes:${count}`, withCount(count)));

const multiple = (post: boolean): Row => ({
  name: `LD1, LD2, LD3, LD4, ST1, ST2, ST3, ST4 (multiple structures${post ? ', post-indexed' : ''})`,
  bits: `0 Q:1 001100 ${post ? '1' : '0'} L:1 0 ${post ? 'Rm:5' : '00000'} op:4 esize:2 Rn:5 Rt:5`,
  asm: multipleAsm(post),
  shape: 'Q L',
  derived: multipleShape,
  reserved: multipleReserved,
  elementBytes: (f) => 1 << f.esize!,
  operands: (f) => {
    const kind = MULTIPLE[f.op!];
    if (!kind) return undefined;
    return { d: f.Rt!, n: xsp(f.Rn!), ...(post ? postIndex(f, kind.registers * (f.Q ? 16 : 8)) : {}) };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const base = k.base(o.n);
    (s.L ? loadMultiple : storeMultiple)(k, o, s, base);
    if (post) writeBack(k, o, base);
  },
});

const LOAD: readonly LoadKind[] = ['i32_8u', 'i32_16u', 'i32', 'i64'];
const STORE: readonly StoreKind[] = ['i32_8', 'i32_16', 'i32', 'i64'];

/** log2 of the element's bytes from opcode<2:1>, S and size; undefined if UNALLOCATED. */
function singleSize(f: Fields): number | undefined {
  switch (f.scale) {
    case 0:
      return 0;
    case 1:
      return f.esize! & 1 ? undefined : 1;
    case 2:
      return f.esize === 0 ? 2 : f.esize === 1 && !f.S ? 3 : undefined;
    default:
      return undefined;
  }
}
const singleLane = (f: Fields, size: number): number => ((f.Q! << 3) | (f.S! << 2) | f.esize!) >> size;

/** opcode<0>:R gives the registers less one, as R is the low bit. */
const registersOf = (f: Fields): number => ((f.o0! << 1) | f.R!) + 1;
const registers = { bits: 2, of: (f: Fields): number => registersOf(f) - 1 };

const single = (post: boolean): Row => ({
  name: `LD1, LD2, LD3, LD4, ST1, ST2, ST3, ST4 (single structure${post ? ', post-indexed' : ''})`,
  bits: `0 Q:1 001101 ${post ? '1' : '0'} L:1 R:1 ${post ? 'Rm:5' : '00000'} scale:2 o0:1 S:1 esize:2 Rn:5 Rt:5`,
  asm: singleAsm(post),
  shape: 'L',
  derived: { registers, size: { bits: 3, of: (f) => singleSize(f) ?? 4 } },
  reserved: (s) => s.size! > 3,
  operands: (f) => {
    const size = singleSize(f);
    if (size === undefined) return undefined;
    const bytes = registersOf(f) << size;
    return { d: f.Rt!, n: xsp(f.Rn!), imm: lanePattern(size, singleLane(f, size)), ...(post ? postIndex(f, bytes) : {}) };
  },
  meaning: (k, o, s) => {
    k.checkFp();
    const base = k.base(o.n);
    const size = s.size!;
    const count = s.registers! + 1;
    if (s.L) {
      const values = Array.from({ length: count }, (_, r) => k.load(LOAD[size]!, at(k, base, r << size)));
      for (const [r, value] of values.entries()) k.setV(o.d, insertByPattern(size, k.v(o.d, r), o.imm, value), r);
    } else {
      for (let r = 0; r < count; r++)
        k.store(STORE[size]!, at(k, base, r << size), k.let(extractByPattern(size, k.v(o.d, r), o.imm)));
    }
    if (post) writeBack(k, o, base);
  },
});

const replicate = (post: boolean): Row => ({
  name: `LD1R, LD2R, LD3R, LD4R${post ? ' (post-indexed)' : ''}`,
  bits: `0 Q:1 001101 ${post ? '1' : '0'} 1 R:1 ${post ? 'Rm:5' : '00000'} 11 o0:1 0 size:2 Rn:5 Rt:5`,
  asm: replicateAsm(post),
  shape: 'Q size',
  derived: { registers },
  operands: (f) => ({ d: f.Rt!, n: xsp(f.Rn!), ...(post ? postIndex(f, registersOf(f) << f.size!) : {}) }),
  meaning: (k, o, s) => {
    k.checkFp();
    const base = k.base(o.n);
    const size = s.size!;
    const values = Array.from({ length: s.registers! + 1 }, (_, r) => k.load(LANE_LOAD[size]!, at(k, base, r << size)));
    for (const [r, value] of values.entries()) writeVector(k, o.d, splat(size, value), s.Q ? 128 : 64, r);
    if (post) writeBack(k, o, base);
  },
});

export const simdLoadStore: Row[] = [
  multiple(false),
  multiple(true),
  single(false),
  single(true),
  replicate(false),
  replicate(true),
];
