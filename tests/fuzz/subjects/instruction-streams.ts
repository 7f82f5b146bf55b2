import { SYSREGS } from '../../../src/cpu/sysregs/table';
import { applyVcpu, saveVcpu } from '../../../src/cpu/vcpu-state';
import { A64 } from '../../../src/isa';
import { isAllocated, matchRow } from '../../../src/isa/match';
import { parseBits } from '../../../src/isa/row';
import { assemble } from '../../../src/isa/text/assemble';
import type { Machine } from '../../../src/machine/machine';
import { bareMachine, CODE } from '../../../src/machine/machine.testkit';
import { MEMORY_MAP } from '../../../src/machine/memory-map';
import { stateHash } from '../../../src/machine/state-hash';
import { MemoryDisk } from '../../../src/storage/memory-disk';
import { Random } from '../random';
import type { Subject } from '../subject';

const WORDS = 500;
const RUN = 24_000;
const PAGE = 4096;
/** From here on: code, vectors, data, and a table that maps RAM and devices to themselves. */
const PLACE = { vectors: CODE + 0x2000, data: CODE + 0x4000, table: CODE + 0x8000, end: CODE + 0x9000 } as const;

/**
 * An exception goes on behind the instruction that took it, but where there is no going on (a fetch that failed, a misaligned PC, an illegal state, other than this
 * code) with the next loop, whose address is in x20. x18 is theirs to lose.
 */
const VECTOR = (n: number): string => `
  .org ${n * 0x80}
  mrs x18, elr_el1
  lsr x18, x18, #11
  sub x18, x18, #${CODE >>> 23}, lsl #12
  sub x18, x18, #${(CODE >>> 11) & 0xfff}
  cbnz x18, 1f
  mrs x18, esr_el1
  lsr x18, x18, #28
  sub x18, x18, #8
  cbz x18, 1f
  add x18, x18, #5
  cbz x18, 1f
  mrs x18, elr_el1
  add x18, x18, #4
  msr elr_el1, x18
  eret
1: msr elr_el1, x20
  mov x18, #5
  msr spsr_el1, x18
  eret`;
const VECTORS = assemble(Array.from({ length: 16 }, (_, n) => VECTOR(n)).join('\n'), { base: BigInt(PLACE.vectors) }).bytes;

const ALL_ROWS = A64.map((row) => ({ row, ...parseBits(row) }));
/** What goes on behind itself and changes nothing of the system: most of a loop, or it would seldom have a second lap. */
const ORDINARY_ROWS = ALL_ROWS.filter(
  ({ row }) => !row.branch && !row.synchronises && !/^(SVC|HVC|SMC|HLT|BRK|UDF|DCPS|ERET|W?FI|SYS)/.test(row.name),
);
const match = matchRow(A64);
const SYSTEM_KEYS = SYSREGS.map(({ key }) => key);

/** x18 to x20 keep the program going: they are seldom written. */
function otherRegisters(word: number): number {
  let out = word;
  for (const lsb of [0, 5, 10, 16]) {
    const register = (word >>> lsb) & 31;
    if (register >= 18 && register <= 20) out ^= 8 << lsb;
  }
  return out;
}

function word(random: Random): number {
  if (random.chance(60)) return random.next();
  // MRS and MSR of what there is, or nearly: op0 to op2 lie in bits 20 to 5 of the word.
  if (random.chance(30)) {
    const key = random.chance(8) ? random.below(1 << 16) : random.pick(SYSTEM_KEYS);
    return (0xd500_0000 | (random.below(2) << 21) | ((key & 0xffff) << 5) | random.below(32)) >>> 0;
  }
  const { mask, value } = random.pick(random.chance(12) ? ALL_ROWS : ORDINARY_ROWS);
  let tried = 0;
  for (let tries = 0; tries < 4; tries++) {
    tried = ((otherRegisters(random.next()) & ~mask) | value) >>> 0;
    const found = match(tried);
    if (found && isAllocated(found.row, found.fields)) break;
  }
  return tried;
}

/** Flags that are made and used at once: ADDS, SUBS, ANDS or BICS of small registers, mostly without a result, and a condition on them. */
function flagsUsed(random: Random): number[] {
  const [n, m, d] = [random.below(8), random.below(8), random.chance(2) ? 31 : random.below(8)];
  const width = random.below(2) << 31;
  const maker = random.pick([0x2b00_0000, 0x6b00_0000, 0x6a00_0000, 0x6a20_0000]) | (m << 16) | (n << 5) | d;
  const condition = random.below(16);
  const user = random.pick([
    // B.cond over one instruction, CSEL and its like, CCMP.
    0x5400_0040 | condition,
    (random.pick([0x9a80_0000, 0xda80_0000]) |
      (random.below(2) << 10) |
      (m << 16) |
      (condition << 12) |
      (n << 5) |
      random.below(8)) >>>
      0,
    0x7a40_0000 | (m << 16) | (condition << 12) | (n << 5) | random.below(16),
  ]);
  return [(maker | width) >>> 0, user, word(random)];
}

/** `adr x20` of what comes behind, `mov x19, #12`, some words, `sub x19, x19, #1`, `cbnz x19` back to the first of them: so there is something to compile. */
function loop(random: Random): number[] {
  const body = Array.from({ length: 1 + random.below(6) }, () => (random.chance(3) ? flagsUsed(random) : [word(random)])).flat();
  const back = -(body.length + 1) & 0x7ffff;
  const next = body.length + 4;
  return [(0x1000_0014 | (next << 5)) >>> 0, 0xd280_0193, ...body, 0xd100_0673, (0xb500_0013 | (back << 5)) >>> 0];
}

function code(random: Random): Uint8Array {
  const words: number[] = [];
  while (words.length < WORDS) words.push(...(random.chance(3) ? [word(random)] : loop(random)));
  return new Uint8Array(Uint32Array.from([...words.slice(0, WORDS), 0x1400_0000]).buffer);
}

function pointer(random: Random): bigint {
  const near = BigInt(random.below(256));
  switch (random.below(7)) {
    case 0:
      return BigInt(CODE + 4 * random.below(WORDS));
    case 1:
      return BigInt(random.pick([MEMORY_MAP.uart, MEMORY_MAP.gicDistributor, MEMORY_MAP.virtioMmio, MEMORY_MAP.rtc]).base) + near;
    case 2:
      return (BigInt(random.next()) << 32n) | BigInt(random.next());
    case 3:
      return near;
    default:
      return BigInt(PLACE.data + random.below(4 * PAGE - 512)) & ~(random.chance(3) ? 0n : 15n);
  }
}

/** A gibibyte each for devices and RAM, now and then with some other attributes, or not there. */
function table(random: Random): Uint8Array {
  const bytes = new Uint8Array(PAGE);
  const view = new DataView(bytes.buffer);
  for (const [index, attributes] of [
    [0, 0x405n],
    [1, 0x701n],
    [2, 0x701n],
  ] as const) {
    const odd = random.chance(6) ? (1n << BigInt(random.below(12))) | (BigInt(random.below(8)) << 52n) : 0n;
    view.setBigUint64(8 * index, (BigInt(index) << 30n) | (attributes ^ odd), true);
  }
  return bytes;
}

/** Any words at all, on both engines: the host bears it, and they agree. */
export const instructionStreams: Subject = {
  name: 'instruction streams',
  cases: 'instructions',
  batch: WORDS,
  async start() {
    const made = (engine: 'interpreter' | 'jit'): Promise<Machine> =>
      bareMachine({ engine, vcpus: 1, memoryMiB: 2, disks: [new MemoryDisk(1 << 16)], jit: { heat: 4, batch: 1 } });
    const machines = [await made('interpreter'), await made('jit')] as const;
    return (seed) => {
      const hashes = machines.map((machine) => run(machine, new Random(seed)));
      if (hashes[0] !== hashes[1]) throw new Error(`The engines differ: ${hashes.join(' and ')}.`);
      const { engine } = machines[1];
      return { [engine.vcpus[0]!.get32(engine.compiledCounter) > 0 ? 'compiled in part' : 'interpreted']: WORDS };
    };
  },
};

/** Returns the hash of the whole machine when it has run. */
function run(machine: Machine, random: Random): string {
  const { memory } = machine;
  for (const page of memory.usedPages()) memory.write(MEMORY_MAP.ram.base + page * PAGE, new Uint8Array(PAGE));
  machine.load(CODE, code(random), 'code');
  machine.load(PLACE.vectors, VECTORS, 'vectors');
  machine.load(
    PLACE.data,
    new Uint8Array(2 * PAGE).map(() => (random.chance(3) ? random.next() : 0)),
    'data',
  );
  machine.load(PLACE.table, table(random), 'table');
  machine.reset(CODE, 0);
  const [vcpu] = machine.engine.vcpus;
  const registers = Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`X${n}`, pointer(random)]));
  const mmu = random.chance(2);
  applyVcpu(vcpu!, {
    ...saveVcpu(vcpu!),
    ...registers,
    SP_EL0: pointer(random),
    SP_EL1: BigInt(PLACE.data + PAGE),
    'PSTATE.EL': random.chance(3) ? 0n : 1n,
    'PSTATE.SP': 0n,
    'PSTATE.NZCV': BigInt(random.below(16)) << 28n,
    VBAR_EL1: BigInt(PLACE.vectors),
    TTBR0_EL1: BigInt(PLACE.table),
    MAIR_EL1: 0xff00n,
    TCR_EL1: 0x2_0000_0000n | 0x99_2519n,
    CPACR_EL1: random.chance(16) ? 0n : 3n << 20n,
    SCTLR_EL1: 0x30d0_1804n | (mmu ? 1n : 0n) | (random.chance(4) ? BigInt(random.next()) & 0x0c00_c61an : 0n),
  });
  machine.engine.dropAllCode();
  machine.engine.tlb.reset();
  for (let step = 0; step < 3; step++) if (machine.runTo(machine.instructions + RUN / 3).state !== 'running') break;
  return stateHash(machine);
}
