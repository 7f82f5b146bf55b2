/**
 * What the public tests of KVM assert about PSCI, replayed on the pure function: the kernel's selftests `psci_test` and
 * `hypercalls`, kvm-unit-tests' `arm/psci`, and further vectors. The test plays the guest and the VMM.
 */
import { describe, expect, it } from 'vitest';
import { affinityOfVcpu, mpidrOfVcpu } from './affinity';
import { wakeUpPoint } from './firmware';
import type { RegisterName } from './pseudo-registers';
import { SMCCC_ID } from './smccc-services';
import { signed, TestVm } from './vm.testkit';

const CPU_OFF = 0x84000002;
const CPU_ON64 = 0xc4000003;
const AFFINITY_INFO64 = 0xc4000004;
const SYSTEM_OFF = 0x84000008;
const FEATURES = 0x8400000a;
const SUSPEND32 = 0x8400000e;
const SUSPEND64 = 0xc400000e;
const RESET2_32 = 0x84000012;
const RESET2_64 = 0xc4000012;
const OFF2_32 = 0x84000015;
const OFF2_64 = 0xc4000015;

describe('selftest psci_test: CPU_ON', () => {
  const vm = new TestVm();
  const target = mpidrOfVcpu(1) & 0xff00ffffffn;

  it('1. answers 0 for a stopped target', () => {
    vm.setPower(1, 'stopped');
    expect(vm.x0(CPU_ON64, target, 0xfeedf00d, 0xdeadc0de)).toBe(0n);
  });
  it('2. AFFINITY_INFO then says on although the target has not run', () => {
    expect(vm.x0(AFFINITY_INFO64, target, 0)).toBe(0n);
  });
  it('3. the VMM reads the reset state without running the target', () => {
    const state = vm.started.get(1)!;
    expect(state.pc).toBe(0xfeedf00dn);
    expect(state.x[0]).toBe(0xdeadc0den);
    expect(state.x.slice(1)).toEqual(new Array(30).fill(0n));
    expect([state.pstate, state.sctlrEl1]).toEqual([0x3c5, 0x00c50078n]);
  });
  it('hands a big-endian caller’s endianness on', () => {
    const big = new TestVm();
    big.call([CPU_ON64, 1, 0x1000, 0], { bigEndian: true });
    expect(big.started.get(1)!.sctlrEl1).toBe(0x02c50078n);
  });
});

describe('selftest psci_test: SYSTEM_SUSPEND', () => {
  it('4. is advertised with the capability', () => {
    const vm = new TestVm({ systemSuspend: true });
    expect([vm.x0(FEATURES, SUSPEND32), vm.x0(FEATURES, SUSPEND64)]).toEqual([0n, 0n]);
  });
  it('5. exits with a suspend event and leaves entry and context to the VMM', () => {
    const vm = new TestVm({ systemSuspend: true });
    const reply = vm.call([SUSPEND64, 0x4567000, 0xbeef]);
    expect(vm.events.map(({ type }) => type)).toEqual(['suspend']);
    expect(wakeUpPoint(reply.regs)).toEqual({ entry: 0x4567000n, contextId: 0xbeefn });
    expect(vm.vcpus[0]!.power).toBe('runnable');
  });
});

describe('selftest psci_test: SYSTEM_OFF2', () => {
  const vm = new TestVm();
  it('6. the default version is at least 1.3', () => {
    const read = vm.registers.read('psci_version');
    expect(read.ok && read.value).toBeGreaterThanOrEqual(0x10003n);
  });
  it('7. both forms advertise HIBERNATE_OFF', () => {
    expect(vm.x0(FEATURES, OFF2_32) & 1n).toBe(1n);
    expect(vm.x0(FEATURES, OFF2_64) & 1n).toBe(1n);
  });
  for (const [type, checks] of [
    [1, '8.–9.'],
    [0, '10.–11.'],
  ] as const) {
    it(`${checks} type ${type}: cookie 1 is refused without an exit, cookie 0 shuts down`, () => {
      const before = vm.events.length;
      expect(vm.x0(OFF2_64, type, 1)).toBe(-2n);
      expect(vm.events.length).toBe(before);
      const reply = vm.call([OFF2_64, type, 0]);
      const event = vm.events[before]!;
      expect([event.type, event.ndata >= 1, event.data[0]! & 1n]).toEqual(['shutdown', true, 1n]);
      expect(vm.vcpus.every(({ power }) => power === 'stopped')).toBe(true);
      vm.setPower(0, 'runnable'); // the VMM re-runs the caller, which now sees its registers
      expect(signed(reply.regs[0])).toBe(-6n);
      expect(reply.result).toBeUndefined();
    });
  }
  it('12. makes exactly two shutdown events', () => {
    expect(vm.events.map(({ type }) => type)).toEqual(['shutdown', 'shutdown']);
  });
});

describe('selftest hypercalls', () => {
  const bitmaps: [name: RegisterName, first: bigint, full: bigint, unsupported: bigint][] = [
    ['std_bmap', 1n, 1n, 1n << 1n],
    ['std_hyp_bmap', 1n, 1n, 1n << 1n],
    ['vendor_hyp_bmap', 3n, 3n, 1n << 2n],
    ['vendor_hyp_bmap_2', 0n, 3n, 1n << 2n],
  ];
  const vm = new TestVm();
  const { registers } = vm;
  const read = (name: RegisterName) => {
    const got = registers.read(name);
    return got.ok ? got.value : got.errno;
  };
  const write = (name: RegisterName, value: bigint) => {
    const got = registers.write(name, value);
    return got.ok ? 'ok' : got.errno;
  };

  it('1.–5. before the VM runs: default, write, read back, unsupported bit', () => {
    for (const [name, first, , unsupported] of bitmaps) {
      expect(read(name), name).toBe(first);
      const value = name === 'vendor_hyp_bmap_2' ? 3n : 0n;
      expect(write(name, value), name).toBe('ok');
      expect(read(name), name).toBe(value);
      if (name === 'vendor_hyp_bmap_2') expect(write(name, 0n)).toBe('ok');
      expect(write(name, unsupported), name).toBe('EINVAL');
    }
  });

  it('6.–7. after one run: all read 0, and the full mask is EBUSY', () => {
    vm.call([0x84000000]);
    for (const [name, , full, unsupported] of bitmaps) {
      expect(read(name), name).toBe(0n);
      expect(write(name, full), name).toBe('EBUSY');
      expect(write(name, 0n), name).toBe('ok');
      expect(write(name, unsupported), name).toBe('EINVAL');
    }
  });

  const calls: [number, number][] = [
    [SMCCC_ID.TRNG_VERSION, 0],
    [SMCCC_ID.TRNG_FEATURES, SMCCC_ID.TRNG_RND64],
    [SMCCC_ID.TRNG_GET_UUID, 0],
    [SMCCC_ID.TRNG_RND32, 0],
    [SMCCC_ID.TRNG_RND64, 0],
    [SMCCC_ID.SMCCC_ARCH_FEATURES, SMCCC_ID.PV_TIME_FEATURES],
    [SMCCC_ID.PV_TIME_FEATURES, SMCCC_ID.PV_TIME_ST],
    [SMCCC_ID.PV_TIME_ST, 0],
    [SMCCC_ID.VENDOR_HYP_KVM_FEATURES, 0],
    [SMCCC_ID.VENDOR_HYP_CALL_UID, 0],
    [SMCCC_ID.VENDOR_HYP_KVM_PTP, 0],
  ];

  it('8. all services answer exactly -1 with all bits off', () => {
    for (const [id, x1] of calls) expect(vm.call([id, x1]).regs, id.toString(16)).toEqual([2n ** 64n - 1n, 0n, 0n, 0n]);
  });

  it('9. none answers -1 with the defaults and a stolen-time record', () => {
    const fresh = new TestVm({ services: { entropy: (bytes) => bytes.fill(0xa5), ptp: () => ({ wall: 1n, counter: 2n }) } });
    fresh.configure(0, { stolenTime: 1n << 30n });
    for (const [id, x1] of calls) expect(fresh.x0(id, x1), id.toString(16)).not.toBe(-1n);
  });

  it('10. queries across families answer -1', () => {
    const fresh = new TestVm();
    fresh.configure(0, { stolenTime: 1n << 30n });
    expect(fresh.x0(SMCCC_ID.TRNG_FEATURES, SMCCC_ID.VENDOR_HYP_KVM_PTP)).toBe(-1n);
    expect(fresh.x0(SMCCC_ID.SMCCC_ARCH_FEATURES, SMCCC_ID.TRNG_RND64)).toBe(-1n);
    expect(fresh.x0(SMCCC_ID.PV_TIME_FEATURES, SMCCC_ID.TRNG_RND64)).toBe(-1n);
  });
});

describe('kvm-unit-tests arm/psci', () => {
  it('1.–2. has a version, and -1 for function 1337', () => {
    const vm = new TestVm();
    expect(vm.x0(0x84000000)).toBe(0x10003n);
    expect(vm.x0(1337)).toBe(-1n);
  });
  it('3.–4. affinity-info: the boot CPU is on, cpu 1 is off before it was started', () => {
    const vm = new TestVm();
    expect(vm.x0(AFFINITY_INFO64, 0, 0)).toBe(0n);
    expect(vm.x0(AFFINITY_INFO64, 1, 0)).toBe(1n);
  });
  it('5. cpu-on: of many callers exactly one gets 0, all others ALREADY_ON', () => {
    const vm = new TestVm({ vcpus: 8 });
    for (let cpu = 2; cpu < 8; cpu++) vm.setPower(cpu, 'runnable');
    const results = [0, 2, 3, 4, 5, 6, 7].map((vcpu) => signed(vm.call([CPU_ON64, 1, 0x1000, 0], { vcpu }).regs[0]));
    expect(results).toEqual([0n, -4n, -4n, -4n, -4n, -4n, -4n]);
  });
  it('6. cpu-off: each CPU that left is off, and none returns', () => {
    const vm = new TestVm({ vcpus: 4 });
    for (let cpu = 1; cpu < 4; cpu++) vm.setPower(cpu, 'runnable');
    for (let cpu = 1; cpu < 4; cpu++) {
      expect(vm.call([CPU_OFF], { vcpu: cpu }).result).toBeUndefined();
      expect(vm.x0(AFFINITY_INFO64, cpu, 0)).toBe(1n);
    }
  });
  it('7. SYSTEM_OFF ends the VM', () => {
    const vm = new TestVm();
    vm.call([SYSTEM_OFF]);
    expect(vm.events).toEqual([{ type: 'shutdown', ndata: 1, data: [0n], flags: 0n }]);
  });
});

describe('further vectors', () => {
  it('keeps x1–x3 for SYSTEM_RESET2 and zeroes them for SYSTEM_OFF2', () => {
    const vm = new TestVm();
    expect(vm.call([RESET2_64, 0x80000000, 0xdead_beef_0000_0001n, 3]).regs.slice(1)).toEqual([
      0x80000000n,
      0xdead_beef_0000_0001n,
      3n,
    ]);
    expect(vm.call([RESET2_32, 0x1_8000_0000n, 0xdead_beef_0000_0001n, 3]).regs.slice(1)).toEqual([0x80000000n, 1n, 3n]);
    expect(vm.call([OFF2_64, 1, 0, 3]).regs.slice(1)).toEqual([0n, 0n, 0n]);
  });
  it('leaves x0 of a SYSTEM_SUSPEND exit as the guest set it', () => {
    const vm = new TestVm({ systemSuspend: true });
    expect(vm.call([0x7_8400_000en, 0x1_0000_1000n, 2, 3]).regs).toEqual([0x7_8400_000en, 0x1000n, 2n, 3n]);
  });
  it('numbers vCPUs as KVM does, and finds them by that', () => {
    expect([0, 15, 16, 17, 4096].map(affinityOfVcpu)).toEqual([0n, 0xfn, 0x100n, 0x101n, 0x10000n]);
    const vm = new TestVm({ vcpus: 18 });
    expect(vm.x0(CPU_ON64, 0x101, 0, 0)).toBe(0n);
    expect(vm.vcpus[17]!.power).toBe('runnable');
    expect(vm.x0(AFFINITY_INFO64, 0x1ff, 1)).toBe(0n);
    expect(vm.x0(AFFINITY_INFO64, 0x2ff, 1)).toBe(-2n);
  });
  it('can switch off the last running CPU, and switch a CPU on again', () => {
    const vm = new TestVm();
    vm.call([CPU_ON64, 1, 0x1000, 0]);
    vm.call([CPU_OFF], { vcpu: 1 });
    expect(vm.x0(CPU_ON64, 1, 0x2000, 5)).toBe(0n);
    expect(vm.started.get(1)).toMatchObject({ pc: 0x2000n });
    vm.call([CPU_OFF], { vcpu: 1 });
    vm.call([CPU_OFF], { vcpu: 0 });
    expect(vm.vcpus.map(({ power }) => power)).toEqual(['stopped', 'stopped']);
  });
  it('takes a version written while the VM runs from the next call on', () => {
    const vm = new TestVm();
    expect(vm.x0(0x84000000)).toBe(0x10003n);
    expect(vm.registers.write('psci_version', 0x10001n).ok).toBe(true);
    expect(vm.x0(0x84000000)).toBe(0x10001n);
    expect(vm.x0(OFF2_64, 0, 0)).toBe(-1n);
  });
});

describe('purity', () => {
  it('changes neither the state nor the caller', () => {
    const vm = new TestVm({ vcpus: 3 });
    const state = vm.state();
    const copy = structuredClone(state);
    vm.call([CPU_ON64, 1, 0x1000, 0]);
    vm.call([SYSTEM_OFF]);
    expect(state).toEqual(copy);
  });
});
