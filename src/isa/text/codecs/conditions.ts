import { bind, type Codec, type CodecMaker } from './codec';

/** Condition codes by number. */
export const CONDITIONS: readonly string[] = [
  'eq',
  'ne',
  'cs',
  'cc',
  'mi',
  'pl',
  'vs',
  'vc',
  'hi',
  'ls',
  'ge',
  'lt',
  'gt',
  'le',
  'al',
  'nv',
];
const OTHER_NAMES: Readonly<Record<string, number>> = { hs: 2, lo: 3 };

/** A condition; `inverted` for aliases that are written with the opposite one (CSET, CINC, …), which AL and NV do not have. */
function condition(inverted: boolean): Codec {
  return {
    print: (f) => (inverted ? (f.cond! < 14 ? CONDITIONS[f.cond! ^ 1] : undefined) : CONDITIONS[f.cond!]),
    parse: (c, b) => {
      const name = c.word() ?? '';
      const code = OTHER_NAMES[name] ?? CONDITIONS.indexOf(name);
      if (code < 0) return `"${name}" is not a condition`;
      if (inverted && code >= 14) return `"${name}" cannot be used here`;
      return bind(b, { cond: inverted ? code ^ 1 : code });
    },
  };
}

export const conditionCodecs: Record<string, CodecMaker> = {
  cond: () => condition(false),
  invcond: () => condition(true),
};
