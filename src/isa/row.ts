import type { Expr } from '../wasm';
import type { Emitter, Reg } from './emitter';
import type { Feature } from './features';

/** Values of an encoding's named fields, unsigned. */
export type Fields = Readonly<Record<string, number>>;

/** What the decoder keeps of one instruction: register slots (or small numbers) and one 64-bit immediate. */
export interface Decoded {
  d?: number;
  n?: number;
  m?: number;
  a?: number;
  imm?: bigint | number;
}

/** Operands as a meaning sees them: slots or constants, the meaning cannot tell which. */
export interface Operands {
  readonly d: Reg;
  readonly n: Reg;
  readonly m: Reg;
  readonly a: Reg;
  /** The whole immediate (i64), its low word and its high word (i32). */
  readonly imm: Expr;
  readonly imm32: Expr;
  readonly immHi: Expr;
  /** Registers whose slots are in the low byte of each word of the immediate: for what has more than four. */
  readonly immReg: Reg;
  readonly immHiReg: Reg;
}

/** What decoding may ask of the machine it decodes for. */
export interface DecodeContext {
  /** How MRS (`write` false) or MSR may reach a system register without leaving Wasm; see system.ts. */
  sysreg(key: number, write: boolean): { access: number; offset: number };
  /** Whether its CPU has a feature: for what is a NOP without it. */
  has(feature: Feature): boolean;
}

/** A field of the shape that is computed from others instead of being a field of the encoding. */
export interface Derived {
  /** Number of bits: the values are 0 … 2^bits - 1. */
  bits: number;
  of(fields: Fields, context: DecodeContext): number;
}

/**
 * One encoding of the A64 instruction set. Decoder, interpreter, JIT, assembler, disassembler, tests and documentation are made from rows.
 */
export interface Row {
  /** The manual's name of the encoding. */
  readonly name: string;
  /** 32 bits, highest first: runs of 0, 1 and x (ignored) and fields `name:width`, separated by spaces. */
  readonly bits: string;
  /** What a CPU must have for this encoding to be allocated; none: the base of Armv8.0. */
  readonly feature?: Feature;
  /** Assembly syntax, see text/syntax.ts: one entry per mnemonic, preferred aliases first. */
  readonly asm: readonly string[];
  /**
   * Fields that change the code: constants in every handler. Names of encoding fields, separated by spaces.
   * There is one handler per combination that `reserved` lets through.
   */
  readonly shape?: string;
  readonly derived?: Readonly<Record<string, Derived>>;
  /** True for combinations of shape fields that are UNALLOCATED. */
  reserved?(shape: Fields): boolean;
  /** Unpacks; undefined if the encoding is UNALLOCATED. Register number 31 is resolved here: see `xsp`, `xzr`, `xzrDst`. */
  operands(fields: Fields, context: DecodeContext): Decoded | undefined;
  /** The instruction's meaning, over an emitter. Execution continues at the next instruction unless it branched. */
  meaning(k: Emitter, o: Operands, shape: Fields): void;
  /** Bytes of one element, where accesses are of several elements at once: what SCTLR_EL1.A and Device memory want aligned. */
  elementBytes?(fields: Fields): number;
  /** FAR_EL1 of a Data Abort is what Rn's slot holds, not the first byte that was accessed. */
  readonly farIsOperand?: true;
  /** Direct branch: `imm` is the byte offset; engines treat targets inside the page specially. */
  readonly branch?: 'conditional' | 'always';
  /** Continues at an address in a register. */
  readonly indirect?: true;
  /** Values of PSTATE.BTYPE, as bits, under which it may be run in a guarded page (FEAT_BTI, BTypeCompatible): see {@link LANDING}. */
  landing?(shape: Fields): number;
  /**
   * Whether what follows may mean something else, or be something else, than before: context synchronization events (ISB, ERET, taking an
   * exception), and changes of context that take effect at once here (TLBI, MSR of a translation register, PSTATE.SP and PAN). Between two
   * such instructions the EL, the SP, the traps and the translation stay what they are. Some rows decide it by their fields.
   */
  readonly synchronises?: true | ((fields: Fields) => boolean);
}

/** {@link Row.synchronises} of an instruction. `fields` with the derived ones. */
export const synchronises = ({ synchronises: rule }: Row, fields: Fields): boolean =>
  typeof rule === 'function' ? rule(fields) : rule === true;

/** Whether straight code ends at an instruction: it surely goes on elsewhere, or what follows has to be looked at anew. */
export const endsBlock = (row: Row, fields: Fields): boolean =>
  row.branch === 'always' || row.indirect === true || synchronises(row, fields);

/** What may be landed on: {@link Row.landing}. */
export const LANDING = {
  NONE: 0b0001,
  CALLS: 0b0111,
  JUMPS: 0b1011,
  ALL: 0b1111,
  /** CALLS, and all if SCTLR_EL1.BT0 or BT1 is clear. */
  SIGNING: 0b10111,
} as const;

/** Rows that all need a feature. */
export const needing = (feature: Feature, rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, feature }));

/** Slot of a source or destination that is SP when 31. */
export const xsp = (number: number): number => number;
/** Slot of a source that is XZR when 31. */
export const xzr = (number: number): number => (number === 31 ? 32 : number);
/** Slot of a destination that is XZR (discarded) when 31. */
export const xzrDst = (number: number): number => (number === 31 ? 33 : number);

/** Sign-extends the low `width` bits. */
export const signed = (value: number, width: number): number => (value << (32 - width)) >> (32 - width);

export interface ParsedField {
  name: string;
  /** Lowest bit. */
  lsb: number;
  width: number;
}
export interface ParsedBits {
  mask: number;
  value: number;
  fields: ParsedField[];
}

/** Parses a row's bit string. Throws naming the row if it does not describe 32 bits. */
export function parseBits(row: Pick<Row, 'name' | 'bits'>): ParsedBits {
  let position = 32;
  let mask = 0;
  let value = 0;
  const fields: ParsedField[] = [];
  for (const token of row.bits.trim().split(/\s+/)) {
    const field = /^([A-Za-z]\w*):(\d+)$/.exec(token);
    if (field) {
      const width = Number(field[2]);
      position -= width;
      fields.push({ name: field[1]!, lsb: position, width });
    } else if (/^[01x]+$/.test(token)) {
      for (const bit of token) {
        position--;
        if (bit === 'x') continue;
        mask |= 1 << position;
        if (bit === '1') value |= 1 << position;
      }
    } else throw new Error(`${row.name}: cannot read "${token}" in its bit string`);
  }
  if (position !== 0) throw new Error(`${row.name}: its bit string has ${32 - position} bits, not 32`);
  return { mask: mask >>> 0, value: value >>> 0, fields };
}
