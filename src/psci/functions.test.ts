import { describe, expect, it } from 'vitest';
import { isImplemented } from './calls';
import { handleCall } from './firmware';
import { PSCI_FUNCTIONS, psciFunction, psciFunctionById } from './functions';
import { featuresAnswer, probeState, versionMatrix } from './matrix';
import { versionAtLeast } from './versions';
import { TestVm } from './vm.testkit';

describe('the table of functions', () => {
  it('numbers functions without gaps and derives both ids from the number', () => {
    PSCI_FUNCTIONS.forEach((fn, n) => {
      expect(fn.n).toBe(n);
      if (fn.smc32 !== undefined) expect(fn.smc32).toBe(0x84000000 + n);
      if (fn.smc64 !== undefined) expect(fn.smc64).toBe(0xc4000000 + n);
      expect(fn.smc32 ?? fn.smc64).toBeDefined();
    });
    expect(psciFunction('SYSTEM_OFF2').smc64).toBe(0xc4000015);
    expect(psciFunctionById(0xc4000002)).toBeUndefined();
  });

  it('says "KVM has it" exactly for what is implemented', () => {
    for (const fn of PSCI_FUNCTIONS) expect(isImplemented(fn.name), fn.name).toBe(fn.kvmSince !== undefined);
  });

  it('never lets KVM have a function before the specification does', () => {
    for (const fn of PSCI_FUNCTIONS) if (fn.kvmSince) expect(versionAtLeast(fn.kvmSince, fn.since), fn.name).toBe(true);
  });

  it('has every mandatory function in every version from 0.2 that has it', () => {
    for (const { fn, cells } of versionMatrix()) {
      if (!fn.mandatory) continue;
      for (const { version, answer } of cells) {
        const due = version !== '0.1' && versionAtLeast(version, fn.since);
        if (due) expect(answer, `${fn.name} at ${version}`).toBe('yes');
      }
    }
  });
});

describe('the matrix', () => {
  it('shows the three functions that set versions apart, and why', () => {
    const row = (name: string) => versionMatrix().find(({ fn }) => fn.name === name)!.cells;
    expect(row('SYSTEM_RESET2').map(({ answer }) => answer)).toEqual(['no', 'no', 'no', 'yes', 'yes', 'yes']);
    expect(row('SYSTEM_OFF2').map(({ answer }) => answer)).toEqual(['no', 'no', 'no', 'no', 'no', 'yes']);
    expect(row('SYSTEM_SUSPEND').map(({ answer }) => answer)).toEqual([
      'no',
      'no',
      'capability',
      'capability',
      'capability',
      'capability',
    ]);
    expect(row('CPU_ON').map(({ answer }) => answer)).toEqual(['yes', 'yes', 'yes', 'yes', 'yes', 'yes']);
    expect(row('SYSTEM_OFF2')[3]!.why).toBe(
      'SYSTEM_OFF2 exists from PSCI 1.3; this VM is pinned to 1.1, so the answer is NOT_SUPPORTED.',
    );
  });

  it('shows a mandatory 0.1 CPU_SUSPEND under the spec rules only', () => {
    const suspend01 = (rules: 'kvm' | 'spec') =>
      versionMatrix({ rules, systemOff2Types: 'both', denyCpuOn: [] }).find(({ fn }) => fn.name === 'CPU_SUSPEND')!.cells[0]!
        .answer;
    expect([suspend01('kvm'), suspend01('spec')]).toEqual(['no', 'yes']);
  });

  it('asks PSCI_FEATURES itself', () => {
    expect(featuresAnswer(0xc4000015, '1.3', false)).toBe(1);
    expect(featuresAnswer(0xc4000015, '1.2', false)).toBe(-1);
    expect(featuresAnswer(0x8400000e, '1.0', true)).toBe(0);
  });
});

describe('words', () => {
  const vm = new TestVm({ version: '1.3', systemSuspend: true });
  const say = (...regs: (number | bigint)[]) => {
    const { name, argsText, resultText } = handleCall(vm.state(), {
      vcpu: 0,
      conduit: 'hvc',
      immediate: 0,
      regs: regs.map(BigInt),
      bigEndian: false,
    });
    return [name, argsText, resultText];
  };

  it('names functions, arguments and results', () => {
    expect(say(0x84000000)).toEqual(['PSCI_VERSION', '', '1.3']);
    expect(say(0xc4000003, 1, 0x41a20000, 0)).toEqual(['CPU_ON', 'cpu1 entry 0x41a20000', 'SUCCESS']);
    expect(say(0xc4000003, 1, 0x41a20000, 0xcafe)).toEqual(['CPU_ON', 'cpu1 entry 0x41a20000 context 0xcafe', 'SUCCESS']);
    expect(say(0xc4000003, 0x80000001, 4)).toEqual(['CPU_ON', 'affinity 0x80000001 entry 0x4', 'INVALID_PARAMETERS']);
    expect(say(0x84000003, 0xff_0000_0001n, 4)).toEqual(['CPU_ON', 'cpu1 entry 0x4', 'SUCCESS']);
    expect(say(0xc4000003, 0, 4)).toEqual(['CPU_ON', 'cpu0 entry 0x4', 'ALREADY_ON']);
    expect(say(0xc4000004, 1, 0)).toEqual(['AFFINITY_INFO', 'cpu1', 'OFF']);
    expect(say(0xc4000004, 0, 1)).toEqual(['AFFINITY_INFO', 'affinity 0x0 level 1', 'ON']);
    expect(say(0x84000006)).toEqual(['MIGRATE_INFO_TYPE', '', 'migration not required']);
    expect(say(0x8400000a, 0xc4000015)).toEqual(['PSCI_FEATURES', 'SYSTEM_OFF2', 'supported: HIBERNATE_OFF']);
    expect(say(0x8400000a, 0x80000000)).toEqual(['PSCI_FEATURES', 'SMCCC_VERSION', 'supported']);
    expect(say(0x8400000a, 0x8400000d)).toEqual(['PSCI_FEATURES', 'NODE_HW_STATE', 'NOT_SUPPORTED']);
    expect(say(0x8400000a, 0x12345)).toEqual(['PSCI_FEATURES', '0x12345', 'NOT_SUPPORTED']);
    expect(say(0xc4000015, 0, 0)).toEqual(['SYSTEM_OFF2', 'type 0, cookie 0', 'hibernated']);
    expect(say(0xc4000012, 0x80000001, 0)).toEqual(['SYSTEM_RESET2', 'type 0x80000001, cookie 0', 'vendor reset']);
    expect(say(0xc400000e, 0x1000, 0)).toEqual(['SYSTEM_SUSPEND', 'entry 0x1000', 'asks to suspend']);
    expect(say(0xc4000001, 0x10000, 0x1000, 0)).toEqual(['CPU_SUSPEND', 'power state 0x10000 entry 0x1000', 'SUCCESS']);
    expect(say(0x80000000)).toEqual(['SMCCC_VERSION', '', '1.1']);
    expect(say(0x80000001, 0x80008000)).toEqual(['SMCCC_ARCH_FEATURES', 'SMCCC_ARCH_WORKAROUND_1', 'unaffected']);
    expect(say(0x1337)).toEqual(['unknown', 'id 0x1337', 'NOT_SUPPORTED']);
  });

  it('words every function with every argument without failing', () => {
    for (const fn of PSCI_FUNCTIONS) {
      for (const id of [fn.smc32, fn.smc64, fn.id01]) {
        if (id === undefined) continue;
        const [name, argsText] = say(id, 0xffff_ffff_ffff_ffffn, 1, 2);
        expect(name).toBe(fn.name);
        expect(argsText).not.toMatch(/undefined|NaN/);
      }
    }
  });

  it('tells where the version came from', () => {
    const why = (versionSetBy: 'default' | 'vmm' | 'restore') =>
      handleCall(
        { ...probeState('1.1'), versionSetBy },
        { vcpu: 0, conduit: 'hvc', immediate: 0, regs: [0x84000015n], bigEndian: false },
      ).why;
    expect(why('default')).toBe('SYSTEM_OFF2 exists from PSCI 1.3; this VM has 1.1 by default, so the answer is NOT_SUPPORTED.');
    expect(why('restore')).toContain('this VM was restored with 1.1');
    expect(why('vmm')).toContain('this VM is pinned to 1.1');
  });
});
