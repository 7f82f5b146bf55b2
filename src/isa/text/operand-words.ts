import type { Part } from './syntax';

/**
 * Operands as people read them, near to how the manual writes them: `<Xd>`, `<Xn|SP>`, `#<imm>`. `<Rd>` is an X register or a W register, the same
 * kind for all of an instruction; `<Vd>.<T>` a vector with its arrangement.
 */

/** `Rt2` → `t2`. */
const short = (field: string | undefined): string => (field ?? '').replace(/^R/, '');

/** Arrangements that are the same whatever the fields say. */
const FIXED = /^(?:2d|4s|2h|8h|16b|1q)$/;
const suffixed = (name: string, kind: string | undefined, index = ''): string =>
  kind && FIXED.test(kind) ? `${name}.${kind.toUpperCase()}${index}` : `${name}.<T>${index}`;

const range = (name: string, bits: string | undefined): string => `#<${name} 0…${2 ** Number(bits) - 1}>`;

type Words = (...args: readonly string[]) => string;

const general =
  (letter: string, stackPointer = ''): Words =>
  (field) =>
    `<${letter}${short(field)}${stackPointer}>`;

const OPERANDS: Readonly<Record<string, Words>> = {
  W: general('W'),
  X: general('X'),
  R: general('R'),
  Wsp: general('W', '|WSP'),
  Xsp: general('X', '|SP'),
  Rsp: general('R', '|SP'),
  B: general('B'),
  H: general('H'),
  S: general('S'),
  D: general('D'),
  Q: general('Q'),
  next: (field) => `<R${short(field)}+1>`,
  Sc: (field) => `<V><${short(field)}>`,
  V: (field, kind) => suffixed(`<V${short(field)}>`, kind),
  vlist: (field, count, kind) =>
    `{ ${Array.from({ length: Number(count) }, (_, i) => suffixed(`<V${short(field)}${i ? `+${i}` : ''}>`, kind)).join(', ')} }`,
  lanelist: (field, count, letter) =>
    `{ ${Array.from({ length: Number(count) }, (_, i) => `<V${short(field)}${i ? `+${i}` : ''}>.${letter!.toUpperCase()}`).join(', ')} }`,
  laneindex: () => '[<index>]',
  lane5: (field) => `<V${short(field)}>.<Ts>[<index>]`,
  lane4: () => '<Vn>.<Ts>[<index2>]',
  lane2: () => '<Vm>.S[<index>]',
  fourbytes: () => '<Vm>.4B[<index>]',
  twohalves: () => '<Vm>.2H[<index>]',
  element: () => '<Vm>.<Ts>[<index>]',
  fpelement: () => '<Vm>.<Ts>[<index>]',
  halfelement: () => '<Vm>.H[<index>]',
  pairelement: () => '<Vm>.<Ts>[<index>]',
  fixedlane: (field, letter, index) => `<V${short(field)}>.${letter!.toUpperCase()}[${index}]`,
  label: () => '<label>',
  adr: () => '<label>',
  adrp: () => '<label>',
  imm12: () => '#<imm 0…4095>{, LSL #12}',
  negimm12: () => '#-<imm 0…4095>{, LSL #12}',
  bitmask: () => '#<bit pattern>',
  movbitmask: () => '#<bit pattern>',
  notbitmask: () => '#<bit pattern>',
  movz: () => '#<imm>',
  movn: () => '#<imm>',
  wide: () => '#<imm 0…65535>{, LSL #<shift>}',
  uimm: (field, width) => range(field === 'b40' ? 'bit' : field!, width),
  hex: (field, width) => (field === 'nzcv' ? '#<nzcv>' : range('imm', width)),
  scaled: (_field, width, shift) => `#<offset 0…${(2 ** Number(width) - 1) << Number(shift)}>`,
  simm: (_field, width, shift = '0') =>
    `#<offset ${-(2 ** (Number(width) - 1)) * 2 ** Number(shift)}…${(2 ** (Number(width) - 1) - 1) * 2 ** Number(shift)}>`,
  simm10: () => '#<offset -4096…4088>',
  bitnumber: () => '#<bit>',
  shr: () => '#<shift>',
  shl: () => '#<shift>',
  insert: () => '#<lsb>, #<width>',
  extract: () => '#<lsb>, #<width>',
  shift: () => 'LSL|LSR|ASR|ROR #<amount>',
  shift3: () => 'LSL|LSR|ASR #<amount>',
  extended: () => '<Rm>{, <extend> #<0…4>}',
  offset: (scale) => `<Wm|Xm>{, LSL|UXTW|SXTW|SXTX #${scale}}`,
  cond: () => '<cond>',
  invcond: () => '<cond>',
  sysreg: () => '<system register>',
  creg: (field) => `<C${field!.replace('CR', '')}>`,
  barrier: () => '<option>',
  option: () => '#<imm>',
  prefetch: () => '<prefetch operation>',
  hint: () => '#<imm 0…127>',
  shrv: () => '#<shift>',
  shlv: () => '#<shift>',
  listbytes: () => '#<bytes>',
  lanebytes: () => '#<bytes>',
  replicatebytes: () => '#<bytes>',
  imm8: () => '#<imm 0…255>',
  lslimm: () => 'LSL #<amount>',
  mslimm: () => 'MSL #<amount>',
  bytemask: () => '#<mask of bytes>',
  fpimm: () => '#<number>',
  vfpimm: () => '#<number>',
  zero: () => '#0.0',
  zeroint: () => '#0',
  lanewidth: () => '#<width of a lane>',
  fbits: () => '#<fraction bits>',
  halffbits: () => '#<fraction bits>',
  rotation: () => '#<degrees>',
};

/** The operands of a form. Throws if a codec has no words. */
export function operandsInWords(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if ('text' in part) return part.text;
      const words = OPERANDS[part.name];
      if (!words) throw new Error(`The operand "${part.name}" has no words: write them in operand-words.ts.`);
      const text = words(...part.args);
      return part.optional ? `{, ${text}}` : text;
    })
    .join('');
}
