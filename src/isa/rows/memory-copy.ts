import { type Expr, i32, i64, select } from '../../wasm';
import { CPU_STATE as STATE } from '../cpu-state';
import { type Emitter, SERVICE } from '../emitter';
import { type Decoded, type Fields, needing, type Operands, type Row, xzr } from '../row';

/**
 * FEAT_MOPS: copies and sets of memory (Arm ARM C4.1, "Memory Copy and Memory Set"), by Option B: the prologue leaves addresses and a number of bytes, PSTATE.C
 * set, and PSTATE.N set if the copy goes from the end on. It does none of the work; the main part does all of it, piece by piece, each of which is inside one page
 * at both ends and counts as an instruction, so that interrupts and faults find the registers as they are between two pieces; for the epilogue nothing is left,
 * unless software wants it so.
 */

/** Bits of PSTATE in their places: N and C. */
const FORWARD = 0x2000_0000;
const BACKWARD = 0xa000_0000 | 0;

/** ArchMaxMOPSCPYSize, and the largest of CPYF and SET. */
const MOST_OF_COPY = 0x007f_ffff_ffff_ffffn;
const MOST = 0x7fff_ffff_ffff_ffffn;
const ADDRESS = 0x00ff_ffff_ffff_ffffn;
const PAGE = 4096;

/** Suffixes by bits RN, WN, RT and WT: non-temporal and unprivileged reads and writes. */
const OPTIONS = '<opt:|wt|rt|t|wn|wtwn|rtwn|twn|rn|wtrn|rtrn|trn|n|wtn|rtn|tn>';
const COPY_OPERANDS = '[{X:Rd}]!, [{X:Rs}]!, {X:Rn}!';
/** Of a set: bits N and T. */
const SET_OPTIONS = '<opt:|t|n|tn>';
const SET_OPERANDS = '[{X:Rd}]!, {X:Rn}!, {X:Rs}';

const WRITE_UNPRIVILEGED = 1;
const READ_UNPRIVILEGED = 2;
/** What of the options changes the code: whose rights count. Of a set only the lower bit. */
const access = { access: { bits: 2, of: (f: Fields): number => f.opt! & 3 } };
const setAccess = { access: { bits: 1, of: (f: Fields): number => f.opt! & 1 } };

const word = (base: number, f: Fields): number => (base | (f.Rs! << 16) | (f.opt! << 12) | (f.Rn! << 5) | f.Rd!) >>> 0;

/** Two registers that are the same, or an address or a number of bytes in XZR, are CONSTRAINED UNPREDICTABLE: UNDEFINED here. */
const isValid = (f: Fields, isCopy: boolean): boolean =>
  f.Rd !== f.Rn && f.Rd !== f.Rs && f.Rn !== f.Rs && f.Rd !== 31 && f.Rn !== 31 && !(isCopy && f.Rs === 31);

const copyOperands =
  (stage: number) =>
  (f: Fields): Decoded | undefined =>
    isValid(f, true) ? { d: f.Rd!, n: f.Rn!, m: f.Rs!, imm: word(0x19000400 | (f.move! << 26) | (stage << 22), f) } : undefined;
const setOperands =
  (stage: number) =>
  (f: Fields): Decoded | undefined =>
    isValid(f, false) ? { d: f.Rd!, n: f.Rn!, m: xzr(f.Rs!), imm: word(0x19c00400 | (stage << 14), f) } : undefined;

const checkEnabled = (k: Emitter): void =>
  k.if(k.get('i32', STATE.MOPS_TRAP), () => k.service(SERVICE.UNDEFINED), undefined, 'rare');
/** Registers of Option A, which no prologue of this CPU leaves. */
const checkOption = (k: Emitter): void => k.if(i32.eqz(k.carry()), () => k.service(SERVICE.MOVE_MISMATCH), undefined, 'rare');

function copyPrologue(k: Emitter, o: Operands, s: Fields): void {
  checkEnabled(k);
  const wanted = k.x(o.n);
  if (!s.move) {
    k.setX(o.n, select(i64.ltS(wanted, i64.const(0)), i64.const(MOST), wanted));
    k.setNzcv(i32.const(FORWARD));
    return;
  }
  const size = k.let(select(i64.gtU(wanted, i64.const(MOST_OF_COPY)), i64.const(MOST_OF_COPY), wanted));
  const [to, from] = [k.let(k.x(o.d)), k.let(k.x(o.m))];
  const [low, high] = [from, to].map((address) => k.let(i64.and(address, i64.const(ADDRESS)))) as [Expr, Expr];
  // Where the end of the source would be overwritten before it is read.
  const backward = k.let(i32.and(i64.ltU(low, high), i64.gtU(i64.add(low, size), high)));
  const moved = k.let(select(backward, size, i64.const(0)));
  k.setX(o.d, i64.add(to, moved));
  k.setX(o.m, i64.add(from, moved));
  k.setX(o.n, size);
  k.setNzcv(select(backward, i32.const(BACKWARD), i32.const(FORWARD)));
}

/** Bytes from an address to the end of its page, or if `backward` from the start of the page to before the address. */
function room(address: Expr, backward: Expr | undefined): Expr {
  const inPage = (value: Expr): Expr => i64.and(value, i64.const(PAGE - 1));
  const forward = i64.sub(i64.const(PAGE), inPage(address));
  return backward ? select(backward, i64.add(inPage(i64.sub(address, i64.const(1))), i64.const(1)), forward) : forward;
}

/** Does a piece of what is left, and comes back to the instruction for the next. */
function move(k: Emitter, o: Operands, s: Fields, isCopy: boolean): void {
  const [to, from, left] = [o.d, o.m, o.n].map((reg) => k.let(k.x(reg))) as [Expr, Expr, Expr];
  const backward = isCopy && s.move ? k.let(i32.shrU(k.nzcv(), i32.const(31))) : undefined;
  const smaller = (a: Expr, b: Expr): Expr => {
    const [x, y] = [k.let(a), k.let(b)];
    return k.let(select(i64.ltU(x, y), x, y));
  };
  const most = smaller(left, room(to, backward));
  const size = isCopy ? smaller(most, room(from, backward)) : most;
  const lowest = (end: Expr): Expr => k.let(backward ? select(backward, i64.sub(end, size), end) : end);
  const done = k.moveMemory({
    to: lowest(to),
    ...(isCopy ? { from: lowest(from) } : { value: from }),
    size,
    readUnprivileged: isCopy && (s.access! & READ_UNPRIVILEGED) !== 0,
    writeUnprivileged: (s.access! & WRITE_UNPRIVILEGED) !== 0,
  });
  const step = k.let(backward ? select(backward, i64.sub(i64.const(0), done), done) : done);
  const rest = k.let(i64.sub(left, done));
  k.setX(o.d, i64.add(to, step));
  if (isCopy) k.setX(o.m, i64.add(from, step));
  k.setX(o.n, rest);
  k.jump(i64.add(k.pc(), select(i64.eqz(rest), i64.const(4), i64.const(0))));
}

function main(k: Emitter, o: Operands, s: Fields, isCopy: boolean): void {
  checkEnabled(k);
  checkOption(k);
  k.if(i64.eqz(k.x(o.n)), () => k.jump(i64.add(k.pc(), i64.const(4))));
  move(k, o, s, isCopy);
}

function epilogue(k: Emitter, o: Operands, s: Fields, isCopy: boolean): void {
  checkEnabled(k);
  checkOption(k);
  k.if(i64.ne(k.x(o.n), i64.const(0)), () => move(k, o, s, isCopy), undefined, 'rare');
}

const copy = (stage: 'p' | 'm' | 'e', op1: number, meaning: Row['meaning']): Row => ({
  name: `CPYF${stage.toUpperCase()}, CPY${stage.toUpperCase()}`,
  bits: `00 011 move:1 01 ${op1.toString(2).padStart(2, '0')} 0 Rs:5 opt:4 01 Rn:5 Rd:5`,
  asm: [`cpy<move:f|>${stage}${OPTIONS} ${COPY_OPERANDS}`],
  shape: 'move',
  ...(stage !== 'p' && { derived: access }),
  operands: copyOperands(op1),
  meaning,
});

const set = (stage: 'p' | 'm' | 'e', op2: number, meaning: Row['meaning']): Row => ({
  name: `SET${stage.toUpperCase()}`,
  bits: `00 011 0 01 11 0 Rs:5 ${op2.toString(2).padStart(2, '0')} opt:2 01 Rn:5 Rd:5`,
  asm: [`set${stage}${SET_OPTIONS} ${SET_OPERANDS}`],
  ...(stage !== 'p' && { derived: setAccess }),
  operands: setOperands(op2),
  meaning,
});

const rows: Row[] = [
  copy('p', 0, copyPrologue),
  { ...copy('m', 1, (k, o, s) => main(k, o, s, true)), indirect: true },
  copy('e', 2, (k, o, s) => epilogue(k, o, s, true)),
  set('p', 0, (k, o) => {
    checkEnabled(k);
    const wanted = k.x(o.n);
    k.setX(o.n, select(i64.ltS(wanted, i64.const(0)), i64.const(MOST), wanted));
    k.setNzcv(i32.const(FORWARD));
  }),
  { ...set('m', 1, (k, o, s) => main(k, o, s, false)), indirect: true },
  set('e', 2, (k, o, s) => epilogue(k, o, s, false)),
];

export const memoryCopy: Row[] = needing('FEAT_MOPS', rows);
