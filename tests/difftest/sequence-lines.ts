import type { Random } from './random';
import type { OracleAge } from './rules';
import { COMMON } from './sequence-words';

/** Lines of assembly for random programs that need to know nothing of the program but where to go, or which register has an address. */

export const CONDITIONS = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le'] as const;
/** Words of 64 bits at the label `literals`. */
export const LITERALS = 8;
const LITERAL_BYTES = 8;

const target = (random: Random): number => random.below(COMMON);

/** A load of a literal, or its address. */
export function literalLine(random: Random): string {
  const at = `literals + ${random.below(LITERALS - 1) * LITERAL_BYTES}`;
  return random.pick([
    `ldr x${target(random)}, ${at}`,
    `ldr w${target(random)}, ${at}`,
    `ldrsw x${target(random)}, ${at}`,
    `ldr ${random.pick(['s', 'd', 'q'])}${random.below(32)}, ${at}`,
    `adr x${target(random)}, ${at}`,
  ]);
}

/** An access within 128 bytes of a base register. */
export function neighbourLine(random: Random, base: string): string {
  const size = random.below(4);
  const offset = (random.below(12) - 4) << size;
  const register = target(random);
  const at = `[${base}, #${offset}]`;
  const pair = `[${base}, #${(random.below(16) - 8) << 3}]`;
  return random.pick([
    `${['ldurb', 'ldurh', 'ldur', 'ldur'][size]} ${size === 3 ? 'x' : 'w'}${register}, ${at}`,
    `${['sturb', 'sturh', 'stur', 'stur'][size]} ${size === 3 ? 'x' : 'w'}${register}, ${at}`,
    `${['ldursb', 'ldursh', 'ldursw', 'ldur'][size]} x${register}, ${at}`,
    `ldp x${register}, x${COMMON}, ${pair}`,
    `stp x${register}, x${target(random)}, ${pair}`,
    `${random.pick(['ldur', 'stur'])} ${['b', 'h', 's', 'd'][size]}${random.below(32)}, ${at}`,
    `${random.pick(['ldur', 'stur'])} q${random.below(32)}, ${at}`,
  ]);
}

/** Now and then one that always holds, where that can be written. */
const condition = (random: Random): string => (random.oneIn(12) ? random.pick(['al', 'nv']) : random.pick(CONDITIONS));

/** Operands of what sets flags, or asks for them: of one width, the sources often the same. */
function operands(random: Random): Record<'w' | 'd' | 'n' | 'm', string> {
  const w = random.pick(['x', 'w']);
  const [n, d] = [target(random), target(random)];
  const m = random.oneIn(4) ? n : target(random);
  return { w, d: `${w}${d}`, n: `${w}${n}`, m: `${w}${m}` };
}

/** What sets flags. */
export function flagSetter(random: Random): string {
  const { d, n, m } = operands(random);
  return random.pick([
    `subs ${d}, ${n}, ${m}`,
    `adds ${d}, ${n}, ${m}`,
    `ands ${d}, ${n}, ${m}`,
    `cmp ${n}, #${random.below(4)}`,
    `cmp ${n}, #${random.below(4)}`,
    `cmn ${n}, ${m}, lsl #${random.below(32)}`,
    `adcs ${d}, ${n}, ${m}`,
    `sbcs ${d}, ${n}, ${m}`,
    `fcmp d${random.below(32)}, d${random.below(32)}`,
    `ccmp ${n}, ${m}, #${random.below(16)}, ${condition(random)}`,
  ]);
}

/** What asks for flags. */
export function flagUser(random: Random): string {
  const { w, d, n, m } = operands(random);
  return random.pick([
    `csel ${d}, ${n}, ${m}, ${condition(random)}`,
    `csinc ${d}, ${n}, ${m}, ${condition(random)}`,
    `csetm ${d}, ${random.pick(CONDITIONS)}`,
    `adc ${d}, ${n}, ${m}`,
    `ccmn ${n}, #${random.below(32)}, #${random.below(16)}, ${condition(random)}`,
    `fcsel d${random.below(32)}, d${random.below(32)}, d${random.below(32)}, ${condition(random)}`,
    `mrs x${d.slice(w.length)}, nzcv`,
  ]);
}

/** A branch on a condition, now and then behind a comparison. */
export function branchLines(random: Random, to: string, age: OracleAge): string[] {
  const w = random.pick(['x', 'w']);
  if (random.oneIn(4)) {
    const n = target(random);
    const m = random.oneIn(4) ? n : target(random);
    return [`${random.pick(['cmp', 'cmn', 'tst'])} ${w}${n}, ${w}${m}`, `b.${random.pick(CONDITIONS)} ${to}`];
  }
  return [
    random.pick([
      `b.${random.pick(CONDITIONS)} ${to}`,
      `${age === 'newer' ? 'bc' : 'b'}.${random.pick(CONDITIONS)} ${to}`,
      `${random.pick(['cbz', 'cbnz'])} ${w}${target(random)}, ${to}`,
      `${random.pick(['tbz', 'tbnz'])} ${w}${target(random)}, #${random.below(w === 'x' ? 64 : 32)}, ${to}`,
    ]),
  ];
}
