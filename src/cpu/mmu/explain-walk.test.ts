import { describe, expect, it } from 'vitest';
import { buildTables, firstLevel, testGranuleOf, txszOf } from '../../../tests/sysdiff/page-tables';
import { PLACE, type Program } from '../../../tests/sysdiff/program';
import { randomProgram } from '../../../tests/sysdiff/random-program';
import { RAM_BASE } from '../bare-cpu.testkit';
import { CPU } from '../layout';
import { GuestRam } from '../ram';
import { PAR, SCTLR } from '../sysregs/fields';
import { SYS } from '../sysregs/storage';
import { Vcpu, viewsOf } from '../vcpu';
import { resetVcpu } from '../vcpu-state';
import { explainWalk, type WalkExplanation } from './explain-walk';
import { ACCESS, Mmu } from './mmu';
import { PTE, TestMachine, words } from './mmu.testkit';

const PAGE = PTE.PAGE | PTE.AF;
const PA = BigInt(RAM_BASE + 0x80000);
const VA = 0x0000_1234_5678_9000n;
const HIGH_VA = 0xffff_8000_1234_5000n;

function tables(options: Parameters<TestMachine['enable']>[2] = {}) {
  const m = new TestMachine();
  const [low, high] = [m.table(), m.table()];
  m.enable(low, high, options);
  return { m, low, high, explain: (va: bigint) => explainWalk(m.vcpu, m.ram, va) };
}
const field = (explanation: WalkExplanation, step: number, name: string): string | undefined =>
  explanation.steps[step]!.fields.find((each) => each.name === name)?.meaning;

describe('a walk explained', () => {
  it('tells table by table how an address is found', () => {
    const { m, low, explain } = tables();
    m.map(low, VA, PA | PAGE | PTE.USER | PTE.NG | PTE.PXN | (3n << 8n));
    const explanation = explain(VA + 0x123n);
    expect(explanation.why).toEqual([
      'Bit 55 is 0: the lower half, whose tables are at TTBR0_EL1.',
      'TCR_EL1.T0SZ is 16: 64 − 16 = 48 bits are translated.',
      'TCR_EL1.TG0: pages of 4 KiB, so that the walk begins at level 0.',
    ]);
    expect(
      explanation.steps.map(({ level, kind, table, index, shift, indexBits }) => [level, kind, table, index, shift, indexBits]),
    ).toEqual([
      [0, 'table', low, 0x24, 39, 9],
      [1, 'table', expect.any(Number), 0xd1, 30, 9],
      [2, 'table', expect.any(Number), 0xb3, 21, 9],
      [3, 'page', expect.any(Number), 0x189, 12, 9],
    ]);
    for (const [at, step] of explanation.steps.slice(1).entries()) expect(BigInt(step.table)).toBe(explanation.steps[at]!.output);
    expect(explanation.mapped).toEqual({
      physical: PA + 0x123n,
      shift: 12,
      size: '4 KiB',
      memory: 'Normal, Write-Back, Read-Allocate, Write-Allocate',
      shareability: 'Inner Shareable',
      global: false,
    });
    expect(field(explanation, 3, 'AP')).toBe('EL1 and EL0 read and write');
    expect(field(explanation, 3, 'PXN')).toBe('EL1 must not execute');
    expect(explanation.el0.write.allowed).toBe(true);
    expect(explanation.el1.execute.words).toBe('Instruction Abort from EL1: permission fault at level 3');
  });

  it('names the fault where nothing is mapped, and what the exception would say', () => {
    const { explain } = tables();
    const { steps, mapped, fault, el0 } = explain(VA);
    expect(steps.map(({ kind }) => kind)).toEqual(['invalid']);
    expect([mapped, fault]).toEqual([undefined, 'translation fault at level 0']);
    expect(el0.write.words).toBe('Data Abort from EL0: write, translation fault at level 0');
  });

  it('says why there is no walk at all', () => {
    const { m, explain } = tables({ txsz: 25 });
    expect(explain(VA).why).toEqual([
      'Bit 55 is 0: the lower half, whose tables are at TTBR0_EL1.',
      'TCR_EL1.T0SZ is 25: of this half only the 39 bits at its beginning are translated, and the address is outside.',
    ]);
    m.vcpu.setLoHi(SYS.TCR_EL1, m.vcpu.lo(SYS.TCR_EL1) | (1 << 23), m.vcpu.hi(SYS.TCR_EL1));
    expect(explain(HIGH_VA).why).toContain('TCR_EL1.EPD1 is 1: no walk in this half.');
    m.vcpu.setLoHi(SYS.TCR_EL1, 5, 0);
    expect(explain(0n).why).toContain('TCR_EL1.T0SZ is 5, which is out of its range (16 to 48): no walk.');
    m.vcpu.setLoHi(SYS.TCR_EL1, 16, 0);
    m.vcpu.setLoHi(SYS.TTBR0_EL1, 0, 0xff);
    expect(explain(0n)).toMatchObject({ steps: [], fault: 'address size fault at level 0' });
    expect(explain(0n).why).toContain("The table's address in TTBR0_EL1 is beyond TCR_EL1.IPS.");
  });

  it('tells a table that is not in memory, and an entry that is reserved', () => {
    const { m, low, explain } = tables();
    m.map(low, VA, PA | PTE.BLOCK | PTE.AF);
    expect(explain(VA).steps.at(-1)).toMatchObject({ kind: 'reserved', output: undefined });
    m.poke(low, 0x9_0000_0000n | PTE.TABLE);
    expect(explain(0n).steps.map(({ kind }) => kind)).toEqual(['table', 'unreadable']);
    expect(explain(0n).fault).toBe('synchronous External abort on the table walk at level 1');
  });

  it('names the controls outside of the tables', () => {
    const { m, low, explain } = tables();
    m.map(low, VA, PA | PAGE | PTE.USER);
    m.vcpu.set32(CPU.PAN, 1);
    m.vcpu.setLoHi(SYS.SCTLR_EL1, m.vcpu.lo(SYS.SCTLR_EL1) | SCTLR.WXN, 0);
    m.vcpu.setLoHi(SYS.TCR_EL1, m.vcpu.lo(SYS.TCR_EL1), m.vcpu.hi(SYS.TCR_EL1) | (1 << 23));
    const { controls, el0, el1 } = explain(VA);
    expect(controls.map((sentence) => sentence.split(' ')[0])).toEqual(['PSTATE.PAN', 'SCTLR_EL1.WXN', 'TCR_EL1.E0PD']);
    expect([el0.read.allowed, el1.read.allowed, el1.execute.allowed]).toEqual([false, false, false]);
  });

  it('with the MMU off, everything is its own translation', () => {
    const m = new TestMachine();
    const explanation = explainWalk(m.vcpu, m.ram, PA);
    expect(explanation).toMatchObject({ mmuOn: false, steps: [], mapped: { physical: PA }, fault: undefined });
    expect(explanation.el0.write.allowed).toBe(true);
    expect(explainWalk(m.vcpu, m.ram, 1n << 60n).fault).toBe('address size fault at level 0');
  });
});

/** A vCPU over the random tables of the system-level differential test. */
function machineOf(program: Program) {
  const size = PLACE.tablesEnd + 0x10000 - RAM_BASE;
  const views = viewsOf(new WebAssembly.Memory({ initial: size / 0x10000 + 64 }));
  const ram = new GuestRam(views, { base: RAM_BASE, size, hostBase: 32 * 0x10000, codeLines: 0x10_0000 });
  const vcpu = new Vcpu(views, 0);
  resetVcpu(vcpu, { pc: 0n });
  const { pokes, ttbr0, ttbr1 } = buildTables(program);
  for (const [pa, value] of pokes) if (ram.contains(pa, 8)) ram.write64(pa, value);
  vcpu.set64(SYS.TTBR0_EL1, ttbr0);
  vcpu.set64(SYS.TTBR1_EL1, ttbr1);
  vcpu.set64(SYS.TCR_EL1, program.tcr);
  vcpu.set64(SYS.MAIR_EL1, program.mair);
  vcpu.set64(SYS.SCTLR_EL1, program.sctlr | 1n);
  return { vcpu, ram };
}

describe('over random tables, an explanation', () => {
  const programs = Array.from({ length: 40 }, (_, seed) => randomProgram(seed));
  const addresses = ({ mappings }: Program): bigint[] =>
    mappings.flatMap(({ va }) => [va, BigInt.asUintN(64, va + 0x1234n), va ^ (1n << 47n)]);

  it('agrees with what the MMU and AT find, access by access', () => {
    let allowed = 0;
    let refused = 0;
    for (const program of programs) {
      const { vcpu, ram } = machineOf(program);
      const mmu = new Mmu(ram);
      for (const va of addresses(program)) {
        vcpu.set32(CPU.PAN, Number(va >> 13n) & 1);
        for (const el0 of [false, true])
          for (const kind of ['read', 'write', 'execute'] as const) {
            const verdict = explainWalk(vcpu, ram, va)[el0 ? 'el0' : 'el1'][kind];
            const access = { read: ACCESS.READ, write: ACCESS.WRITE, execute: ACCESS.EXEC }[kind];
            const fault = mmu.translate(vcpu, ...words(va), access, el0);
            expect([program.seed, va, kind, el0, verdict.allowed]).toEqual([program.seed, va, kind, el0, fault === 0]);
            if (fault) expect(verdict.esr! & 0x3fn).toBe(BigInt(fault & 0x3f));
            if (fault) refused++;
            else allowed++;
          }
        const { mapped, fault } = explainWalk(vcpu, ram, va);
        if (mmu.addressTranslation(vcpu, ...words(va), false, false, false) !== 0) {
          expect(fault).toMatch(/External abort/);
          continue;
        }
        const par = vcpu.get64(SYS.PAR_EL1);
        // Without PAN, EL1 may read whatever is mapped.
        expect([program.seed, va, mapped === undefined]).toEqual([program.seed, va, (par & BigInt(PAR.F)) !== 0n]);
        if (mapped) expect(mapped.physical >> 12n).toBe((par & 0xffff_ffff_f000n) >> 12n);
      }
    }
    expect(Math.min(allowed, refused)).toBeGreaterThan(200);
  });

  it('has steps that follow from each other and from the address', () => {
    let depth = 0;
    for (const program of programs) {
      const { vcpu, ram } = machineOf(program);
      for (const va of addresses(program)) {
        const high = ((va >> 55n) & 1n) === 1n;
        const { page, index: stride } = testGranuleOf(program.tcr, high);
        const { steps, mapped } = explainWalk(vcpu, ram, va);
        const inputBits = 64 - txszOf(program.tcr, high);
        if (steps[0]) expect(steps[0].level).toBe(firstLevel({ page, index: stride, tg: [0n, 0n], blocks: [] }, inputBits));
        for (const [at, step] of steps.entries()) {
          const bits = at === 0 ? inputBits - step.shift : stride;
          expect(step.shift).toBe(page + (3 - step.level) * stride);
          expect([step.indexBits, step.index]).toEqual([bits, Number((va >> BigInt(step.shift)) & ((1n << BigInt(bits)) - 1n))]);
          expect(step.descriptor).toBe(step.table + step.index * 8);
          if (step.value !== undefined) expect(ram.read64(step.descriptor)).toBe(step.value);
          const next = steps[at + 1];
          if (next) expect([step.kind, BigInt(next.table), next.level]).toEqual(['table', step.output, step.level + 1]);
          depth = Math.max(depth, at);
        }
        const leaf = steps.at(-1);
        if (mapped) expect(mapped.physical).toBe(leaf!.output! + (va & ((1n << BigInt(leaf!.shift)) - 1n)));
      }
    }
    expect(depth).toBe(3);
  });

  it('changes nothing', () => {
    const program = randomProgram(3);
    const { vcpu, ram } = machineOf(program);
    const before = vcpu.views.u8.slice();
    for (const va of addresses(program)) explainWalk(vcpu, ram, va);
    expect(Buffer.compare(before, vcpu.views.u8)).toBe(0);
  });
});
