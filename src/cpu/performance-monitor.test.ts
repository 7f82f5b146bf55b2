import { describe, expect, it } from 'vitest';
import { type Bare, bareCpu } from './bare-cpu.testkit';
import { EC } from './syndrome';
import { readField } from './vcpu-state';

const INST_RETIRED = 0x08;
const CPU_CYCLES = 0x11;
const CHAIN = 0x1e;
const P = 2 ** 31;
const U = 2 ** 30;
const CYCLES = 2 ** 31;

/** A loop of 3 instructions that runs `times` times, with 1 before. */
const loop = (name: string, times: number): string => `
      mov   x3, #${times}
${name}: nop
      subs  x3, x3, #1
      b.ne  ${name}`;

/** Counter n counts an event; PMCNTENSET_EL0 and PMCR_EL0.E are up to the program. */
const counter = (n: number, type: number): string => `
      ldr   x9, =${type}
      msr   pmevtyper${n}_el0, x9`;

/** Where interrupts at EL1, and synchronous exceptions from EL0, lead to. */
const vectors = (interrupt = '.', lower = '.'): string => `
      .org  0x800
vectors:
      .org  0x800 + 0x280
      b     ${interrupt}
      .org  0x800 + 0x400
      b     ${lower}`;

interface PmuRun {
  bare: Bare;
  /** What the wire of the interrupt was set to, and the pc then. */
  wire: [asserted: boolean, at: bigint][];
}

async function run(source: string, engine: 'interpreter' | 'jit', slice = 1000, count = 4000): Promise<PmuRun> {
  const wire: PmuRun['wire'] = [];
  let bare: Bare | undefined;
  let last = false;
  bare = await bareCpu(source, {
    engine,
    pmuInterrupt: (_vcpu, asserted) => {
      if (asserted !== last) wire.push([asserted, bare!.cpu.pc]);
      last = asserted;
      if (bare) bare.cpu.interruptLines = asserted ? 0x80 : 0;
    },
  });
  for (let i = 0; i < count; i += slice) bare.run(slice);
  return { bare, wire };
}

const field = ({ bare }: PmuRun, name: string): number => Number(readField(bare.cpu, name));

describe.each(['interpreter', 'jit'] as const)('the performance monitor on the %s', (engine) => {
  it.each([1, 7, 1000])(
    'counts instructions exactly, between the writes that start and stop it (slices of %i)',
    async (slice) => {
      const result = await run(
        `
      ${counter(0, INST_RETIRED)}
      ${counter(1, CPU_CYCLES)}
      ldr   x9, =0x80000003
      msr   pmcntenset_el0, x9
      mov   x9, #1
      msr   pmcr_el0, x9
      ${loop('one', 200)}
      mrs   x1, pmevcntr0_el0
      mrs   x2, pmccntr_el0
      msr   pmcr_el0, xzr
      ${loop('two', 200)}
stop: b     stop`,
        engine,
        slice,
      );
      // The write itself, and 1 + 600 instructions.
      expect(result.bare.cpu.x(1)).toBe(602n);
      // MRS and MSR of these registers cost 60 each beside the instruction, and what leads to a new dispatch 80.
      expect(field(result, 'PMEVCNTR0_EL0')).toBe(604);
      expect(field(result, 'PMEVCNTR1_EL0')).toBe(field(result, 'PMCCNTR_EL0'));
      expect(field(result, 'PMCCNTR_EL0')).toBe(604 + 80 + 3 * 60);
      expect(result.bare.cpu.x(2)).toBe(603n + 80n + 2n * 60n);
    },
  );

  it.each([
    ['neither', 0],
    ['EL1', P],
    ['EL0', U],
    ['both', P + U],
  ])('leaves out %s by P and U', async (_name, filter) => {
    const result = await run(
      `
      adr   x0, vectors
      msr   vbar_el1, x0
      ${counter(0, INST_RETIRED + filter)}
      mov   x9, #1
      msr   pmcntenset_el0, x9
      msr   spsr_el1, xzr
      adr   x0, user
      msr   elr_el1, x0
      mov   x9, #1
      msr   pmcr_el0, x9
      eret
user: ${loop('one', 100)}
      svc   #0
lower:
      ${loop('two', 50)}
      msr   pmcr_el0, xzr
stop: b     stop
      ${vectors('.', 'lower')}`,
      engine,
    );
    // EL0: MOV, the loop, and SVC. EL1: the write and ERET, the branch in the vector, MOV, and the loop.
    const [el0, el1] = [1 + 300 + 1, 2 + 1 + 1 + 150];
    expect(field(result, 'PMEVCNTR0_EL0')).toBe((filter % P === 0 ? el0 : 0) + (filter < P ? el1 : 0));
  });

  it.each([1, 1000])('interrupts at the instruction by which a counter overflows (slices of %i)', async (slice) => {
    const result = await run(
      `
      adr   x0, vectors
      msr   vbar_el1, x0
      ${counter(2, INST_RETIRED)}
      ldr   x9, =${2 ** 32 - 1000}
      msr   pmevcntr2_el0, x9
      mov   x9, #4
      msr   pmcntenset_el0, x9
      msr   pmintenset_el1, x9
      msr   daifclr, #2
      mov   x9, #1
      msr   pmcr_el0, x9
      ${loop('one', 2000)}
stop: b     stop
interrupt:
      mrs   x20, elr_el1
      mov   x21, x3
      mrs   x22, pmovsclr_el0
      msr   pmovsclr_el0, x22
      mrs   x23, pmevcntr2_el0
      b     .
      ${vectors('interrupt')}`,
      engine,
      slice,
      6000,
    );
    const { bare, wire } = result;
    // 1000 instructions: the write, MOV, and 998 of the loop, whose 333rd round begins with the 999th.
    expect(bare.cpu.x(20) - bare.symbols.get('one')!).toBe(8n);
    expect(bare.cpu.x(21)).toBe(BigInt(2000 - 333));
    expect(bare.cpu.x(22)).toBe(4n);
    // What the handler had run until it read: the branch to it and four instructions.
    expect(bare.cpu.x(23)).toBe(5n);
    expect(wire.map(([asserted]) => asserted)).toEqual([true, false]);
  });

  it('chains two counters to one of 64 bits, whose overflow interrupts', async () => {
    const result = await run(
      `
      adr   x0, vectors
      msr   vbar_el1, x0
      ${counter(0, INST_RETIRED)}
      ${counter(1, CHAIN)}
      ldr   x9, =${2 ** 32 - 500}
      msr   pmevcntr0_el0, x9
      ldr   x9, =0xffffffff
      msr   pmevcntr1_el0, x9
      mov   x9, #3
      msr   pmcntenset_el0, x9
      mov   x9, #2
      msr   pmintenset_el1, x9
      msr   daifclr, #2
      mov   x9, #1
      msr   pmcr_el0, x9
      ${loop('one', 2000)}
stop: b     stop
interrupt:
      mov   x21, x3
      msr   pmcr_el0, xzr
      b     .
      ${vectors('interrupt')}`,
      engine,
    );
    expect(result.bare.cpu.x(21)).toBe(BigInt(2000 - 166));
    expect([field(result, 'PMEVCNTR1_EL0'), field(result, 'PMOVSSET_EL0')]).toEqual([0, 3]);
    // PMCR_EL0.E holds the wire down.
    expect(result.wire.map(([asserted]) => asserted)).toEqual([true, false]);
  });

  it('has a cycle counter of 64 bits', async () => {
    const result = await run(
      `
      mov   x9, #-300
      msr   pmccntr_el0, x9
      ldr   x9, =${CYCLES}
      msr   pmcntenset_el0, x9
      mov   x9, #1
      msr   pmcr_el0, x9
      ${loop('one', 200)}
      mrs   x1, pmccntr_el0
      mrs   x2, pmovsset_el0
stop: b     stop`,
      engine,
    );
    expect(result.bare.cpu.x(1)).toBe(602n + 80n + 60n - 300n);
    expect(result.bare.cpu.x(2)).toBe(BigInt(CYCLES));
  });

  it('counts what software says, where the counter is enabled and of that event', async () => {
    const result = await run(
      `
      ${counter(1, INST_RETIRED)}
      mov   x9, #3
      msr   pmcntenset_el0, x9
      mov   x9, #7
      msr   pmswinc_el0, x9
      mov   x10, #1
      msr   pmcr_el0, x10
      msr   pmswinc_el0, x9
      msr   pmswinc_el0, x9
      msr   pmcr_el0, xzr
stop: b     stop`,
      engine,
    );
    expect([0, 1, 2].map((n) => field(result, `PMEVCNTR${n}_EL0`))).toEqual([2, 3, 0]);
  });
});

describe('the registers of the performance monitor', () => {
  it('say what there is', async () => {
    const { bare } = await run(
      'mrs x0, pmcr_el0\n mrs x1, pmceid0_el0\n mrs x2, pmceid1_el0\n mrs x3, id_aa64dfr0_el1\n b .',
      'interpreter',
    );
    // Six counters, and a cycle counter of 64 bits.
    expect(bare.cpu.x(0)).toBe(BigInt((6 << 11) | (1 << 6)));
    expect([bare.cpu.x(1), bare.cpu.x(2)]).toEqual([(1n << 0n) | (1n << 8n) | (1n << 17n) | (1n << 30n), 0n]);
    expect((bare.cpu.x(3) >> 8n) & 15n).toBe(1n);
  });

  it('set, clear, select and reset', async () => {
    const result = await run(
      `
      mov   x9, #-1
      msr   pmcntenset_el0, x9
      mrs   x0, pmcntenset_el0
      mov   x10, #5
      msr   pmcntenclr_el0, x10
      mrs   x1, pmcntenclr_el0
      msr   pmselr_el0, x10
      msr   pmxevtyper_el0, x9
      msr   pmxevcntr_el0, x9
      mrs   x2, pmevtyper5_el0
      mrs   x3, pmevcntr5_el0
      mov   x10, #31
      msr   pmselr_el0, x10
      msr   pmxevtyper_el0, x9
      mrs   x4, pmccfiltr_el0
      mrs   x5, pmxevcntr_el0
      mov   x10, #17
      msr   pmselr_el0, x10
      msr   pmxevtyper_el0, x9
      mrs   x6, pmxevtyper_el0
      msr   pmccntr_el0, x9
      mov   x10, #2
      msr   pmcr_el0, x10
      mrs   x7, pmevcntr5_el0
      mrs   x8, pmccntr_el0
      mov   x10, #4
      msr   pmcr_el0, x10
      mrs   x11, pmccntr_el0
      b     .`,
      'interpreter',
    );
    const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11].map((slot) => result.bare.cpu.x(slot));
    expect(values).toEqual([
      0x8000003fn,
      0x8000003an,
      0xc00003ffn,
      0xffffffffn,
      0xc0000000n,
      0n,
      0n,
      0n,
      0xffff_ffff_ffff_ffffn,
      0n,
    ]);
  });

  it.each([
    ['mrs x1, pmccntr_el0', 4, true],
    ['mrs x1, pmccntr_el0', 1, true],
    ['mrs x1, pmccntr_el0', 8, false],
    ['msr pmccntr_el0, x1', 4, false],
    ['msr pmswinc_el0, x1', 2, true],
    ['msr pmswinc_el0, x1', 4, false],
    ['mrs x1, pmevcntr0_el0', 8, true],
    ['msr pmevcntr0_el0, x1', 8, false],
    ['msr pmselr_el0, x1', 8, true],
    ['msr pmselr_el0, x1', 4, false],
    ['mrs x1, pmcr_el0', 0xe, false],
    ['mrs x1, pmcr_el0', 1, true],
    ['mrs x1, pmuserenr_el0', 0, true],
  ])('%s at EL0 with PMUSERENR_EL0 = %i: %s', async (access, userenr, allowed) => {
    const { bare } = await run(
      `
      adr   x0, vectors
      msr   vbar_el1, x0
      mov   x9, #${userenr}
      msr   pmuserenr_el0, x9
      msr   spsr_el1, xzr
      adr   x0, user
      msr   elr_el1, x0
      eret
user: ${access}
      svc   #0
lower:
      mrs   x20, esr_el1
      b     .
      ${vectors('.', 'lower')}`,
      'interpreter',
    );
    expect(Number(bare.cpu.x(20)) >>> 26).toBe(allowed ? EC.SVC64 : EC.SYSTEM);
  });

  it('of interrupts are not EL0’s, and PMUSERENR_EL0 is not for it to write', async () => {
    for (const access of ['mrs x1, pmintenset_el1', 'msr pmuserenr_el0, x1']) {
      const { bare } = await run(
        `
      adr   x0, vectors
      msr   vbar_el1, x0
      mov   x9, #15
      msr   pmuserenr_el0, x9
      msr   spsr_el1, xzr
      adr   x0, user
      msr   elr_el1, x0
      eret
user: ${access}
lower:
      mrs   x20, esr_el1
      b     .
      ${vectors('.', 'lower')}`,
        'interpreter',
      );
      expect(Number(bare.cpu.x(20)) >>> 26).toBe(EC.UNKNOWN);
    }
  });
});
