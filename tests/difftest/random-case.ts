import type { Instruction } from '../../src/cpu/decoder';
import type { Row } from '../../src/isa/row';
import { type Case, MEMORY, MEMORY_BYTES, NOP, SLOTS, type State, slotAddress } from './case';
import type { Random } from './random';
import { fillVector, general, relate, relateHalves, relateWidened } from './random-values';
import { COMPARED_FPSR, fpcrChoices, fpcrFor, isAligned, isWidening, narrowFormat, type OracleAge, usesMemory } from './rules';

/** A random state for one instruction, made so that it does something: addresses hit the memory, branches go somewhere known. */

const SP = 31;
const ZERO = 32;
const GENERAL = 31;
/** Room behind every address: the largest access is 64 bytes. */
const LARGEST = 64;
/** FPSR.IXC alone: what nearly every program has there. */
const INEXACT = 1 << 4;
const PAGE_BOUNDARY = 4096 - (MEMORY % 4096);

const read = (state: State, slot: number): bigint => (slot < SP ? state.x[slot]! : slot === SP ? state.sp : 0n);
function write(state: State, slot: number, value: bigint): void {
  if (slot < SP) state.x[slot] = BigInt.asUintN(64, value);
  else if (slot === SP) state.sp = BigInt.asUintN(64, value);
}

function randomState(random: Random, instruction: Instruction, pc: bigint, age: OracleAge): State {
  const { row, decoded } = instruction;
  const x = new BigUint64Array(GENERAL);
  for (let i = 0; i < GENERAL; i++) x[i] = general(random);
  const v = new Uint8Array(512);
  const view = new DataView(v.buffer);
  const narrow = narrowFormat(instruction);
  for (let i = 0; i < 32; i++) fillVector(random, view, i * 16, narrow);
  if (random.oneIn(3)) {
    if (narrow && isWidening(row)) relateWidened(random, view, decoded, narrow);
    else if (narrow) relateHalves(random, view, decoded);
    else relate(random, view, decoded);
  }
  const memory = new Uint8Array(usesMemory(row) ? MEMORY_BYTES : 0);
  const words = new DataView(memory.buffer);
  for (let at = 0; at < memory.length; at += 4) words.setUint32(at, random.u32(), true);
  return {
    x,
    sp: random.u64() & ~15n,
    pc,
    nzcv: (random.below(16) << 28) >>> 0,
    fpcr: fpcrFor(instruction, random.pick(fpcrChoices(row)), view, age),
    fpsr: random.pick([0, INEXACT, INEXACT, random.u32() & COMPARED_FPSR]),
    v,
    memory,
  };
}

/** Value of an index register after its extension: option and S as in the encoding. */
function extended(value: bigint, option: number, shift: bigint): bigint {
  const narrow = option === 2 ? BigInt.asUintN(32, value) : option === 6 ? BigInt.asIntN(32, value) : value;
  return narrow << shift;
}

/** Sets the base register so that the access lies in the memory. Returns the offset into the memory. */
function aimAtMemory(random: Random, state: State, { row, fields, decoded }: Instruction): number {
  const align = isAligned(row) ? 16 : random.oneIn(2) ? 8 : 1;
  const crosses = align === 1 && random.oneIn(4);
  const offset = crosses
    ? PAGE_BOUNDARY - random.below(LARGEST)
    : Math.floor(random.below(MEMORY_BYTES - LARGEST) / align) * align;
  const target = BigInt(MEMORY + offset);
  const { n, m = 0, imm = 0 } = decoded;
  if (n === undefined) return offset;
  const signedImm = BigInt.asIntN(64, BigInt(imm));
  if (fields.option !== undefined && fields.Rm !== undefined) {
    if (n !== m) write(state, n, target - extended(read(state, m), fields.option, signedImm));
    // Base and index are one register: some address near the target can be had.
    else write(state, n, target / (1n + (1n << signedImm)));
    return offset;
  }
  const isPostIndex = /post-indexed/.test(row.name) || (row.name.startsWith('LDP') && fields.mode === 1);
  const isOffset = fields.imm12 !== undefined || fields.imm9 !== undefined || fields.imm7 !== undefined;
  write(state, n, isOffset && !isPostIndex ? target - signedImm : target);
  return offset;
}

/** Compare-and-swap succeeds about half the time. */
function prepareComparison(random: Random, state: State, { row, fields, decoded }: Instruction, offset: number): void {
  if (random.oneIn(2) || decoded.m === undefined) return;
  const view = new DataView(state.memory.buffer);
  if (row.name === 'CAS') {
    const bytes = new Uint8Array(BigUint64Array.of(read(state, decoded.m)).buffer);
    state.memory.set(bytes.subarray(0, 1 << fields.size!), offset);
  } else if (row.name === 'CASP') {
    const [low, high] = [read(state, decoded.d!), read(state, decoded.m)];
    if (fields.sz) {
      view.setBigUint64(offset, low, true);
      view.setBigUint64(offset + 8, high, true);
    } else {
      view.setUint32(offset, Number(low & 0xffffffffn), true);
      view.setUint32(offset + 4, Number(high & 0xffffffffn), true);
    }
  }
}

/** Somewhere for BR, BLR and RET: a breakpoint among the cases, or nothing mapped. */
const jumpTarget = (random: Random): bigint =>
  random.oneIn(2) ? slotAddress(random.below(SLOTS)) + random.pick([8n, 12n]) : (random.u64() >> 16n) & ~3n;

const PRELUDE = {
  EOR: 0xca000000,
  ADD: 0x8b000000,
  SUBS: 0xeb00001f,
  ADDS: 0xab00001f,
  ANDS: 0xea00001f,
  FCMP: 0x1e602000,
} as const;
const FLAG_SETTERS = [PRELUDE.SUBS, PRELUDE.ADDS, PRELUDE.ANDS, PRELUDE.FCMP];
const SF = 0x80000000;

const readsFlags = (name: string): boolean => /^(B\.cond|ADC|CCM|CSEL|FCCMP|FCSEL|MRS|CFINV|RMIF|SETF|[AX]{2}FLAG)/.test(name);

/** LDXR or LDXP (bit 22) of the store-exclusive's base and size: another size is CONSTRAINED UNPREDICTABLE. */
function exclusiveLoad(random: Random, word: number, base: number): number {
  const target = (base + 1 + random.below(29)) % 31;
  const isPair = (word >>> 21) & 1;
  const second = isPair ? (target + 1) % 31 : 31;
  const fixed = (word & 0xffe083e0) >>> 0;
  if (isPair && second === base) return NOP;
  return (fixed | 0x00400000 | (31 << 16) | (second << 10) | target) >>> 0;
}

/**
 * The instruction that goes first: what a store-exclusive needs, flags for those who read them, or a change of some register, so that
 * compiled code has state in locals. NOP where it could spoil the aim.
 */
function preludeFor(random: Random, { row, decoded }: Instruction, word: number): number {
  const [first, second] = [random.below(31), random.below(31)];
  if (/^STX[RP]/.test(row.name) && !random.oneIn(3)) return exclusiveLoad(random, word, (word >>> 5) & 31);
  if (readsFlags(row.name) && random.oneIn(2)) {
    const setter = random.pick(FLAG_SETTERS);
    const narrow = setter !== PRELUDE.FCMP && random.oneIn(2) ? SF : 0;
    return ((setter ^ narrow) | (second << 16) | (first << 5)) >>> 0;
  }
  if (!random.oneIn(4)) return NOP;
  const destination = random.oneIn(2) ? (decoded.d ?? 0) : random.below(31);
  const aimed = usesMemory(row) || row.indirect;
  if (destination > 30 || (aimed && [decoded.n, decoded.m].includes(destination))) return NOP;
  const move = random.pick([PRELUDE.EOR, PRELUDE.ADD]);
  return ((move ^ (random.oneIn(2) ? SF : 0)) | (second << 16) | (first << 5) | destination) >>> 0;
}

/** A case for a word at `pc`. The same random source gives the same case. */
export function randomCase(
  random: Random,
  word: number,
  instruction: Instruction,
  pc: bigint,
  age: OracleAge = 'installed',
): Case {
  const state = randomState(random, instruction, pc, age);
  const { row, decoded } = instruction;
  const prelude = preludeFor(random, instruction, word);
  if (state.memory.length) prepareComparison(random, state, instruction, aimAtMemory(random, state, instruction));
  else if (row.indirect) write(state, decoded.n!, jumpTarget(random));
  else if (row.name.startsWith('CBZ') && random.oneIn(2)) write(state, decoded.n!, BigInt(random.u32()) << 32n);
  if (row.name.startsWith('CBZ') && random.oneIn(4) && decoded.n !== ZERO) write(state, decoded.n!, 0n);
  return { ...state, word, prelude };
}

/** The same for a word that is UNALLOCATED: nothing needs to be aimed. */
export const unallocatedCase = (random: Random, word: number, row: Row, pc: bigint): Case => ({
  ...randomState(random, { word, row, fields: {}, decoded: {}, handler: 0, nearHandler: 0 }, pc, 'installed'),
  word,
  prelude: NOP,
});
