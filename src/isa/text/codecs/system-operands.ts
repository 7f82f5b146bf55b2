import { REGISTER_KEYS, registerName, SYSTEM_INSTRUCTIONS } from '../../system-registers';
import { bind, type Codec, type CodecMaker, hex, readNumber } from './codec';

/** System registers, barrier options, prefetch operations and the names of hints. */

/** MRS and MSR: the register by its name, or as S<op0>_<op1>_C<CRn>_C<CRm>_<op2>. */
function systemRegister(write: boolean): Codec {
  return {
    print: (f) => {
      const key = ((2 + f.o0!) << 14) | (f.op1! << 11) | (f.CRn! << 7) | (f.CRm! << 3) | f.op2!;
      return registerName(key, write) ?? `s${2 + f.o0!}_${f.op1}_c${f.CRn}_c${f.CRm}_${f.op2}`;
    },
    parse: (c, b) => {
      const name = c.word() ?? '';
      const generic = /^s([23])_([0-7])_c(\d|1[0-5])_c(\d|1[0-5])_([0-7])$/.exec(name);
      if (generic) {
        const [op0, op1, CRn, CRm, op2] = generic.slice(1).map(Number) as [number, number, number, number, number];
        return bind(b, { o0: op0 - 2, op1, CRn, CRm, op2 });
      }
      const key = REGISTER_KEYS.get(name);
      if (key === undefined) return `"${name}" is not a system register`;
      return bind(b, { o0: (key >> 14) & 1, op1: (key >> 11) & 7, CRn: (key >> 7) & 15, CRm: (key >> 3) & 15, op2: key & 7 });
    },
  };
}

/** `C7`: CRn and CRm of SYS. */
const controlRegister = (field: string): Codec => ({
  print: (f) => `C${f[field]}`,
  parse: (c, b) => {
    const found = c.match(/[cC](\d|1[0-5])(?!\w)/y);
    return found ? bind(b, { [field]: Number(found[1]) }) : 'expected C0 to C15';
  },
});

const BARRIERS: Readonly<Record<number, string>> = {
  1: 'oshld',
  2: 'oshst',
  3: 'osh',
  5: 'nshld',
  6: 'nshst',
  7: 'nsh',
  9: 'ishld',
  10: 'ishst',
  11: 'ish',
  13: 'ld',
  14: 'st',
  15: 'sy',
};

const barrier: Codec = {
  print: (f) => BARRIERS[f.CRm!] ?? `#0x${f.CRm!.toString(16).padStart(2, '0')}`,
  parse: (c, b) => {
    const start = c.at;
    const name = c.word();
    const known = Object.entries(BARRIERS).find(([, text]) => text === name);
    if (known) return bind(b, { CRm: Number(known[0]) });
    c.at = start;
    const value = readNumber(c, 0n, 15n, 'barrier option');
    return typeof value === 'string' ? value : bind(b, { CRm: Number(value) });
  },
};

/** The option of ISB and CLREX: 15 unless told. */
const option: Codec = {
  print: (f) => `#${hex(f.CRm!)}`,
  parse: (c, b) => {
    c.match(/sy(?!\w)/iy);
    if (c.atEnd()) return bind(b, { CRm: 15 });
    const value = readNumber(c, 0n, 15n, 'option');
    return typeof value === 'string' ? value : bind(b, { CRm: Number(value) });
  },
};

const PREFETCH_TYPES = ['pld', 'pli', 'pst'];
const PREFETCH_POLICIES = ['keep', 'strm'];

const prefetch: Codec = {
  print: (f) => {
    const type = PREFETCH_TYPES[f.Rt! >> 3];
    const level = (f.Rt! >> 1) & 3;
    return type && level < 3
      ? `${type}l${level + 1}${PREFETCH_POLICIES[f.Rt! & 1]}`
      : `#0x${f.Rt!.toString(16).padStart(2, '0')}`;
  },
  parse: (c, b) => {
    const found = c.match(/(pld|pli|pst)l([123])(keep|strm)(?!\w)/iy);
    if (found) {
      const type = PREFETCH_TYPES.indexOf(found[1]!.toLowerCase());
      const policy = PREFETCH_POLICIES.indexOf(found[3]!.toLowerCase());
      return bind(b, { Rt: (type << 3) | ((Number(found[2]) - 1) << 1) | policy });
    }
    const value = readNumber(c, 0n, 31n, 'prefetch operation');
    return typeof value === 'string' ? value : bind(b, { Rt: Number(value) });
  },
};

/** The number of a hint, CRm:op2. */
const hint: Codec = {
  print: (f) => `#${hex((f.CRm! << 3) | f.op2!)}`,
  parse: (c, b) => {
    const value = readNumber(c, 0n, 127n, 'hint');
    return typeof value === 'string' ? value : bind(b, { CRm: Number(value) >> 3, op2: Number(value) & 7 });
  },
};

export const systemCodecs: Record<string, CodecMaker> = {
  sysreg: (direction) => systemRegister(direction === 'write'),
  creg: (field) => controlRegister(field!),
  barrier: () => barrier,
  option: () => option,
  prefetch: () => prefetch,
  hint: () => hint,
};

const HINTS: Readonly<Record<number, string>> = {
  0: 'nop',
  1: 'yield',
  2: 'wfe',
  3: 'wfi',
  4: 'sev',
  5: 'sevl',
  // FEAT_DGH: objdump prints the number unless it is told of the extension.
  6: '~dgh',
  16: 'esb',
  17: 'psb csync',
  18: 'tsb csync',
  20: 'csdb',
  22: 'clearbhb',
};

/** Templates of the HINT row: every hint that has a name and no row of its own, also of extensions that are NOPs here. */
export const HINT_ASM: readonly string[] = [
  ...Object.entries(HINTS).map(([code, name]) => `${name} ; CRm=${Number(code) >> 3} op2=${Number(code) & 7}`),
  'hint {hint}',
];

/** Templates of the SYS row for IC, DC, AT and TLBI. */
export const SYSTEM_INSTRUCTION_ASM: readonly string[] = SYSTEM_INSTRUCTIONS.map(
  ({ mnemonic, name, key, takesRegister }) =>
    `${mnemonic} ${name}${takesRegister ? ', {X:Rt}' : ''} ; L=0 op1=${key >> 11} CRn=${(key >> 7) & 15} CRm=${(key >> 3) & 15} op2=${key & 7}${takesRegister ? '' : ' Rt=31'}`,
);
