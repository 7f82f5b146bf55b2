import { Random } from '../difftest/random';
import {
  buildTables,
  DESCRIPTOR,
  firstLevel,
  shiftOf,
  TEST_GRANULES,
  type TestGranule,
  testGranuleOf,
  txszOf,
} from './page-tables';
import { HIGH_BASE, type Mapping, PLACE, type Program, type Step } from './program';

/**
 * Random programs. All of a program follows from its seed. What the oracle has and we do not promise, and what the architecture leaves
 * open, is not generated: see known-differences.ts for what is left.
 */

const bit = (n: number): bigint => 1n << BigInt(n);
const mask = (bits: number): bigint => bit(bits) - 1n;

/** MAIR_EL1 attributes without Tagged memory; the first four are Device memory. */
const DEVICE = [0x00n, 0x04n, 0x08n, 0x0cn] as const;
const NORMAL = [0x44n, 0xffn, 0xffn, 0xffn, 0xbbn, 0x4fn, 0xf4n, 0x77n] as const;

const SCTLR_FIXED = 0x3050_1805n;
const SCTLR = {
  A: bit(1),
  SA: bit(3),
  SA0: bit(4),
  UMA: bit(9),
  DZE: bit(14),
  UCT: bit(15),
  WXN: bit(19),
  SPAN: bit(23),
  UCI: bit(26),
};
/** SCTLR_EL1.EnDB, EnDA, EnIB, EnIA. */
const KEY_ENABLES = [bit(13), bit(27), bit(30), bit(31)] as const;
/** SCTLR_EL1.BT0 and BT1. */
const LANDING_CONTROLS = [bit(35), bit(36)] as const;
const SPSR = { N: 31, EL1H: 5n, EL1T: 4n, EL0: 0n, PAN: bit(22), UAO: bit(23), IL: bit(20) };

interface Draft {
  readonly random: Random;
  readonly monitorHigh: boolean;
  tcr: bigint;
  mair: bigint;
  sctlr: bigint;
  /** No access of Device memory is possible: misaligned ones are defined. */
  normalOnly: boolean;
  /** TCR_EL1.HD may be set. The oracle's AT makes pages dirty, which it must not (AArch64.SetDirtyFlag): there is no AT for writing then. */
  readonly hardwareDirty: boolean;
  /** The program's half may be switched to an empty table and another ASID: TLBI is for all ASIDs then. */
  readonly switching: boolean;
  readonly mappings: Mapping[];
  /** Virtual addresses worth an access: all in or near the data, whatever maps them. */
  readonly addresses: bigint[];
}

/** TxSZ of the program's own half: at the limits more often, now and then beyond. With 64 KiB, 12 to 15 are FEAT_LVA's. */
function randomTxsz(random: Random, granule: TestGranule): number {
  const most = granule.page === 16 ? 47 : 48;
  if (random.oneIn(24)) return random.pick([0, 5, most + 1, 55, 63]);
  if (random.oneIn(4)) return random.pick([16, 25, 28, 34, 39, most]);
  return 16 + random.below(most - 15);
}

function randomTcr(random: Random, monitorHigh: boolean, hardwareDirty: boolean): bigint {
  const fields = (high: boolean): bigint => {
    const isMonitor = high === monitorHigh;
    const granule = random.pick(TEST_GRANULES);
    const txsz = isMonitor ? 16 + random.below(18) : randomTxsz(random, granule);
    const tg = !isMonitor && random.oneIn(24) ? (high ? 0n : 3n) : granule.tg[high ? 1 : 0];
    // Cacheability and shareability of walks: nothing to be seen.
    const cached = BigInt(random.below(64)) << 8n;
    const epd = !isMonitor && random.oneIn(16) ? bit(7) : 0n;
    const low = BigInt(txsz) | epd | cached;
    const shifted = high ? (low << 16n) | (tg << 30n) : low | (tg << 14n);
    const often = (n: number, field: number): bigint => (random.oneIn(n) ? bit(field + (high ? 1 : 0)) : 0n);
    return shifted | often(2, 37) | often(8, 55) | often(4, 41) | often(4, 51);
  };
  const asid = (random.oneIn(2) ? bit(36) : 0n) | (random.oneIn(2) ? bit(22) : 0n);
  const byHardware = (random.oneIn(2) ? bit(39) : 0n) | (hardwareDirty && !random.oneIn(4) ? bit(40) : 0n);
  return fields(false) | fields(true) | asid | byHardware | (BigInt(random.below(3)) << 32n);
}

function randomMair(random: Random, normalOnly: boolean): bigint {
  let mair = 0xffn << 56n;
  for (let i = 0; i < 7; i++) mair |= random.pick(normalOnly || random.oneIn(2) ? NORMAL : DEVICE) << BigInt(8 * i);
  return mair;
}

function randomSctlr(random: Random, normalOnly: boolean): bigint {
  let sctlr = SCTLR_FIXED;
  for (const field of [SCTLR.UMA, SCTLR.DZE, SCTLR.UCT, SCTLR.SPAN, SCTLR.UCI, SCTLR.SA, SCTLR.SA0])
    if (random.oneIn(2)) sctlr |= field;
  for (const field of LANDING_CONTROLS) if (random.oneIn(2)) sctlr |= field;
  for (const field of KEY_ENABLES) if (!random.oneIn(5)) sctlr |= field;
  if (random.oneIn(4)) sctlr |= SCTLR.WXN;
  if (normalOnly && random.oneIn(4)) sctlr |= SCTLR.A;
  return sctlr;
}

/** An offset into the data where a page of 4 KiB begins; the last one is left out, so that an access may run over the end of its page. */
const dataPage = (random: Random): bigint => BigInt(random.below(PLACE.dataBytes / 0x1000 - 1)) << 12n;

function randomVa(draft: Draft, high: boolean): bigint {
  const { random, tcr } = draft;
  const inputBits = Math.min(Math.max(64 - txszOf(tcr, high), 16), 48);
  const low = (BigInt(PLACE.data) & mask(30)) + dataPage(random);
  const upper = random.oneIn(3) ? 0n : random.u64() & ~mask(30);
  const input = (upper | low) & mask(inputBits);
  return high ? BigInt.asUintN(64, input - bit(inputBits)) : input;
}

/** Bits of a leaf that are not its address. nT (16) belongs to a feature that ours has not. */
function leafBits(random: Random): bigint {
  let bits = (BigInt(random.below(8)) << 2n) | (BigInt(random.below(4)) << 6n) | (BigInt(random.below(4)) << 8n);
  if (!random.oneIn(6)) bits |= DESCRIPTOR.AF;
  if (random.oneIn(3)) bits |= bit(11);
  if (random.oneIn(2)) bits |= bit(51);
  if (random.oneIn(2)) bits |= bit(50);
  // That a clean page counts as writable for fetches, too, is not so in the oracle (AArch64.S1ApplyOutputPerms): no fetch then.
  if (bits & bit(51) && bits & DESCRIPTOR.READ_ONLY) bits |= bit(53) | bit(54);
  if (random.oneIn(3)) bits |= bit(53);
  if (random.oneIn(3)) bits |= bit(54);
  // Contiguous is a hint.
  if (random.oneIn(6)) bits |= bit(52);
  // Bits for software, and NS, which nothing here looks at.
  return bits | (BigInt(random.below(16)) << 55n) | (random.oneIn(4) ? bit(5) : 0n);
}

function randomLeaf(draft: Draft, granule: TestGranule, level: number): bigint {
  const { random } = draft;
  const shift = shiftOf(granule, level);
  const bits = leafBits(random);
  if (random.oneIn(16)) return bits & ~3n;
  // Reserved: looks like a block where there are none.
  const isPage = level === 3 && !random.oneIn(24);
  let address = BigInt(PLACE.data) + (shift < 17 ? BigInt(random.below(PLACE.dataBytes >>> shift)) << BigInt(shift) : 0n);
  if (random.oneIn(20)) address = BigInt(PLACE.nothing);
  if (random.oneIn(20)) address |= bit(random.pick([33, 37, 41, 45, 47]));
  return (address & ~mask(shift)) | bits | (isPage ? 3n : 1n);
}

function randomMapping(draft: Draft): Mapping | undefined {
  const { random, tcr } = draft;
  const high = random.oneIn(4) ? draft.monitorHigh : !draft.monitorHigh;
  const granule = testGranuleOf(tcr, high);
  const inputBits = 64 - txszOf(tcr, high);
  if (inputBits > 48 || inputBits < 16) return undefined;
  const first = firstLevel(granule, inputBits);
  const possible = [3, ...granule.blocks].filter((level) => level >= first);
  const level = random.pick(random.oneIn(2) ? [3] : possible);
  let tableBits = 0n;
  for (const n of [59, 60, 61, 62]) if (random.oneIn(6)) tableBits |= bit(n);
  // What a table descriptor leaves to software.
  if (random.oneIn(4)) tableBits |= BigInt(random.below(128)) << 52n;
  const va = randomVa(draft, high);
  const lost = random.oneIn(16)
    ? { lostTable: random.oneIn(2) ? BigInt(PLACE.nothing) : bit(random.pick([34, 38, 43, 47])) }
    : {};
  return { high, va, level, leaf: randomLeaf(draft, granule, level), tableBits: tableBits & ~bit(63), ...lost };
}

/**
 * With a top byte that goes by bit 55: where it counts for code and not for data (TCR_EL1.TBID), the oracle fetches from what it has translated for data. That
 * a top byte counts, or does not, is seen in branches to pointers that are signed.
 */
const untagged = (va: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(56, va));

/** Something not quite a mapped address. */
function oddAddress(draft: Draft, va: bigint): bigint {
  const { random } = draft;
  switch (random.below(4)) {
    case 0:
      return va ^ (BigInt(1 + random.below(255)) << 56n);
    case 1:
      return va ^ bit(random.pick([17, 25, 31, 36, 39, 47, 48, 52, 54, 55]));
    case 2:
      return randomVa(draft, random.oneIn(2));
    default:
      return va + 0x1000n;
  }
}

const asidOf = ({ tcr }: Pick<Draft, 'tcr'>, asids: readonly [bigint, bigint]): bigint => asids[tcr & bit(22) ? 1 : 0];

type Fragment = Pick<Step, 'source' | 'at'> & { x?: Partial<Record<number, bigint>>; el?: 0 | 1 };

/** Loads and stores off x0, as [assembly, bytes that must be aligned]. x1 and x2 are data. */
const ACCESSES: readonly (readonly [source: string, size: number])[] = [
  ['ldrb w1, [x0]', 1],
  ['ldrh w1, [x0]', 2],
  ['ldr w1, [x0]', 4],
  ['ldr x1, [x0]', 8],
  ['ldrsw x1, [x0]', 4],
  ['ldp x1, x2, [x0]', 8],
  ['ldr q0, [x0]\n umov x1, v0.d[0]\n umov x2, v0.d[1]', 16],
  ['strb w1, [x0]', 1],
  ['strh w1, [x0]', 2],
  ['str w1, [x0]', 4],
  ['str x1, [x0]', 8],
  ['stp x1, x2, [x0]', 8],
  ['stp w1, w2, [x0]', 4],
  ['ins v0.d[0], x1\n ins v0.d[1], x2\n str q0, [x0]', 16],
  ['ldtrb w1, [x0]', 1],
  ['ldtr x1, [x0]', 8],
  ['sttr x1, [x0]', 8],
  ['sttrh w1, [x0]', 2],
  ['msr uao, #1\n ldtr x1, [x0]\n msr uao, #0\n ldtrsb x2, [x0]', 8],
  ['prfm pldl1keep, [x0]', 8],
];
const ORDERED: readonly (readonly [source: string, size: number])[] = [
  ['ldar x1, [x0]', 8],
  ['stlr w1, [x0]', 4],
  ['ldxr x1, [x0]\n stxr w2, x3, [x0]', 8],
  ['ldaxrb w1, [x0]\n stlxrb w2, w3, [x0]', 1],
  ['ldxp x1, x2, [x0]', 16],
  ['ldadd x1, x2, [x0]', 8],
  ['swpal w1, w2, [x0]', 4],
  ['cas x1, x2, [x0]', 8],
  ['casp x2, x3, x4, x5, [x0]', 16],
  ['dc zva, x0', 1],
];

const REGISTERS = [
  'par_el1',
  'esr_el1',
  'far_el1',
  'elr_el1',
  'spsr_el1',
  'sctlr_el1',
  'tcr_el1',
  'ttbr0_el1',
  'ttbr1_el1',
  'mair_el1',
  'vbar_el1',
  'contextidr_el1',
  'cpacr_el1',
  'tpidr_el0',
  'tpidrro_el0',
  'tpidr_el1',
  'currentel',
  'daif',
  'nzcv',
  'spsel',
  'pan',
  'sp_el0',
  'isr_el1',
  'actlr_el1',
  'afsr0_el1',
  'afsr1_el1',
  'amair_el1',
  'fpcr',
  'fpsr',
] as const;
const WRITES = ['contextidr_el1', 'tpidr_el0', 'tpidrro_el0', 'tpidr_el1', 'far_el1', 'par_el1', 'nzcv', 'sp_el0'] as const;

/** An exception return to the next instruction with x1 as SPSR_EL1. */
const RETURN = 'adr x0, 1f\n msr elr_el1, x0\n msr spsr_el1, x1\n eret\n1:';

/** Keys of pointer authentication: halves of them are written in a step. */
const KEY_REGISTERS = ['apia', 'apib', 'apda', 'apdb', 'apga'].flatMap((name) => [`${name}keylo_el1`, `${name}keyhi_el1`]);
/**
 * Bit 63 of a pointer that is to be signed becomes what bit 55 is: where they differ, the oracle takes the size of the address from one half and the extension from
 * the other (AddPAC goes by one of them).
 */
const inOneHalf = (register: string): string => `ubfx x8, ${register}, #55, #1\n bfi ${register}, x8, #63, #1`;
/** What is done with the pointer in x1 and the modifier in x6. */
const POINTER_OPERATIONS = [
  ...['pac', 'aut'].flatMap((kind) => ['ia', 'ib', 'da', 'db'].map((key) => `${kind}${key} x1, x6`)),
  ...['pac', 'aut'].flatMap((kind) => ['iza', 'izb', 'dza', 'dzb'].map((key) => `${kind}${key} x1`)),
  ...['pacia', 'pacib', 'autia', 'autib'].flatMap((name) => [
    `mov x7, x16\n mov x8, x17\n mov x16, x6\n mov x17, x1\n ${name}1716\n mov x1, x17\n mov x16, x7\n mov x17, x8`,
    `mov x30, x1\n ${name}z\n mov x1, x30`,
    `mov x30, x1\n mov sp, x6\n ${name}sp\n mov x1, x30`,
    `mov sp, x6\n ${name} x1, sp`,
  ]),
  'xpaci x1',
  'xpacd x1',
  'mov x30, x1\n xpaclri\n mov x1, x30',
  'pacga x3, x1, x6',
  'mov sp, x6\n pacga x3, x1, sp',
] as const;
/** Authenticated branches to label 1, with the address in x0 and the modifier in x6: signed with the right key or with another, or changed on the way. */
const POINTER_BRANCHES: readonly (readonly [sign: string, go: string])[] = ['a', 'b'].flatMap((key): [string, string][] => [
  [`paci${key} x0, x6`, `bra${key} x0, x6`],
  [`paciz${key} x0`, `bra${key}z x0`],
  [`paci${key} x0, x6`, `blra${key} x0, x6`],
  [`paciz${key} x0`, `blra${key}z x0`],
  [`mov sp, x6\n paci${key} x0, sp\n mov x30, x0`, `reta${key}`],
  [`mov sp, x6\n paci${key} x0, sp\n msr elr_el1, x0\n msr spsr_el1, x1`, `ereta${key}`],
]);

/** Instructions that an indirect branch may come to, or not; some go on to x3. */
const LANDINGS = {
  nop: 0xd503201fn,
  bti: 0xd503241fn,
  'bti c': 0xd503245fn,
  'bti j': 0xd503249fn,
  'bti jc': 0xd50324dfn,
  paciasp: 0xd503233fn,
  pacibsp: 0xd503237fn,
  autiasp: 0xd50323bfn,
  'hlt #1': 0xd4400020n,
  'svc #1': 0xd4000021n,
  'udf #1': 0x00000001n,
  'ldr x1, [x0]': 0xf9400001n,
} as const;
const GO_ON = { 'br x3': 0xd61f0060n, 'blr x3': 0xd63f0060n, 'ret x3': 0xd65f0060n, brk: 0xd4200000n } as const;

const READ_STAGES = ['s1e1r', 's1e0r', 's1e1rp'] as const;
const STAGES = [...READ_STAGES, 's1e1w', 's1e0w', 's1e1wp'] as const;

class Writer {
  constructor(
    readonly draft: Draft,
    readonly asids: readonly [bigint, bigint],
    readonly ttbrs: readonly [bigint, bigint],
    readonly leaves: readonly (readonly [mapping: Mapping, at: number])[],
  ) {}

  get random(): Random {
    return this.draft.random;
  }

  address(size = 1): bigint {
    const { random, draft } = this;
    const base = random.pick(draft.addresses);
    const offset = random.oneIn(3) ? 0xff0 + random.below(16) : random.below(0x1000);
    const misaligned = draft.normalOnly && random.oneIn(2);
    return BigInt.asUintN(64, base + BigInt(misaligned ? offset : offset - (offset % size)));
  }

  /** The oracle stores the first part of what is more than a register before it looks at the second page: such stores stay in one. */
  private inPage(source: string, address: bigint): bigint {
    const last = 0x1000n - 16n;
    return /stp|str q/.test(source) && (address & 0xfffn) > last ? (address & ~0xfffn) | last : address;
  }

  private inLoop(source: string): string {
    return this.random.oneIn(3) ? ` mov x8, #3\n1: ${source}\n subs x8, x8, #1\n b.ne 1b` : source;
  }

  access(): Fragment {
    const { random, draft } = this;
    const ordered = draft.normalOnly && random.oneIn(3);
    const [source, size] = random.pick(ordered ? ORDERED : ACCESSES);
    // What is ordered or atomic is not misaligned on purpose but where SCTLR_EL1.A makes it fault either way.
    const at = this.address(size);
    const address = ordered ? at - (at % BigInt(size)) : at;
    const other = random.pick(draft.normalOnly ? ACCESSES : ACCESSES.slice(0, 4));
    const second = random.oneIn(3) ? `\n mov x0, x6\n ${other[0]}` : '';
    return {
      source: this.inLoop(source) + second,
      x: { 0: this.inPage(source, address), 6: this.inPage(other[0], this.address(other[1])) },
    };
  }

  stack(): Fragment {
    const { random } = this;
    // The oracle does not check its alignment.
    const at = this.address(16) & ~15n;
    return { source: ` mov sp, x0\n ${random.pick(['ldr x1, [sp]', 'str x1, [sp, #8]', 'ldp x1, x2, [sp]'])}`, x: { 0: at } };
  }

  translate(): Fragment {
    return {
      source: ` at ${this.random.pick(this.draft.hardwareDirty ? READ_STAGES : STAGES)}, x0\n isb\n mrs x1, par_el1`,
      x: { 0: this.address() },
      el: 1,
    };
  }

  /** A leaf is written anew, what may be cached of it is dropped, and it is used. */
  remap(): Fragment {
    const { random, draft } = this;
    if (this.leaves.length === 0) return this.access();
    const [mapping, at] = random.pick(this.leaves);
    const granule = testGranuleOf(draft.tcr, mapping.high);
    const base = draft.monitorHigh ? HIGH_BASE : 0n;
    const page = ((mapping.va >> 12n) & mask(44)) + BigInt(mapping.level < 3 ? random.below(16) : 0);
    const asid = asidOf(draft, this.asids) << 48n;
    const operations = [
      ['vae1', page | asid],
      ['vaae1is', page],
      ['vale1', page | asid],
      ['vaale1', page],
      ['vae1os', page | asid],
      ['rvae1', this.rangeAround(page, granule, mapping.high) | asid],
      ['rvaale1is', this.rangeAround(page, granule, mapping.high)],
      ['vmalle1', 0n],
    ] as const;
    const [name, operand] = random.pick(operations.filter(([one]) => !draft.switching || /aa|vmall/.test(one)));
    const operation = name === 'vmalle1' ? name : `${name}, x5`;
    const [use] = random.pick(draft.normalOnly ? ACCESSES : ACCESSES.slice(0, 5));
    const before = random.oneIn(4) ? 'nop' : use;
    return {
      source: ` mov x0, x4\n ${before}\n str x3, [x6]\n dsb ish\n tlbi ${operation}\n dsb ish\n isb\n mov x0, x4\n ${use}`,
      x: {
        6: base + BigInt(at),
        3: randomLeaf(draft, granule, mapping.level),
        4: mapping.va + BigInt(random.below(256) * 16),
        5: operand,
      },
      el: 1,
    };
  }

  /** Operand of TLBI by range: two granules or more, the page among them. */
  private rangeAround(page: bigint, granule: TestGranule, high: boolean): bigint {
    const { random } = this;
    const own = (high ? page - bit(44) : page) >> BigInt(granule.page - 12);
    // A range that began in the upper half would not end in the lower.
    const base = own === 0n ? own : own - BigInt(random.below(2));
    const scale = random.below(granule.page === 16 ? 3 : 4);
    // The oracle computes the range's bytes in 32 bits.
    const num = random.below(Math.min(2 ** (31 - granule.page - 5 * scale - 1), 32));
    return ((BigInt(granule.page - 10) >> 1n) << 46n) | (BigInt(scale) << 44n) | (BigInt(num) << 39n) | (base & mask(37));
  }

  registers(): Fragment {
    const { random } = this;
    const lines: string[] = [];
    const written = random.oneIn(2) ? random.pick(WRITES) : undefined;
    if (written) lines.push(`msr ${written}, x0`);
    for (let n = 1; n < 4; n++) lines.push(`mrs x${n}, ${random.pick(REGISTERS)}`);
    // What they say is the model's; whether EL0 may ask is SCTLR_EL1's.
    if (random.oneIn(6)) lines.push(`mrs x4, ${random.pick(['ctr_el0', 'dczid_el0'])}`, 'mov x4, #0');
    if (random.oneIn(3)) lines.push(`msr ${random.pick(['daifset, #5', 'daifclr, #15', 'spsel, #0', 'pan, #1', 'pan, #0'])}`);
    // FAR_EL1 is in what the monitor reads; PSTATE in SPSR_EL1.
    const value = random.u64();
    // The oracle keeps bits of it that do not exist.
    return { source: ` ${lines.join('\n ')}`, x: { 0: written === 'contextidr_el1' ? value & mask(32) : value } };
  }

  /** The oracle takes TxSZ below 16 for the least it has, which with 64 KiB is 12 (FEAT_LVA). */
  private signsAlike(): boolean {
    const { tcr } = this.draft;
    return [false, true].every((high) => testGranuleOf(tcr, high).page < 16 || txszOf(tcr, high) >= 16);
  }

  /** Pointers are signed, authenticated, stripped, and used. */
  pointers(): Fragment {
    const { random } = this;
    if (!this.signsAlike()) return this.access();
    const keys = random.oneIn(2) ? [] : [`msr ${random.pick(KEY_REGISTERS)}, x4`, `msr ${random.pick(KEY_REGISTERS)}, x5`];
    const damage = random.oneIn(4) ? ['eor x1, x1, x2'] : [];
    const lines = Array.from({ length: 1 + random.below(4) }, () => `${inOneHalf('x1')}\n ${random.pick(POINTER_OPERATIONS)}`);
    const pointer = random.oneIn(3) ? random.u64() : this.address();
    const flip = bit(random.below(64));
    const what = random.below(4);
    if (what === 0) {
      const key = random.pick(['a', 'b']);
      const offset = (random.below(32) - 16) * 8;
      const back = random.oneIn(2) ? '!' : '';
      const broken = random.oneIn(6) ? ['eor x0, x0, x2'] : [];
      const load = [inOneHalf('x0'), `pacdz${key} x0`, ...broken, `ldra${key} x1, [x0, #${offset}]${back}`];
      const at = (this.address(8) & ~7n) - BigInt(offset);
      // Aligned all the same.
      const aligned = bit(3 + random.below(61));
      return { source: ` ${[...keys, ...load].join('\n ')}`, x: { 0: BigInt.asUintN(64, at), 2: aligned } };
    }
    if (what === 1) {
      const [sign, go] = random.pick(POINTER_BRANCHES);
      const broken = random.oneIn(4) ? ['eor x0, x0, x2', 'eor x30, x30, x2'] : [];
      const branch = ['adr x0, 1f', sign, ...broken, go, 'brk #1', '1: mov x3, x30', 'mov x30, #0'];
      // Away from the monitor, also where the key is not enabled.
      const far = bit(40 + random.below(24));
      return { source: ` ${[...keys, ...branch].join('\n ')}`, x: { 1: this.spsr(random.oneIn(2) ? 1 : 0), 2: far }, el: 1 };
    }
    return { source: ` ${[...keys, ...lines, ...damage, random.pick(lines)].join('\n ')}`, x: { 1: pointer, 2: flip } };
  }

  /** An indirect branch into the data, where a landing place is made and something that goes on from it. */
  landing(): Fragment {
    const { random } = this;
    const at = untagged(this.address(32) & ~31n);
    // Never where such words are, which would go on to themselves.
    const beyond = (random.oneIn(2) ? at : untagged(this.address(32) & ~31n)) + 16n;
    const words = random.pick(Object.values(LANDINGS)) | (random.pick(Object.values(GO_ON)) << 32n);
    const signed = this.signsAlike()
      ? ['braaz x0', 'blraaz x0'].map((branch) => `${inOneHalf('x0')}\n paciza x0\n ${branch}`)
      : [];
    const go = random.pick(['br x0', 'blr x0', 'mov x30, x0\n ret', ...signed]);
    const made = random.oneIn(5) ? [] : ['str x2, [x0]', 'dsb ish', 'ic iallu', 'dsb ish', 'isb'];
    return {
      source: ` ${[...made, go].join('\n ')}`,
      x: { 0: at, 2: words, 3: beyond },
      el: 1,
    };
  }

  exception(): Fragment {
    const { random } = this;
    const word = random.below(0x10000);
    return {
      source: ` ${random.pick([`svc #${word}`, `brk #${word}`, `hlt #${word & 0xfff}`, `.word ${word}`, RETURN])}`,
      x: { 1: this.spsr(random.oneIn(2) ? 1 : 0) },
    };
  }

  cache(): Fragment {
    const { random } = this;
    const operation = random.pick(['dc cvac', 'dc cvau', 'dc civac', 'ic ivau']);
    // What anybody may read: the oracle does not translate the address.
    const base = this.draft.monitorHigh ? HIGH_BASE : 0n;
    return { source: ` ${operation}, x0`, x: { 0: base + BigInt(PLACE.code) } };
  }

  /** A control that does not take the monitor's half away is changed. */
  control(): Fragment {
    const { random, draft } = this;
    const half = draft.monitorHigh ? 0 : 1;
    const [register, flip] = random.pick([
      ['sctlr_el1', SCTLR.WXN],
      ['sctlr_el1', SCTLR.UCI],
      ['sctlr_el1', SCTLR.SPAN],
      ['sctlr_el1', SCTLR.SA | SCTLR.SA0],
      ['sctlr_el1', draft.normalOnly ? SCTLR.A : SCTLR.DZE],
      ['tcr_el1', bit(37 + half)],
      ['tcr_el1', bit(55 + half)],
      ['tcr_el1', bit(51 + half)],
      ['sctlr_el1', random.pick(KEY_ENABLES)],
      ['tcr_el1', bit(half ? 23 : 7)],
      ['tcr_el1', bit(39)],
      ['tcr_el1', bit(draft.hardwareDirty ? 40 : 39)],
      ['tcr_el1', bit(41 + half)],
      ['cpacr_el1', 3n << 20n],
      ['cpacr_el1', 2n << 20n],
    ] as const);
    return {
      source: ` mrs x1, ${register}\n eor x1, x1, x0\n msr ${register}, x1\n isb\n tlbi vmalle1\n dsb ish\n isb${register === 'cpacr_el1' ? '\n fmov x1, d0' : ''}`,
      x: { 0: flip },
      el: 1,
    };
  }

  /** The program's half gets an empty table and another ASID, or its own again. No TLBI is needed. */
  switch(): Fragment {
    const { random, draft } = this;
    const half = draft.monitorHigh ? 0 : 1;
    const other = BigInt(PLACE.emptyTable) | ((this.asids[half] ^ 0x0101n) << 48n);
    const [use, size] = random.pick(draft.normalOnly ? ACCESSES : ACCESSES.slice(0, 4));
    return {
      source: ` msr ttbr${half}_el1, x3\n isb\n ${use}`,
      x: { 0: this.inPage(use, this.address(size)), 3: random.oneIn(2) ? other : this.ttbrs[half] },
      el: 1,
    };
  }

  /** With the MMU off, which the monitor bears in the lower half only: an access of the data by its physical address, and AT. */
  flat(): Fragment {
    const { random, draft } = this;
    if (draft.monitorHigh) return this.access();
    const at = BigInt(PLACE.data) + BigInt(random.below(PLACE.dataBytes - 64) & ~15);
    const tag = draft.tcr & bit(37) ? BigInt(random.below(256)) << 56n : 0n;
    const [use] = random.pick(ACCESSES.filter(([source]) => !/ldtr|sttr|q0/.test(source)));
    const off = 'mrs x5, sctlr_el1\n bic x6, x5, #1\n msr sctlr_el1, x6\n isb';
    return {
      source: ` ${off}\n ${use}\n at ${random.pick(STAGES)}, x0\n isb\n mrs x3, par_el1\n msr sctlr_el1, x5\n isb`,
      x: { 0: at | tag },
      el: 1,
    };
  }

  fetch(): Fragment {
    const { random, draft } = this;
    // The oracle translates a misaligned PC before it looks at it: where that leaves nothing in a descriptor.
    const misaligned = (draft.monitorHigh ? HIGH_BASE : 0n) + BigInt(PLACE.code + 1 + random.below(3));
    return { source: '', at: random.oneIn(12) ? misaligned : untagged(this.address(4) & ~3n) };
  }

  spsr(el: 0 | 1, legal = false): bigint {
    const { random } = this;
    const flags = BigInt(random.below(16)) << 28n;
    const masks = BigInt(random.below(16)) << 6n;
    const mode = el === 0 ? SPSR.EL0 : random.oneIn(4) ? SPSR.EL1T : SPSR.EL1H;
    const odd = random.oneIn(30) ? random.pick(legal ? [SPSR.IL] : [SPSR.IL, 1n, 2n, 8n, 9n, 13n]) : 0n;
    const btype = random.oneIn(3) ? BigInt(random.below(4)) << 10n : 0n;
    return (
      (odd > 0n && odd < 16n ? odd : mode | odd) |
      flags |
      masks |
      btype |
      (random.oneIn(2) ? SPSR.PAN : 0n) |
      (random.oneIn(3) ? SPSR.UAO : 0n)
    );
  }

  step(only?: Only): Step {
    const { random } = this;
    const pointers = [() => this.pointers(), () => this.pointers(), () => this.pointers(), () => this.landing()];
    const all = [
      () => this.access(),
      () => this.access(),
      () => this.access(),
      () => this.translate(),
      () => this.translate(),
      () => this.remap(),
      () => this.registers(),
      () => this.exception(),
      () => this.cache(),
      () => this.control(),
      () => this.fetch(),
      () => this.stack(),
      () => this.flat(),
      () => this.pointers(),
      () => this.pointers(),
      () => this.landing(),
      () => this.landing(),
      ...(this.draft.switching ? [() => this.switch()] : []),
    ];
    const fragment = random.pick(only === 'pauth' ? pointers : all)();
    const el = fragment.el !== undefined && !random.oneIn(16) ? fragment.el : random.oneIn(2) ? 1 : 0;
    const x = Array.from({ length: 9 }, (_, n) => BigInt.asUintN(64, fragment.x?.[n] ?? random.u64()));
    return {
      source: fragment.source,
      ...(fragment.at === undefined ? {} : { at: fragment.at }),
      spsr: this.spsr(el, fragment.at !== undefined),
      x,
    };
  }
}

/** What programs may be about alone: pointers that are signed. */
export const ONLY = ['pauth'] as const;
export type Only = (typeof ONLY)[number];

/** The program of a seed. */
export function randomProgram(seed: number, only?: Only): Program {
  const random = new Random(seed);
  const monitorHigh = random.oneIn(2);
  const normalOnly = random.oneIn(2);
  const hardwareDirty = random.oneIn(2);
  const draft: Draft = {
    random,
    monitorHigh,
    normalOnly,
    hardwareDirty,
    switching: random.oneIn(3),
    tcr: randomTcr(random, monitorHigh, hardwareDirty),
    mair: randomMair(random, normalOnly),
    sctlr: randomSctlr(random, normalOnly),
    mappings: [],
    addresses: [],
  };
  const asids = [random.u64() & 0xffffn, random.u64() & 0xffffn] as const;
  for (let i = 0; i < 8; i++) {
    const mapping = randomMapping(draft);
    if (mapping) draft.mappings.push(mapping);
  }
  for (const { va } of draft.mappings) draft.addresses.push(va, va);
  for (let i = 0; i < 4; i++)
    draft.addresses.push(oddAddress(draft, draft.addresses[0] === undefined ? 0n : random.pick(draft.addresses)));
  const { mappings, tcr, mair, sctlr } = draft;
  const roots = [random.u32(), random.u32()] as const;
  const cnp = [BigInt(random.below(2)), BigInt(random.below(2))] as const;
  const program: Program = { seed, monitorHigh, tcr, mair, sctlr, asids, roots, cnp, mappings, steps: [] };
  const built = buildTables(program);
  const writer = new Writer(
    draft,
    asids,
    [built.ttbr0, built.ttbr1],
    [...built.leafOf].filter(([mapping]) => mappings.includes(mapping)),
  );
  return { ...program, steps: Array.from({ length: 4 + random.below(9) }, () => writer.step(only)) };
}
