import { beforeEach, describe, expect, it } from 'vitest';
import { Mmu } from '../mmu/mmu';
import { TestMachine } from '../mmu/mmu.testkit';
import { CPU_MODELS } from '../models';
import { msr } from '../sysregs/access';
import { FAILED, SystemContext, type TlbMaintenance } from '../sysregs/context';
import { observeRegister } from '../sysregs/observe';
import { canRead } from '../sysregs/register-row';
import { SYSREGS } from '../sysregs/table';
import { bitsOf } from './field-words';
import { decodeRegister } from './register-fields';
import { describedRegister, REGISTER_GROUPS } from './register-groups';

const all = REGISTER_GROUPS.flatMap(({ registers }) => registers);
const ALL_64 = 0xffff_ffff_ffff_ffffn;
const maskOf = (high: number, low: number): bigint => ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
const covered = (name: string): bigint =>
  describedRegister(name)!.fields.reduce((bits, { high, low }) => bits | maskOf(high, low), 0n);

/** Registers that keep what is written in bits that mean nothing. */
const KEEPS_ALL = ['SPSR_EL1', 'PAR_EL1'];
/** Registers with fields that are always the same. */
const PARTLY_FIXED = ['PMCR_EL0', 'DBGCLAIMCLR_EL1'];

let m: TestMachine;
let context: SystemContext;

/** The interrupt controller and the timers give what a real one may: all their bits. */
function contextOf(machine: TestMachine): SystemContext {
  const nothing = (): void => {};
  const tlb: TlbMaintenance = {
    vcpus: machine.vcpus,
    flushAll: nothing,
    flushVcpu: nothing,
    tableChanged: nothing,
    asidChanged: nothing,
    dropAsid: nothing,
    dropPage: nothing,
    dropRange: nothing,
  };
  return new SystemContext(
    machine.vcpu,
    { readIcc: () => 0, writeIcc: nothing },
    { high: 0, read: () => 0, write: nothing },
    tlb,
    new Mmu(machine.ram),
    { catchUp: nothing, countSoftware: nothing, changed: nothing },
  );
}

beforeEach(() => {
  m = new TestMachine();
  context = contextOf(m);
});

/** What bits of a register are when something of 64 bits was written. */
function afterWriting(name: string, value: bigint): bigint | undefined {
  const row = SYSREGS.find((each) => each.name === name)!;
  m.vcpu.setX(4, value);
  return (msr(context, row.key, 4) & FAILED) === 0 ? observeRegister(context, name) : undefined;
}

describe('the description of system registers', () => {
  it('has every register that can be read, once, but for those whose reading makes up a value', () => {
    const names = all.map(({ name }) => name).sort();
    const readable = SYSREGS.filter(({ el1, name }) => canRead(el1) && !name.startsWith('RNDR')).map(({ name }) => name);
    expect(names).toEqual([...readable, 'SP_EL1'].sort());
  });

  it.each(all.map((row) => [row.name, row] as const))('%s: fields are in order, fit, and do not overlap', (_name, { fields }) => {
    let next = 63;
    for (const { name, high, low } of fields) {
      expect([name, low <= high, high <= next, low >= 0]).toEqual([name, true, true, true]);
      next = low - 1;
    }
  });

  it('says something of every bit that a guest can set, and of no bit that it cannot', () => {
    let looked = 0;
    for (const { name, el1 } of SYSREGS) {
      const row = describedRegister(name);
      if (el1 !== 'rw' || !row || row.fields.length === 0 || /^(ICC|CNT[PV])/.test(name)) continue;
      const reset = observeRegister(context, name)!;
      const ones = afterWriting(name, ALL_64);
      if (ones === undefined) continue;
      const zeros = afterWriting(name, 0n)!;
      const seen = reset | ones | zeros;
      if (!KEEPS_ALL.includes(name)) expect([name, (seen & ~covered(name)).toString(16)]).toEqual([name, '0']);
      if (!PARTLY_FIXED.includes(name)) expect([name, (covered(name) & ~seen).toString(16)]).toEqual([name, '0']);
      looked++;
    }
    expect(looked).toBeGreaterThan(40);
  });

  it('says something of every bit that identification registers have, on every model', () => {
    for (const model of Object.values(CPU_MODELS)) {
      const machine = new TestMachine(1, model);
      for (const { name, fields } of all) {
        if (!/^(ID_|MIDR|MPIDR|CTR|CLIDR|CCSIDR|DCZID)/.test(name)) continue;
        const value = observeRegister(contextOf(machine), name)!;
        if (fields.length === 0) expect([model.name, name, value]).toEqual([model.name, name, 0n]);
        else expect([model.name, name, (value & ~covered(name)).toString(16)]).toEqual([model.name, name, '0']);
      }
    }
  });

  it('names the features that identification registers promise', () => {
    const meaning = (name: string, field: string): string =>
      decodeRegister(describedRegister(name)!, observeRegister(context, name)!).find((each) => each.name === field)!.meaning;
    expect(meaning('ID_AA64ISAR0_EL1', 'AES')).toBe('FEAT_AES, FEAT_PMULL');
    expect(meaning('ID_AA64MMFR1_EL1', 'PAN')).toBe('FEAT_PAN, FEAT_PAN2, FEAT_PAN3');
    expect(meaning('ID_AA64PFR0_EL1', 'SVE')).toBe('not implemented');
    expect(meaning('ID_AA64PFR0_EL1', 'EL1')).toBe('AArch64 only');
    expect(meaning('ID_AA64MMFR0_EL1', 'PARange')).toBe('40 bits');
  });
});

describe('a register decoded', () => {
  const decode = (name: string, value: bigint): string[] =>
    decodeRegister(describedRegister(name)!, value).map(({ name: field, value: bits, meaning }) => `${field}=${bits} ${meaning}`);

  it('has each field with its bits and the meaning of them', () => {
    expect(decode('CurrentEL', 4n)).toEqual(['EL=1 EL1']);
    expect(decode('CPACR_EL1', 3n << 20n)).toEqual(['FPEN=3 SIMD and floating point are allowed']);
    expect(decode('MAIR_EL1', 0x0044_0cff_0400_bb00n).slice(-4)).toEqual([
      'Attr3=4 Device-nGnRE',
      'Attr2=0 Device-nGnRnE',
      'Attr1=187 Normal, Write-Through, Read-Allocate, Write-Allocate',
      'Attr0=0 Device-nGnRnE',
    ]);
    expect(decode('TCR_EL1', 0x5_b519_3519n)).toEqual(
      expect.arrayContaining([
        'T1SZ=25 39 bits of address in the upper half',
        'TG1=2 4 KiB',
        'IPS=5 48 bits',
        'SH0=3 Inner Shareable',
      ]),
    );
    expect(decode('PAR_EL1', 0x809n)).toEqual(
      expect.arrayContaining(['FST=4 translation fault at level 0', 'F=1 the translation failed']),
    );
    expect(decode('PAR_EL1', 0xff00_0000_4020_0b80n)).toEqual(
      expect.arrayContaining(['PA=262656 0x40200000', 'SH=3 Inner Shareable', 'FST=0 ']),
    );
    expect(decode('DBGWCR0_EL1', 0x1_e0n | 0x17n)).toContain('BAS=15 +0, +1, +2, +3');
    expect(decode('SPSR_EL1', 0x6000_03c5n)).toContain('M[3:0]=5 EL1 with SP_EL1 (EL1h)');
  });

  it('takes each value from where the field says it is', () => {
    for (const row of all)
      for (const { high, low, value } of decodeRegister(row, 0xa5a5_5a5a_0f0f_c3c3n))
        expect(value).toBe(bitsOf(0xa5a5_5a5a_0f0f_c3c3n, high, low));
  });
});

it('looking has no effect on what is looked at', () => {
  const before = m.vcpu.views.u8.slice();
  for (const { name } of all) observeRegister(context, name);
  expect(Buffer.compare(before, m.vcpu.views.u8)).toBe(0);
});
