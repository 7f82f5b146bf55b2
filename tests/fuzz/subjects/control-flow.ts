import { bareCpu, mmuOn, RAM_BASE } from '../../../src/cpu/bare-cpu.testkit';
import { CPU } from '../../../src/cpu/layout';
import { readField } from '../../../src/cpu/vcpu-state';
import { Random } from '../random';
import type { Subject } from '../subject';

const SLICES = 120;
/** From the start of RAM on: code, its copy, data, and tables of levels 1 to 3, of which the last maps RAM's first 2 MiB by pages. */
const PLACE = { copy: RAM_BASE + 0x10_0000, data: RAM_BASE + 0x20_0000, tables: RAM_BASE + 0x30_0000 } as const;
const LEVEL_3 = PLACE.tables + 0x2000;
const PAGE = 4096;
const CODE_PAGES = 16;
const GUARDED = 1n << 50n;
/** Entries of the tables that BR and BLR go by. */
const ENTRIES = 8;
const CONDITIONS = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le', 'al'];

/** Makes the text of a program: blocks that go on at others, and functions, in any order. X0 to X7 and D0 to D5 are computed with; X15 and X16 decide where it goes. */
class Program {
  private readonly blocks: string[];
  private readonly functions: string[];

  constructor(private readonly random: Random) {
    this.blocks = Array.from({ length: 4 + random.below(14) }, (_, i) => `block${i}`);
    this.functions = Array.from({ length: 1 + random.below(4) }, (_, i) => `function${i}`);
  }

  text(): string {
    const { random } = this;
    const parts = [...this.blocks.map((name) => this.block(name)), ...this.functions.map((name) => this.function(name))];
    for (let i = parts.length - 1; i > 0; i--) {
      const other = random.below(i + 1);
      [parts[i], parts[other]] = [parts[other]!, parts[i]!];
    }
    // Now and then a part begins, or ends, with a page: not so often that TBZ does not reach.
    let pages = 0;
    const laid = parts.map((part) => {
      if (pages === 3 || !random.chance(5)) return part;
      pages++;
      return `.balign ${PAGE}\n${random.chance(2) ? `.skip ${PAGE - 4 * (1 + random.below(6))}\n` : ''}${part}`;
    });
    const words = (of: readonly string[], from: string): string =>
      Array.from({ length: ENTRIES }, () => `.word ${random.pick(of)} - ${from}`).join('\n');
    return `${this.begin()}
.balign ${PAGE}
${laid.join('\n')}
.balign 8
places: ${words(this.blocks, 'places')}
callees: ${words(this.functions, 'callees')}
.balign 2048
vectors:
  .skip 0x200
  mrs x17, spsr_el1
  eor x19, x19, x17
  mrs x18, elr_el1
  add x19, x19, x18
  ror x19, x19, #7
  add x18, x18, #4
  msr elr_el1, x18
  mov x17, #0x3c5
  msr spsr_el1, x17
  eret
`;
  }

  private begin(): string {
    const flush = this.random.chance(4) ? 1 << 24 : 0;
    return `
  mrs x0, cpacr_el1
  orr x0, x0, #0x300000
  msr cpacr_el1, x0
  ldr x0, =${flush}
  msr fpcr, x0
  ldr x10, =${PLACE.data}
  mov x15, #0
  mov x22, #0
  b   on
  .ltorg
// Maps one of the first pages of code to its copy, or back.
swap:
  ldr x20, =${LEVEL_3 + 16}
  add x22, x22, #1
  and x21, x22, #3
  add x20, x20, x21, lsl #3
  ldr x21, [x20]
  eor x21, x21, #0x100000
  str x21, [x20]
  dsb sy
  tlbi vmalle1
  dsb sy
  isb
  ret
on:
${mmuOn(PLACE.tables)}
  adr x13, places
  adr x14, callees
  ldr x1, =0x3ff123456789abcd
  mov x2, #7
  ldr x3, =0x7ff0000000000001
  fmov d0, x1
  fmov d1, #1.5
  fmov d2, x3
  fmov d3, #-2.0
  fmov d4, xzr
  fmov s5, #3.0
  b   block0
  .ltorg`;
  }

  private x = (): string => `x${this.random.below(8)}`;
  private d = (): string => `d${this.random.below(6)}`;
  private s = (): string => `s${this.random.below(6)}`;
  private condition = (): string => this.random.pick(CONDITIONS);
  private elsewhere = (): string => this.random.pick(this.blocks);

  /** Something that goes on behind itself. */
  private step(): string {
    const { random, x, d, s } = this;
    return random.pick<() => string>([
      () => `add ${x()}, ${x()}, ${x()}`,
      () => `subs ${x()}, ${x()}, ${x()}`,
      () => `adds w${random.below(8)}, w${random.below(8)}, #${random.below(4096)}`,
      () => `ands ${x()}, ${x()}, #0xff`,
      () => `csinc ${x()}, ${x()}, ${x()}, ${this.condition()}`,
      () => `ccmp ${x()}, ${x()}, #${random.below(16)}, ${this.condition()}`,
      () => `ldr ${x()}, [x10, #${8 * random.below(32)}]`,
      () => `str ${x()}, [x10, #${8 * random.below(32)}]`,
      () => `ldp ${d()}, d6, [x10, #${8 * random.below(16)}]`,
      () => `str ${random.chance(2) ? d() : s()}, [x10, #${8 * random.below(32)}]`,
      () => `ldr ${s()}, [x10, #${4 * random.below(64)}]`,
      () => `f${random.pick(['add', 'sub', 'mul', 'div', 'max'])} ${d()}, ${d()}, ${d()}`,
      () => `f${random.pick(['add', 'mul'])} ${s()}, ${s()}, ${s()}`,
      () => `fmadd ${d()}, ${d()}, ${d()}, ${d()}`,
      () => `f${random.pick(['neg', 'abs', 'mov', 'sqrt'])} ${d()}, ${d()}`,
      () => `fcvt ${random.chance(2) ? `${s()}, ${d()}` : `${d()}, ${s()}`}`,
      () => `fcmp${random.chance(2) ? 'e' : ''} ${d()}, ${random.chance(3) ? '#0.0' : d()}`,
      () => `fccmp ${s()}, ${s()}, #${random.below(16)}, ${this.condition()}`,
      () => `fcsel ${d()}, ${d()}, ${d()}, ${this.condition()}`,
      () => `fmov ${random.chance(2) ? `${x()}, ${d()}` : `${d()}, ${x()}`}`,
      () => `fadd v${random.below(6)}.2s, v${random.below(6)}.2s, v${random.below(6)}.2s`,
      () => `fmla v${random.below(6)}.4s, v${random.below(6)}.4s, v${random.below(6)}.s[${random.below(4)}]`,
      () => `mov v${random.below(6)}.d[${random.below(2)}], v${random.below(6)}.d[${random.below(2)}]`,
      () => `sqadd v${random.below(6)}.4h, v${random.below(6)}.4h, v${random.below(6)}.4h`,
    ])();
  }
  private steps(most: number): string {
    return Array.from({ length: this.random.below(most) }, () => this.step()).join('\n');
  }
  private landing = (): string => (this.random.chance(2) ? `bti ${this.random.pick(['j', 'c', 'jc'])}` : '');

  private block(name: string): string {
    const { random } = this;
    const to = this.elsewhere;
    const callee = (): string => random.pick(this.functions);
    const bit = random.below(4);
    const register = random.pick(['x16', 'x9']);
    const way = random.pick<() => string>([
      () => `b.${this.condition()} ${to()}\ntbz x16, #${bit}, ${to()}\nb ${to()}`,
      () => `tbnz x16, #${bit}, ${name}\nb ${to()}`,
      () =>
        `and ${register}, x16, #7\nldrsw ${register}, [x13, ${register}, lsl #2]\nadd ${register}, ${register}, x13\nbr ${register}`,
      () => `bl ${callee()}\n${this.step()}\ntbnz x16, #${bit}, ${name}\nb ${to()}`,
      () => `bl ${callee()}\nbl ${callee()}\nb ${to()}`,
      () =>
        `and x9, x16, #${random.pick([1, 3])}\nldrsw x9, [x14, x9, lsl #2]\nadd x9, x9, x14\nblr x9\n${this.step()}\ncbz ${this.x()}, ${to()}\nb ${to()}`,
      () => `tst x15, #${random.pick([31, 63, 127])}\nb.ne ${to()}\nbl swap\nb ${to()}`,
    ])();
    const turn = `add x15, x15, #1\nror x16, x15, #${random.below(4)}\neor x16, x16, x15, lsr #${1 + random.below(5)}`;
    return `${name}:\n${this.landing()}\n${turn}\n${this.steps(random.chance(4) ? 12 : 5)}\n${way}`;
  }

  private function(name: string): string {
    const { random } = this;
    const body = random.pick<() => string>([
      () => `b.${this.condition()} 1f\n${this.step()}\nret\n1: ${this.step()}\nret`,
      () => `and x11, x15, #3\n1: ${this.step()}\nsubs x11, x11, #1\nb.pl 1b\nret`,
      () => `mov x11, x30\n${this.step()}\nret x11`,
      () => `tbz x15, #${random.below(3)}, 1f\n${this.step()}\n1: ${this.step()}\nret`,
      () => 'ret',
    ])();
    return `${name}:\n${this.landing()}\n${this.steps(5)}\n${body}`;
  }
}

/** The state after each slice. */
async function states(engine: 'interpreter' | 'jit', source: string, seed: number) {
  const { cpu, run, engine: made, read64 } = await bareCpu(source, { engine, cpu: 'max', ramBytes: 4 << 20 });
  const random = new Random(seed);
  const write = (address: number, value: bigint): void => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    made.ram.write(address, bytes);
  };
  write(PLACE.tables + 8, BigInt(PLACE.tables + 0x1000) | 3n);
  write(PLACE.tables + 0x1000, BigInt(LEVEL_3) | 3n);
  write(PLACE.tables + 0x1008, BigInt(PLACE.data) | 0x701n);
  for (let page = 0; page < 512; page++) {
    const guarded = page > 0 && page < CODE_PAGES && random.chance(3) ? GUARDED : 0n;
    write(LEVEL_3 + 8 * page, BigInt(RAM_BASE + page * PAGE) | 0x703n | guarded);
  }
  for (let at = 0; at < CODE_PAGES * PAGE; at += 8) write(PLACE.copy + at, read64(RAM_BASE + at));
  const { u32, u64 } = made.views;
  const seen: string[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    run(1 + random.below(seed % 3 === 0 ? 40 : 300));
    const x = Array.from({ length: 31 }, (_, n) => cpu.x(n).toString(16));
    const v = Array.from({ length: 14 }, (_, n) => u64[((cpu.base + CPU.V) >> 3) + n]!.toString(16));
    const fpsr = u32[(cpu.base + CPU.FPSR) >> 2]!.toString(16);
    seen.push([cpu.pc.toString(16), cpu.nzcv, readField(cpu, 'PSTATE.BTYPE'), fpsr, ...x, 'V', ...v].join(' '));
  }
  return { seen, compiled: cpu.compiledInstructions };
}

/** Programs whose control flow nobody would write, in guarded pages that are mapped to one place and another: after each slice both engines stand where the other does. */
export const controlFlow: Subject = {
  name: 'control flow',
  cases: 'slices',
  batch: SLICES,
  musts: ['compiled in part'],
  async start() {
    return async (seed) => {
      const source = new Program(new Random(seed)).text();
      const interpreter = await states('interpreter', source, seed);
      const jit = await states('jit', source, seed);
      const slice = interpreter.seen.findIndex((state, i) => state !== jit.seen[i]);
      if (slice >= 0) throw new Error(`The engines differ after slice ${slice}:\n${interpreter.seen[slice]}\n${jit.seen[slice]}`);
      return { [jit.compiled > 0 ? 'compiled in part' : 'interpreted']: SLICES };
    };
  },
};
