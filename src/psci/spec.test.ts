/** Where the specification asks for more than KVM does, and firmware that gets SYSTEM_OFF2 wrong on purpose. */
import { describe, expect, it } from 'vitest';
import { psciReturnName } from './results';
import type { CallReply } from './state';
import { PSCI_VERSIONS, type PsciVersion } from './versions';
import { TestVm } from './vm.testkit';

const RAM = { base: 0x4000_0000n, size: 0x1000_0000n };
const CPU_ON = 0xc4000003;
const ENTRY = 0x4000_1000;
const plain = ({ regs, effects, result, outcome, name, args, resultText, why, argsText }: CallReply) => ({
  regs,
  effects,
  result,
  outcome,
  name,
  args,
  resultText,
  why,
  argsText,
});
const spec = (version: PsciVersion = '1.3', vcpus = 3) =>
  new TestVm({ version, vcpus, policy: { rules: 'spec' }, ram: RAM, systemSuspend: true });
const name = (vm: TestVm, ...regs: (number | bigint)[]) => psciReturnName(vm.x0(...regs));

describe('spec rules', () => {
  it('say ON_PENDING until the target has started, then ALREADY_ON', () => {
    const vm = spec();
    expect(name(vm, CPU_ON, 1, ENTRY, 0)).toBe('SUCCESS');
    expect(name(vm, CPU_ON, 1, ENTRY, 0)).toBe('ON_PENDING');
    expect(vm.x0(0xc4000004, 1, 0)).toBe(2n);
    vm.configure(1, { pending: false });
    expect(name(vm, CPU_ON, 1, ENTRY, 0)).toBe('ALREADY_ON');
    expect(vm.x0(0xc4000004, 1, 0)).toBe(0n);
  });
  it('do not use ON_PENDING for a whole group with one CPU on', () => {
    const vm = spec();
    vm.x0(CPU_ON, 1, ENTRY, 0);
    expect(vm.x0(0xc4000004, 0, 1)).toBe(0n);
  });
  it('refuse an entry that is misaligned or outside RAM', () => {
    const entries = [ENTRY + 2, 0x3fff_fffc, 0x5000_0000, 0x4fff_fffc];
    expect(entries.map((entry) => name(spec('1.0'), CPU_ON, 1, entry, 0))).toEqual([
      'INVALID_ADDRESS',
      'INVALID_ADDRESS',
      'INVALID_ADDRESS',
      'SUCCESS',
    ]);
    expect(name(spec('0.2'), CPU_ON, 1, ENTRY + 2, 0)).toBe('INVALID_PARAMETERS');
  });
  it('deny SYSTEM_SUSPEND while other CPUs are on', () => {
    const vm = spec();
    vm.setPower(2, 'runnable');
    const reply = vm.call([0xc400000e, ENTRY, 0]);
    expect(psciReturnName(reply.regs[0])).toBe('DENIED');
    expect(reply.why).toContain('cpu2');
    vm.setPower(2, 'stopped');
    expect(name(vm, 0xc400000e, 0x1000, 0)).toBe('INVALID_ADDRESS');
    vm.call([0xc400000e, ENTRY, 0]);
    expect(vm.events.map(({ type }) => type)).toEqual(['suspend']);
  });
  it('check the power_state of CPU_SUSPEND', () => {
    expect(name(spec(), 0xc4000001, 0x0000ffff, 0, 0)).toBe('SUCCESS');
    expect(name(spec(), 0xc4000001, 0x00020000, 0, 0)).toBe('INVALID_PARAMETERS');
    expect(name(spec(), 0xc4000001, 0x04000000, 0, 0)).toBe('INVALID_PARAMETERS');
    expect(name(spec(), 0xc4000001, 0x03010000, 0, 0)).toBe('INVALID_ADDRESS');
    expect(name(spec(), 0xc4000001, 0x03010000, ENTRY, 0)).toBe('SUCCESS');
  });
  it('have CPU_SUSPEND in 0.1', () => {
    expect(spec('0.1').call([0x95c1ba5e, 0]).effects).toEqual([{ type: 'wait', vcpu: 0 }]);
  });
  it('change no other answer', () => {
    for (const version of PSCI_VERSIONS) {
      for (const id of [0x84000000, 0x84000006, 0x84000005, 0x8400000d, 0x84000015, 0x84000012]) {
        const kvm = new TestVm({ version, vcpus: 3, systemSuspend: true }).call([id, 0, 0, 0]);
        expect(plain(spec(version).call([id, 0, 0, 0]))).toEqual(plain(kvm));
      }
    }
  });
});

describe('a CPU the VMM holds back', () => {
  it('is DENIED from 1.2 on, where CPU_ON may say so', () => {
    const answer = (version: PsciVersion) => name(new TestVm({ version, policy: { denyCpuOn: [1] } }), CPU_ON, 1, ENTRY, 0);
    expect(PSCI_VERSIONS.slice(1).map(answer)).toEqual([
      'INTERNAL_FAILURE',
      'INTERNAL_FAILURE',
      'INTERNAL_FAILURE',
      'DENIED',
      'DENIED',
    ]);
  });
});

describe('SYSTEM_OFF2 built to an unfinished text', () => {
  const answers = (systemOff2Types: 'both' | 'only-0' | 'only-1') =>
    [0, 1, 2].map((type) => name(new TestVm({ policy: { systemOff2Types } }), 0xc4000015, type, 0));
  it('knows only 0 (alpha), only 1 (first published text), or both (F.b)', () => {
    expect(answers('both')).toEqual(['INTERNAL_FAILURE', 'INTERNAL_FAILURE', 'INVALID_PARAMETERS']);
    expect(answers('only-0')).toEqual(['INTERNAL_FAILURE', 'INVALID_PARAMETERS', 'INVALID_PARAMETERS']);
    expect(answers('only-1')).toEqual(['INVALID_PARAMETERS', 'INTERNAL_FAILURE', 'INVALID_PARAMETERS']);
  });
  it('still advertises HIBERNATE_OFF', () => {
    expect(new TestVm({ policy: { systemOff2Types: 'only-1' } }).x0(0x8400000a, 0xc4000015)).toBe(1n);
  });
});
