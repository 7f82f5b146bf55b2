/**
 * What happens when a guest continues on another host: the rows of the scenario table in docs/psci.md, as far as the firmware
 * alone can show them. `bootKernel` is what Linux probes and caches; a hibernated kernel keeps the cache it was born with.
 */
import { describe, expect, it } from 'vitest';
import { makeHost } from './pseudo-registers';
import { hostGeneration, type PsciVersion } from './versions';
import { signed, TestVm } from './vm.testkit';

const VERSION = 0x84000000;
const SYSTEM_OFF = 0x84000008;
const FEATURES = 0x8400000a;
const RESET2 = 0xc4000012;
const OFF2 = 0xc4000015;
const CPU_ON = 0xc4000003;
const onHost = (name: string) => makeHost(hostGeneration(name)!);
const OLD = 'linux-5.18';

/** The part of Linux's probe that matters: read once, then believed for life. */
function bootKernel(vm: TestVm) {
  const has = (id: number) => vm.x0(FEATURES, id);
  return { version: vm.x0(VERSION), reset2: has(RESET2) !== -1n, off2: has(OFF2) > 0n && (has(OFF2) & 1n) === 1n };
}
type Kernel = ReturnType<typeof bootKernel>;

/** Linux's way to power down when it hibernates: SYSTEM_OFF2(0, 0) if it believes in it, SYSTEM_OFF if that comes back. */
function hibernate(vm: TestVm, kernel: Kernel): string {
  if (kernel.off2) vm.call([OFF2, 0, 0, 0]);
  if (vm.events.length === 0) vm.call([SYSTEM_OFF, 0, 0, 0]);
  const { type, flags } = vm.events[0]!;
  return `${type} ${flags}`;
}

const restored = (from: TestVm, into: TestVm) => into.registers.restore(from.registers.save());

describe('scenarios', () => {
  it('1. blind restore on a newer host: the guest sees the old version', () => {
    const source = new TestVm({ host: onHost(OLD) });
    const target = new TestVm();
    expect(restored(source, target).ok).toBe(true);
    expect(target.x0(VERSION)).toBe(0x10001n);
  });
  it('2. not restored: the new default from the next call on', () => {
    expect(new TestVm({ host: onHost(OLD) }).x0(VERSION)).toBe(0x10001n);
    expect(new TestVm().x0(VERSION)).toBe(0x10003n);
  });
  it('3. restore on a host that is too old is refused, and works if the source was pinned', () => {
    const target = () => new TestVm({ host: onHost(OLD) });
    expect(restored(new TestVm(), target())).toMatchObject({ ok: false, errno: 'EINVAL' });
    expect(restored(new TestVm({ version: '1.1' }), target()).ok).toBe(true);
  });
  it('4. register skipped on an older host: cached functions answer NOT_SUPPORTED', () => {
    const kernel = bootKernel(new TestVm());
    expect(kernel).toEqual({ version: 0x10003n, reset2: true, off2: true });
    expect(hibernate(new TestVm({ host: onHost(OLD) }), kernel)).toBe('shutdown 0');
    expect(new TestVm({ host: onHost('linux-4.16') }).x0(RESET2, 0, 0)).toBe(-1n);
  });
  it('5.–6. cold start on a new host: the default, or what was pinned', () => {
    expect(bootKernel(new TestVm()).version).toBe(0x10003n);
    expect(bootKernel(new TestVm({ version: '1.0' }))).toEqual({ version: 0x10000n, reset2: false, off2: false });
  });
  it('7. a reset keeps the version', () => {
    const vm = new TestVm({ version: '1.1' });
    vm.call([0x84000009]);
    vm.registers.initVcpu(0, { psci02: true });
    vm.setPower(0, 'runnable');
    expect(vm.x0(VERSION)).toBe(0x10001n);
  });
  it('8.–9. hibernation says so from 1.3, and looks like a shutdown before', () => {
    const end = (version: PsciVersion) => {
      const vm = new TestVm({ version });
      return hibernate(vm, bootKernel(vm));
    };
    expect(['0.2', '1.0', '1.1', '1.2', '1.3'].map((version) => end(version as PsciVersion))).toEqual([
      'shutdown 0',
      'shutdown 0',
      'shutdown 0',
      'shutdown 0',
      'shutdown 1',
    ]);
  });
  it('10. relaunch pinned: consistent', () => {
    const kernel = bootKernel(new TestVm({ version: '1.3' }));
    const again = new TestVm({ version: '1.3' });
    expect(bootKernel(again)).toEqual(kernel);
    expect(hibernate(again, kernel)).toBe('shutdown 1');
  });
  it('11. 1.1, then an unpinned relaunch at 1.3: the restored kernel still uses SYSTEM_OFF', () => {
    const kernel = bootKernel(new TestVm({ host: onHost(OLD) }));
    const again = new TestVm();
    expect(bootKernel(again).off2).toBe(true);
    expect(hibernate(again, kernel)).toBe('shutdown 0');
  });
  it('12. 1.3, then an unpinned relaunch at 1.1: SYSTEM_OFF2 fails and the flag is lost', () => {
    const kernel = bootKernel(new TestVm());
    const again = new TestVm({ host: onHost(OLD) });
    expect(again.x0(OFF2, 0, 0)).toBe(-1n);
    expect(hibernate(again, kernel)).toBe('shutdown 0');
  });
  it('13. relaunch at 0.2: SMCCC still answers, newer functions do not', () => {
    const vm = new TestVm({ host: onHost('linux-4.15'), systemSuspend: true });
    expect(vm.x0(0x80000000)).toBe(0x10001n);
    expect([RESET2, OFF2, 0xc400000e].map((id) => vm.x0(id, 0, 0))).toEqual([-1n, -1n, -1n]);
  });
  it('14. relaunch at 0.1: standard ids are gone, and with them secondaries and power-off', () => {
    const vm = new TestVm({ version: '0.1' });
    expect([CPU_ON, SYSTEM_OFF, 0x84000009].map((id) => vm.x0(id, 1, 0, 0))).toEqual([-1n, -1n, -1n]);
    expect(vm.events).toEqual([]);
    expect(vm.x0(0x95c1ba60, 1, 0x1000, 0)).toBe(0n);
  });
  it('15. a version written while vCPUs run counts from the next call', () => {
    const vm = new TestVm();
    const kernel = bootKernel(vm);
    vm.registers.write('psci_version', 0x10002n);
    expect(signed(vm.call([OFF2, 0, 0]).regs[0])).toBe(-1n);
    expect(hibernate(vm, kernel)).toBe('shutdown 0');
  });
  it('16. bitmaps: a lacking bit is EINVAL, a lacking register ENOENT, an equal value after a run is fine', () => {
    const source = new TestVm();
    const poor = new TestVm({ host: makeHost(undefined, { supportedBits: { std: 0, stdHyp: 1, vendorHyp: 3, vendorHyp2: 3 } }) });
    expect(restored(source, poor)).toMatchObject({ errno: 'EINVAL' });
    const lacking = new TestVm({ host: makeHost(undefined, { lacks: ['vendor_hyp_bmap_2'] }) });
    expect(restored(source, lacking)).toMatchObject({ errno: 'ENOENT' });
    const ran = new TestVm();
    ran.call([VERSION]);
    expect(restored(source, ran).ok).toBe(true);
  });
  it('device tree says 1.0 but firmware is 0.1: PSCI_VERSION decodes as 65535.65535', () => {
    expect(new TestVm({ version: '0.1' }).call([VERSION]).regs[0] & 0xffffffffn).toBe(0xffffffffn);
  });
  it('a guest that survives firmware built to the alpha, and one that does not', () => {
    const alpha = new TestVm({ policy: { systemOff2Types: 'only-0' } });
    expect(hibernate(alpha, bootKernel(alpha))).toBe('shutdown 1');
    const strict = new TestVm({ policy: { systemOff2Types: 'only-1' } });
    expect(hibernate(strict, bootKernel(strict))).toBe('shutdown 0');
  });
});
