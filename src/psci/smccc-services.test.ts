import { describe, expect, it } from 'vitest';
import { handleCall, refuse } from './firmware';
import { makeHost } from './pseudo-registers';
import { SERVICES, SMCCC_ID } from './smccc-services';
import type { FirmwareServices } from './state';
import { signed, TestVm, type TestVmOptions } from './vm.testkit';

const ones: FirmwareServices = { entropy: (bytes) => bytes.fill(0xff) };
const M64 = 2n ** 64n - 1n;

describe('conduit', () => {
  const call = (conduit: 'hvc' | 'smc', immediate: number) =>
    handleCall(new TestVm().state(), { vcpu: 0, conduit, immediate, regs: [0x84000000n, 1n, 2n, 3n], bigEndian: false }).regs;
  it('serves HVC with any immediate, and SMC #0', () => {
    for (const regs of [call('hvc', 0), call('hvc', 77), call('smc', 0)]) expect(regs).toEqual([0x10003n, 0n, 0n, 0n]);
  });
  it('answers SMC with another immediate by all ones in x0 only', () => {
    expect(call('smc', 1)).toEqual([M64, 1n, 2n, 3n]);
  });
});

describe('architecture services', () => {
  it('answers SMCCC 1.1 in every version, 0.1 included', () => {
    for (const version of ['0.1', '0.2', '1.0', '1.3'] as const) expect(new TestVm({ version }).x0(0x80000000)).toBe(0x10001n);
  });
  const features = (id: number, workarounds = { workaround1: 2, workaround2: 3, workaround3: 2 }) =>
    new TestVm({ host: makeHost(undefined, { workarounds }) }).x0(SMCCC_ID.SMCCC_ARCH_FEATURES, id);
  it('tells of the workarounds by the host’s level', () => {
    const level = (workaround1: number, workaround2: number, workaround3: number) =>
      [0x80008000, 0x80007fff, 0x80003fff].map((id) => features(id, { workaround1, workaround2, workaround3 }));
    expect(level(2, 3, 2)).toEqual([1n, -2n, 1n]);
    expect(level(1, 0, 1)).toEqual([0n, -1n, 0n]);
    expect(level(0, 0, 0)).toEqual([-1n, -1n, -1n]);
  });
  it('answers -1 for itself, SOC_ID and whatever else', () => {
    for (const id of [0x80000000, 0x80000001, 0x80000002, 0x84000050, 0]) expect(features(id)).toBe(-1n);
    expect(features(0xc5000020)).toBe(0n);
    expect(new TestVm().x0(SMCCC_ID.SMCCC_ARCH_SOC_ID, 0)).toBe(-1n);
  });
  it('does nothing for a workaround call but clear x0', () => {
    for (const id of [0x80008000, 0x80007fff, 0x80003fff])
      expect(new TestVm().call([id, 1, 2, 3]).regs).toEqual([0n, 1n, 2n, 3n]);
  });
});

describe('TRNG', () => {
  const vm = new TestVm({ services: ones });
  it('has version 1.0 and a UUID', () => {
    expect(vm.x0(SMCCC_ID.TRNG_VERSION)).toBe(0x10000n);
    expect(vm.call([SMCCC_ID.TRNG_GET_UUID]).regs).toEqual([0x00e0210dn, 0xeb118443n, 0x44527080n, 0x4c5a4e55n]);
  });
  it('right-aligns bits and clears the rest', () => {
    const rnd = (id: number, bits: number | bigint) => vm.call([id, bits]).regs;
    expect(rnd(0x84000053, 0)).toEqual([0n, 0n, 0n, 0n]);
    expect(rnd(0x84000053, 1)).toEqual([0n, 0n, 0n, 1n]);
    expect(rnd(0x84000053, 40)).toEqual([0n, 0n, 0xffn, 0xffffffffn]);
    expect(rnd(0x84000053, 96)).toEqual([0n, 0xffffffffn, 0xffffffffn, 0xffffffffn]);
    expect(rnd(0x84000053, 97)).toEqual([M64 - 1n, 0n, 0n, 0n]);
    expect(rnd(0xc4000053, 65)).toEqual([0n, 0n, 1n, M64]);
    expect(rnd(0xc4000053, 192)).toEqual([0n, M64, M64, M64]);
    expect(rnd(0xc4000053, 193)).toEqual([M64 - 1n, 0n, 0n, 0n]);
    expect(rnd(0xc4000053, 0x1_0000_0008n)).toEqual([0n, 0n, 0n, 0xffn]);
  });
  it('asks the host only for the bytes it needs, low byte first', () => {
    const asked: number[] = [];
    const counting = new TestVm({
      services: {
        entropy: (bytes) => {
          asked.push(bytes.length);
          bytes.set(bytes.map((_, i) => i + 1));
        },
      },
    });
    expect(counting.call([0xc4000053, 16]).regs).toEqual([0n, 0n, 0n, 0x0201n]);
    expect(asked).toEqual([2]);
  });
  it('says NO_ENTROPY without a source', () => {
    expect(new TestVm().x0(SMCCC_ID.TRNG_RND64, 8)).toBe(-3n);
  });
});

describe('stolen time', () => {
  it('is there for vCPUs with a record, and the call has it zeroed', () => {
    const vm = new TestVm();
    expect(vm.x0(SMCCC_ID.PV_TIME_FEATURES, SMCCC_ID.PV_TIME_ST)).toBe(-1n);
    expect(vm.x0(SMCCC_ID.PV_TIME_ST)).toBe(-1n);
    vm.configure(0, { stolenTime: 0x9000n });
    expect(vm.x0(SMCCC_ID.PV_TIME_FEATURES, SMCCC_ID.PV_TIME_FEATURES)).toBe(0n);
    const reply = vm.call([SMCCC_ID.PV_TIME_ST]);
    expect(reply.regs).toEqual([0x9000n, 0n, 0n, 0n]);
    expect(reply.effects).toEqual([{ type: 'init-stolen-time', vcpu: 0, address: 0x9000n }]);
  });
});

describe('vendor hypervisor services', () => {
  it('names KVM and its features', () => {
    const vm = new TestVm();
    expect(vm.call([0x8600ff01]).regs).toEqual([0xb66fb428n, 0xe911c52en, 0x564bcaa9n, 0x743a004dn]);
    expect(vm.call([0x86000000]).regs).toEqual([3n, 0n, 0n, 0n]);
    const two = new TestVm();
    two.registers.write('vendor_hyp_bmap_2', 2n);
    expect(two.call([0x86000000]).regs).toEqual([3n, 0n, 2n, 0n]);
    expect(two.x0(0xc6000041)).toBe(-1n);
  });
  it('gives wall time and counter, high words first', () => {
    const vm = new TestVm({
      services: { ptp: (counter) => ({ wall: 0x1_0000_0002n, counter: counter === 'virtual' ? 0x3_0000_0004n : 5n }) },
    });
    expect(vm.call([0x86000001, 0]).regs).toEqual([1n, 2n, 3n, 4n]);
    expect(vm.call([0x86000001, 1]).regs).toEqual([1n, 2n, 0n, 5n]);
    expect(vm.x0(0x86000001, 2)).toBe(-1n);
    expect(new TestVm().x0(0x86000001, 0)).toBe(-1n);
  });
  it('gates PTP apart from the features call', () => {
    const vm = new TestVm({ services: { ptp: () => ({ wall: 0n, counter: 0n }) } });
    vm.registers.write('vendor_hyp_bmap', 1n);
    expect([vm.x0(0x86000001, 0), vm.x0(0x86000000)]).toEqual([-1n, 1n]);
  });
});

describe('SMCCC filter', () => {
  const withFilter = (filter: NonNullable<TestVmOptions['filter']>) => new TestVm({ filter });
  it('denies and forwards, before version and bitmaps are looked at', () => {
    const vm = withFilter([
      { base: 0x84000000, count: 1, action: 'deny' },
      { base: 0xc6000040, count: 2, action: 'forward' },
      { base: 0x84000006, count: 1, action: 'handle' },
    ]);
    expect(vm.x0(0x84000000)).toBe(-1n);
    expect(vm.x0(0x84000006)).toBe(2n);
    const reply = vm.call([0xc6000041, 1, 2, 3], { conduit: 'smc' });
    expect(reply.effects).toEqual([{ type: 'forward', vcpu: 0, id: 0xc6000041, smc: true }]);
    expect(reply.regs).toEqual([0xc6000041n, 1n, 2n, 3n]);
    expect([reply.result, reply.outcome]).toEqual([undefined, 'event']);
    expect(refuse(-3)).toEqual([M64 - 2n, 0n, 0n, 0n]);
  });
});

describe('the table of services', () => {
  it('has different ids and explains every refusal', () => {
    expect(new Set(SERVICES.map(({ id }) => id)).size).toBe(SERVICES.length);
    const vm = new TestVm();
    for (const register of ['std_bmap', 'std_hyp_bmap', 'vendor_hyp_bmap'] as const) vm.registers.write(register, 0n);
    for (const service of SERVICES) {
      const reply = vm.call([service.id]);
      expect(reply.name).toBe(service.name);
      if (service.gate) expect([signed(reply.regs[0]), reply.why]).toEqual([-1n, expect.stringContaining('_bmap')]);
    }
  });
});
