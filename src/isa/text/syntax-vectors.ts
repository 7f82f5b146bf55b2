import type { Row } from '../row';

/**
 * Templates of the floating-point and vector rows. Their mnemonics are their names; what differs are the operands, and those go by the
 * group of the manual, which the encoding tells.
 */

type Named = Pick<Row, 'name' | 'bits'>;

/** `SQADD, UQADD (vector), scalar` → sqadd, uqadd: the row's mnemonics; those with a final 2 go with Q and are left out. */
function mnemonics({ name }: Named): string[] {
  const names = name
    .replace(/, scalar$/, '')
    .replace(/ ?\([^)]*\)/g, '')
    .split(', ')
    .map((each) => each.toLowerCase());
  return names.filter((each) => !(each.endsWith('2') && names.includes(each.slice(0, -1))));
}

/** The mnemonic, chosen by field U where the row has two. */
const verb = (row: Named): string => {
  const names = mnemonics(row);
  if (!row.bits.includes('U:1')) return names[0]!;
  return row.bits.includes('o1:1') ? `<U.o1:${names.join('|')}>` : `<U:${names.join('|')}>`;
};

const isScalar = ({ bits }: Named): boolean => bits.startsWith('01 ');

const threeSame = (row: Named): string[] => {
  if (row.name.startsWith('AND, BIC')) {
    return ['mov {V:Rd:B}, {V:Rn:B} ; U=0 size=2 Rm=Rn', '<U.size:and|bic|orr|orn|eor|bsl|bit|bif> {V:Rd:B}, {V:Rn:B}, {V:Rm:B}'];
  }
  return isScalar(row)
    ? [`${verb(row)} {Sc:Rd:size}, {Sc:Rn:size}, {Sc:Rm:size}`]
    : [`${verb(row)} {V:Rd:T}, {V:Rn:T}, {V:Rm:T}`];
};

const threeDifferent = (row: Named): string[] => {
  if (isScalar(row)) return [`${verb(row)} {Sc:Rd:size1}, {Sc:Rn:size}, {Sc:Rm:size}`];
  const name = mnemonics(row)[0]!;
  const [d, n, m] = name.endsWith('w') ? ['L', 'L', 'T'] : name.endsWith('hn') ? ['T', 'L', 'L'] : ['L', 'T', 'T'];
  return [`${verb(row)}<Q:|2> {V:Rd:${d}}, {V:Rn:${n}}, {V:Rm:${m}}`];
};

const PAIRS_OF_LANES = ['saddlp', 'uaddlp', 'sadalp', 'uadalp'];
const NARROWING = ['xtn', 'sqxtun', 'sqxtn', 'uqxtn'];

function twoMisc(row: Named): string[] {
  const name = verb(row);
  const compare = row.name.includes('(zero)') ? ', {zeroint}' : '';
  if (NARROWING.includes(name))
    return isScalar(row) ? [`${name} {Sc:Rd:size}, {Sc:Rn:size1}`] : [`${name}<Q:|2> {V:Rd:T}, {V:Rn:L}`];
  if (isScalar(row)) return [`${name} {Sc:Rd:size}, {Sc:Rn:size}${compare}`];
  if (PAIRS_OF_LANES.includes(name)) return [`${name} {V:Rd:P}, {V:Rn:T}`];
  if (name === 'shll') return ['shll<Q:|2> {V:Rd:L}, {V:Rn:T}, {lanewidth}'];
  if (name === 'not') return ['mvn {V:Rd:B}, {V:Rn:B}', '~not {V:Rd:B}, {V:Rn:B}'];
  const kind = row.bits.includes('size:2') ? 'T' : name.startsWith('ur') ? 'S' : 'B';
  return [`${name} {V:Rd:${kind}}, {V:Rn:${kind}}${compare}`];
}

function acrossLanes(row: Named): string[] {
  const name = verb(row);
  if (row.name.startsWith('ADDP')) return ['addp {D:Rd}, {V:Rn:2d}'];
  return [`${name} {Sc:Rd:${mnemonics(row)[0]!.endsWith('lv') ? 'size1' : 'size'}}, {V:Rn:T}`];
}

/** Shift left, right, narrowing or long: the names say which. */
function shiftImmediate(row: Named): string[] {
  const name = mnemonics(row)[0]!;
  const amount = /shl|sli/.test(name) ? 'shlv' : 'shrv';
  const fixedPoint = /cvt/.test(name) ? 'shrv' : amount;
  if (name.endsWith('shll'))
    return ['<U:sxtl|uxtl><Q:|2> {V:Rd:EL}, {V:Rn:E:alone} ; immb=0 wholeImmh', `${verb(row)}<Q:|2> {V:Rd:EL}, {V:Rn:E}, {shlv}`];
  if (/shr(u?)n$/.test(name))
    return isScalar(row)
      ? [`${verb(row)} {Sc:Rd:esize}, {Sc:Rn:esize1}, {shrv}`]
      : [`${verb(row)}<Q:|2> {V:Rd:E}, {V:Rn:EL}, {shrv}`];
  return isScalar(row)
    ? [`${verb(row)} {Sc:Rd:esize}, {Sc:Rn:esize}, {${fixedPoint}}`]
    : [`${verb(row)} {V:Rd:E}, {V:Rn:E}, {${fixedPoint}}`];
}

function byElement(row: Named): string[] {
  const long = /l$/.test(mnemonics(row)[0]!) && !/^(mul|fmul)$/.test(mnemonics(row)[0]!);
  const isFp = row.bits.includes('sz:1');
  const lane = isFp ? 'fpelement' : 'element';
  const size = isFp ? 'sz' : 'size';
  if (isScalar(row)) return [`${verb(row)} {Sc:Rd:${long ? 'size1' : size}}, {Sc:Rn:${size}}, {${lane}}`];
  if (long) return [`${verb(row)}<Q:|2> {V:Rd:L}, {V:Rn:T}, {${lane}}`];
  const kind = isFp ? 'F' : 'T';
  return [`${verb(row)} {V:Rd:${kind}}, {V:Rn:${kind}}, {${lane}}`];
}

const fpThreeSame = (row: Named): string[] =>
  isScalar(row) ? [`${verb(row)} {Sc:Rd:sz}, {Sc:Rn:sz}, {Sc:Rm:sz}`] : [`${verb(row)} {V:Rd:F}, {V:Rn:F}, {V:Rm:F}`];

function fpTwoMisc(row: Named): string[] {
  const name = verb(row);
  const compare = row.name.includes('(zero)') ? ', {zero}' : '';
  switch (name) {
    case 'fcvtl':
      return ['fcvtl<Q:|2> {V:Rd:FL}, {V:Rn:FN}'];
    case 'fcvtn':
      return ['fcvtn<Q:|2> {V:Rd:FN}, {V:Rn:FL}'];
    case 'fcvtxn':
      return isScalar(row) ? ['fcvtxn {S:Rd}, {D:Rn}'] : ['fcvtxn<Q:|2> {V:Rd:S}, {V:Rn:2d}'];
  }
  if (/^f(max|min)(nm)?v$/.test(name)) return [`${name} {S:Rd}, {V:Rn:4s}`];
  if (row.name.endsWith('(scalar)')) return [`${name} {Sc:Rd:sz}, {V:Rn:pair}`];
  return isScalar(row) ? [`${name} {Sc:Rd:sz}, {Sc:Rn:sz}${compare}`] : [`${name} {V:Rd:F}, {V:Rn:F}${compare}`];
}

/** Rows whose templates go by their name: the groups with few members. */
const BY_NAME: Readonly<Record<string, readonly string[]>> = {
  'FMOV, FABS, FNEG, FSQRT (scalar)': ['<opcode:fmov|fabs|fneg|fsqrt> {Sc:Rd:type}, {Sc:Rn:type}'],
  'FRINTN, FRINTP, FRINTM, FRINTZ, FRINTA, FRINTX, FRINTI (scalar)': ['frint<rmode:n|p|m|z|a|-|x|i> {Sc:Rd:type}, {Sc:Rn:type}'],
  FCVT: ['fcvt {Sc:Rd:opc}, {Sc:Rn:type}'],
  'FMUL, FDIV, FADD, FSUB, FMAX, FMIN, FMAXNM, FMINNM, FNMUL (scalar)': [
    'f<opcode:mul|div|add|sub|max|min|maxnm|minnm|nmul> {Sc:Rd:type}, {Sc:Rn:type}, {Sc:Rm:type}',
  ],
  'FMADD, FMSUB, FNMADD, FNMSUB': ['f<o1.o0:madd|msub|nmadd|nmsub> {Sc:Rd:type}, {Sc:Rn:type}, {Sc:Rm:type}, {Sc:Ra:type}'],
  'FCMP, FCMPE': ['fcmp<e:|e> {Sc:Rn:type}, {zero} ; zero=1', 'fcmp<e:|e> {Sc:Rn:type}, {Sc:Rm:type} ; zero=0'],
  'FCCMP, FCCMPE': ['fccmp<e:|e> {Sc:Rn:type}, {Sc:Rm:type}, {hex:nzcv:4}, {cond}'],
  FCSEL: ['fcsel {Sc:Rd:type}, {Sc:Rn:type}, {Sc:Rm:type}, {cond}'],
  'FMOV (scalar, immediate)': ['fmov {Sc:Rd:type}, {fpimm}'],
  'FCVTNS, FCVTNU, FCVTPS, FCVTPU, FCVTMS, FCVTMU, FCVTZS, FCVTZU (scalar, integer)': [
    'fcvt<rmode:n|p|m|z><U:s|u> {R:Rd}, {Sc:Rn:type}',
  ],
  'FCVTAS, FCVTAU (scalar, integer)': ['fcvta<U:s|u> {R:Rd}, {Sc:Rn:type}'],
  'SCVTF, UCVTF (scalar, integer)': ['<U:s|u>cvtf {Sc:Rd:type}, {R:Rn}'],
  'FCVTZS, FCVTZU (scalar, fixed-point)': ['fcvtz<U:s|u> {R:Rd}, {Sc:Rn:type}, {fbits}'],
  'SCVTF, UCVTF (scalar, fixed-point)': ['<U:s|u>cvtf {Sc:Rd:type}, {R:Rn}, {fbits}'],
  'FMOV (general), Sn to Wd': ['fmov {W:Rd}, {S:Rn}'],
  'FMOV (general), Wn to Sd': ['fmov {S:Rd}, {W:Rn}'],
  'FMOV (general), Dn to Xd': ['fmov {X:Rd}, {D:Rn}'],
  'FMOV (general), Xn to Dd': ['fmov {D:Rd}, {X:Rn}'],
  'FMOV (general), Vn.D[1] to Xd': ['fmov {X:Rd}, {fixedlane:Rn:d:1}'],
  'FMOV (general), Xn to Vd.D[1]': ['fmov {fixedlane:Rd:d:1}, {X:Rn}'],
  'DUP (element)': ['dup {V:Rd:I}, {lane5:Rn}'],
  'DUP (general)': ['dup {V:Rd:I:alone}, {W:Rn} ; !imm5IsD', 'dup {V:Rd:I:alone}, {X:Rn} ; imm5IsD'],
  SMOV: ['smov {R:Rd:Q}, {lane5:Rn}'],
  UMOV: ['mov {R:Rd:Q}, {lane5:Rn} ; imm5IsSOrD', 'umov {R:Rd:Q}, {lane5:Rn}'],
  'INS (general)': [
    'mov {lane5:Rd}, {W:Rn} ; !imm5IsD',
    'mov {lane5:Rd}, {X:Rn} ; imm5IsD',
    '~ins {lane5:Rd}, {W:Rn} ; !imm5IsD',
    '~ins {lane5:Rd}, {X:Rn} ; imm5IsD',
  ],
  'INS (element)': ['mov {lane5:Rd}, {lane4}', '~ins {lane5:Rd}, {lane4}'],
  'DUP (element), scalar': ['mov {Sc:Rd:isize}, {lane5:Rn}', '~dup {Sc:Rd:isize}, {lane5:Rn}'],
  'UZP1, UZP2, TRN1, TRN2, ZIP1, ZIP2': ['<op:-|uzp|trn|zip><part:1|2> {V:Rd:T}, {V:Rn:T}, {V:Rm:T}'],
  EXT: ['ext {V:Rd:B}, {V:Rn:B}, {V:Rm:B}, {uimm:imm4:4}'],
  'TBL, TBX': [1, 2, 3, 4].map((count) => `<op:tbl|tbx> {V:Rd:B}, {vlist:Rn:${count}:16b}, {V:Rm:B} ; len=${count - 1}`),
  'MOVI, 64-bit': ['movi {D:Rd}, {bytemask} ; Q=0', 'movi {V:Rd:2d}, {bytemask} ; Q=1'],
  'MOVI, 8-bit': ['movi {V:Rd:B}, {imm8}'],
  'FMOV (vector, immediate), single-precision': ['fmov {V:Rd:S}, {vfpimm}'],
  'FMOV (vector, immediate), double-precision': ['fmov {V:Rd:2d}, {vfpimm} ; Q=1'],
};

/** MOVI, MVNI, ORR and BIC with a shifted byte. */
function modifiedImmediate(row: Named): string[] {
  const name = mnemonics(row)[0]!.replace(/ .*/, '');
  if (row.name.includes('shifting ones')) return [`${name} {V:Rd:S}, {imm8}, {mslimm}`];
  return row.name.includes('16-bit') ? [`${name} {V:Rd:H}, {imm8}{, lslimm:8}`] : [`${name} {V:Rd:S}, {imm8}{, lslimm:24}`];
}

/** op of the multiple-structure loads: how many registers, and whether their lanes are interleaved. */
const STRUCTURES: readonly { op: number; name: number; count: number }[] = [
  { op: 0, name: 4, count: 4 },
  { op: 2, name: 1, count: 4 },
  { op: 4, name: 3, count: 3 },
  { op: 6, name: 1, count: 3 },
  { op: 7, name: 1, count: 1 },
  { op: 8, name: 2, count: 2 },
  { op: 10, name: 1, count: 2 },
];

/** An address: plain, or post-indexed by the bytes moved or by a register. */
const addressed = (text: string, postIndexed: boolean, bytes: string, conditions: string): string[] =>
  postIndexed
    ? [`${text}, [{Xsp:Rn}], {${bytes}} ; Rm=31 ${conditions}`, `${text}, [{Xsp:Rn}], {X:Rm} ; Rm!=31 ${conditions}`]
    : [`${text}, [{Xsp:Rn}] ; ${conditions}`];

function structures(row: Named): string[] {
  const post = row.name.includes('post-indexed');
  if (row.name.includes('multiple'))
    return STRUCTURES.flatMap(({ op, name, count }) =>
      addressed(`<L:st|ld>${name} {vlist:Rt:${count}:E}`, post, `listbytes:${count}`, `op=${op}`),
    );
  const counts = [1, 2, 3, 4];
  const selects = (count: number): string => `o0=${(count - 1) >> 1} R=${(count - 1) & 1}`;
  if (row.name.startsWith('LD1R'))
    return counts.flatMap((count) =>
      addressed(`ld${count}r {vlist:Rt:${count}:T}`, post, `replicatebytes:${count}`, selects(count)),
    );
  return counts.flatMap((count) =>
    ['b', 'h', 's', 'd'].flatMap((letter, size) =>
      addressed(
        `<L:st|ld>${count} {lanelist:Rt:${count}:${letter}}{laneindex:${size}}`,
        post,
        `lanebytes:${count}:${size}`,
        `${selects(count)} scale=${Math.min(size, 2)}${size === 3 ? ' S=0' : ''}`,
      ),
    ),
  );
}

/** The groups in the order in which they are tried, by what their encodings have in common. */
const GROUPS: readonly [RegExp, (row: Named) => string[]][] = [
  [/00110[01] [01] L?/, structures],
  [/0111100000/, modifiedImmediate],
  [/sz:1 1 Rm:5 \d{5} 1 /, fpThreeSame],
  [/0111[01] 1?[01]? ?size:2 1 Rm:5 \d{5} 1 |11110 size:2 1 Rm:5 \d{5} 1 /, threeSame],
  [/size:2 1 Rm:5 .* 00 Rn/, threeDifferent],
  [/immh:4 immb:3/, shiftImmediate],
  [/1111 size:2 L:1 M:1|1111 1 sz:1 L:1/, byElement],
  [/01110 .*11000 \d{5} 10 .*|11110 .* 11000 \d{5} 10/, (row) => (row.name.startsWith('F') ? fpTwoMisc(row) : acrossLanes(row))],
  [/10000 \d{5} 10 /, (row) => (/^(F|SCVTF|UCVTF)/.test(row.name) ? fpTwoMisc(row) : twoMisc(row))],
];

/** The templates of a floating-point or vector row; undefined if its group is not known. */
export function vectorAsm(row: Named): readonly string[] | undefined {
  return BY_NAME[row.name] ?? GROUPS.find(([pattern]) => pattern.test(row.bits))?.[1](row);
}

/** Gives rows their syntax, where they have none of their own. */
export const withVectorSyntax = (rows: readonly Row[]): Row[] =>
  rows.map((row) => {
    const asm = row.asm ?? vectorAsm(row);
    return asm ? { ...row, asm } : row;
  });
