/**
 * Templates of the load and store rows, which share their mnemonics: `ldr`, `ldur` and `ldtr` differ by a letter and by how the address
 * is written.
 */

/** How an address is written, given log2 of the access size in bytes. */
type Address = (scale: number) => string;

const UNSIGNED_OFFSET: Address = (scale) => `[{Xsp:Rn}{, scaled:imm12:12:${scale}}]`;
const UNSCALED_OFFSET: Address = () => '[{Xsp:Rn}{, simm:imm9:9}]';
const POST_INDEX: Address = () => '[{Xsp:Rn}], {simm:imm9:9}';
const PRE_INDEX: Address = () => '[{Xsp:Rn}, {simm:imm9:9}]!';
const REGISTER_OFFSET: Address = (scale) => `[{Xsp:Rn}, {offset:${scale}}]`;

const SIZES = ['b', 'h', '', ''];

/** Integer loads and stores by size and opc; `letter` is '', 'u' (unscaled) or 't' (unprivileged). */
function integer(letter: string, address: Address, condition = ''): string[] {
  const when = (size: number, more: string): string => `; size=${size} ${condition} ${more}`;
  const templates = [0, 1, 2, 3].map((size) => {
    const register = size === 3 ? 'X' : 'W';
    return `<opc:st|ld>${letter}r${SIZES[size]} {${register}:Rt}, ${address(size)} ${when(size, '')}`;
  });
  for (const size of [0, 1]) templates.push(`ld${letter}rs${SIZES[size]} {<opc:-|-|X|W>:Rt}, ${address(size)} ${when(size, '')}`);
  templates.push(`ld${letter}rsw {X:Rt}, ${address(2)} ${when(2, 'opc=2')}`);
  return templates;
}

/** The same for scalar vector registers. */
function vector(letter: string, address: Address): string[] {
  const templates = ['B', 'H', 'S', 'D'].map(
    (register, size) => `<opc:st|ld>${letter}r {${register}:Rt}, ${address(size)} ; V=1 size=${size}`,
  );
  return [...templates, `<opc:-|-|st|ld>${letter}r {Q:Rt}, ${address(4)} ; V=1 size=0`];
}

const prefetch = (name: string, address: Address): string => `${name} {prefetch}, ${address(3)} ; V=0 size=3 opc=2`;

/** The `~` templates let LDR and STR take offsets that only LDUR and STUR can encode. */
const assemblerOnly = (templates: string[]): string[] => templates.map((template) => `~${template}`);

export const LOADS_UNSIGNED = [
  ...integer('', UNSIGNED_OFFSET, 'V=0'),
  ...vector('', UNSIGNED_OFFSET),
  prefetch('prfm', UNSIGNED_OFFSET),
];
export const LOADS_UNSCALED = [
  ...integer('u', UNSCALED_OFFSET, 'V=0'),
  ...vector('u', UNSCALED_OFFSET),
  prefetch('prfum', UNSCALED_OFFSET),
  ...assemblerOnly([...integer('', UNSCALED_OFFSET, 'V=0'), ...vector('', UNSCALED_OFFSET), prefetch('prfm', UNSCALED_OFFSET)]),
];
export const LOADS_POST_INDEX = [...integer('', POST_INDEX, 'V=0'), ...vector('', POST_INDEX)];
export const LOADS_PRE_INDEX = [...integer('', PRE_INDEX, 'V=0'), ...vector('', PRE_INDEX)];
export const LOADS_UNPRIVILEGED = integer('t', UNSCALED_OFFSET);
export const LOADS_REGISTER = [
  ...integer('', REGISTER_OFFSET, 'V=0'),
  ...vector('', REGISTER_OFFSET),
  prefetch('prfm', REGISTER_OFFSET),
];

/** LDP and STP: mode 0 no-allocate, 1 post-index, 2 offset, 3 pre-index. */
export const PAIRS: string[] = [
  { registers: 'W', scale: 2, when: 'V=0 opc=0' },
  { registers: 'X', scale: 3, when: 'V=0 opc=2' },
  { registers: 'S', scale: 2, when: 'V=1 opc=0' },
  { registers: 'D', scale: 3, when: 'V=1 opc=1' },
  { registers: 'Q', scale: 4, when: 'V=1 opc=2' },
].flatMap(({ registers, scale, when }) => pair('<L:st|ld>', registers, scale, when));
PAIRS.push(...pair('<L:-|ld>', 'X', 2, 'V=0 opc=1', 'sw').filter((template) => !template.includes('mode=0')));

function pair(verb: string, register: string, scale: number, when: string, suffix = ''): string[] {
  const registers = `{${register}:Rt}, {${register}:Rt2}`;
  const offset = `{, simm:imm7:7:${scale}}`;
  return [
    `${verb}np ${registers}, [{Xsp:Rn}${offset}] ; mode=0 ${when}`,
    `${verb}p${suffix} ${registers}, [{Xsp:Rn}${offset}] ; mode=2 ${when}`,
    `${verb}p${suffix} ${registers}, [{Xsp:Rn}], {simm:imm7:7:${scale}} ; mode=1 ${when}`,
    `${verb}p${suffix} ${registers}, [{Xsp:Rn}, {simm:imm7:7:${scale}}]! ; mode=3 ${when}`,
  ];
}

/** LDRAA and LDRAB, with writeback if W is set. */
export const AUTHENTICATED_LOADS = [
  'ldra<M:a|b> {X:Rt}, [{Xsp:Rn}{, simm10}] ; W=0',
  'ldra<M:a|b> {X:Rt}, [{Xsp:Rn}{, simm10}]! ; W=1',
];

/** LDADD and its relatives, which have a name without the old value when it is discarded. */
export function atomicAsm(name: string, fields = ''): string[] {
  return ['b', 'h', '', ''].flatMap((suffix, size) => {
    const register = size === 3 ? 'X' : 'W';
    const order = '<A.R:|l|a|al>';
    const discarded = name.startsWith('ld')
      ? [`st${name.slice(2)}<R:|l>${suffix} {${register}:Rs}, [{Xsp:Rn}] ; size=${size} A=0 Rt=31 ${fields}`]
      : [];
    return [...discarded, `${name}${order}${suffix} {${register}:Rs}, {${register}:Rt}, [{Xsp:Rn}] ; size=${size} ${fields}`];
  });
}
