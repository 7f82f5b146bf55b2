/** No guest can make its own machine unrestorable: whatever it writes into devices and registers, a save of it is taken back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { canWrite } from '../cpu/sysregs/register-row';
import { SYSREGS } from '../cpu/sysregs/table';
import { checkVcpu, saveVcpu } from '../cpu/vcpu-state';
import { assemble } from '../isa/text/assemble';
import { MemoryDisk } from '../storage/memory-disk';
import { LAST_SKIP_NS } from './clock';
import type { Machine } from './machine';
import { bareMachine } from './machine.testkit';
import { diskSlot, GIC_REDISTRIBUTOR_STRIDE, MEMORY_MAP, VIRTIO_SLOT, virtioMmioRegion } from './memory-map';
import { transfer } from './transfer.testkit';
import { accessAtRandom, generator, throughFile, type WildWindow } from './wild.testkit';

const VCPUS = 2;
const CODE = 0x4008_0000;

const machine = (): Promise<Machine> => bareMachine({ vcpus: VCPUS, disks: [new MemoryDisk(1 << 20)] });

/** Everything that a guest's loads and stores reach, and how much of each window has registers. */
const WINDOWS: readonly WildWindow[] = [
  [MEMORY_MAP.gicDistributor.base, 0x8000],
  [MEMORY_MAP.gicRedistributors.base, GIC_REDISTRIBUTOR_STRIDE * VCPUS],
  [MEMORY_MAP.uart.base, 0x1000],
  [MEMORY_MAP.rtc.base, 0x1000],
  [MEMORY_MAP.gpio.base, 0x1000],
  [MEMORY_MAP.pcieEcam.base, 0x1000],
  // The last is empty.
  ...[VIRTIO_SLOT.console, VIRTIO_SLOT.entropy, VIRTIO_SLOT.hvc, VIRTIO_SLOT.files, diskSlot(0), diskSlot(1)].map(
    (slot): [number, number] => [virtioMmioRegion(slot).base, 0x200],
  ),
];

describe('a machine whose guest is wild', () => {
  let it_: Machine;
  let other: Machine;
  beforeAll(async () => {
    [it_, other] = [await machine(), await machine()];
  });

  it.each([1, 2, 3, 4])('takes back the state of every device after random accesses (seed %i)', (seed) => {
    const random = generator(seed);
    const pick = <T>(list: readonly T[]): T => list[random() % list.length]!;
    let unlikeReset = 0;
    for (let round = 0; round < 120; round++) {
      if (round % 10 === 0) it_.reset(CODE, 0);
      const window = pick(WINDOWS);
      for (let access = 0; access < 60; access++) accessAtRandom(it_, window, random);
      if (random() % 4 === 0) it_.input({ type: 'key', key: 'power' });
      if (random() % 4 === 0) it_.input({ type: 'agent', bytes: Uint8Array.of(1, 2, 3) });
      const others = new Map(other.persistents());
      for (const [name, device] of it_.persistents()) {
        const state = throughFile(device.save());
        const target = others.get(name)!;
        const apply = target.check(state);
        target.reset();
        if (JSON.stringify(target.save(), plain) !== JSON.stringify(state, plain)) unlikeReset++;
        apply();
        expect(target.save(), name).toEqual(state);
      }
    }
    expect(unlikeReset).toBeGreaterThan(200);
  });

  it('takes back the state of a vCPU after any value was written to any register', () => {
    const random = generator(5);
    const written = SYSREGS.filter(({ el1, name }) => canWrite(el1) && !name.includes('S3_'));
    const vcpu = it_.engine.vcpus[0]!;
    let tried = 0;
    for (const { name } of written) {
      const program = assemble(`msr ${name}, x1\nmsr daifset, #3\n`, { base: BigInt(CODE) }).bytes;
      it_.memory.write(CODE, program);
      for (const halves of [
        [0xffff_ffff, 0xffff_ffff],
        [random(), random()],
        [random(), random()],
        [0, 0],
      ]) {
        it_.reset(CODE, 0);
        vcpu.setX(1, (BigInt(halves[1]!) << 32n) | BigInt(halves[0]!));
        it_.runTo(it_.instructions + 2);
        expect(() => checkVcpu('vCPU 0', saveVcpu(vcpu)), name).not.toThrow();
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(100);
  });

  /** Two timers and a firmware call with whatever is in the registers, then sleep. */
  const SLEEPER = `
    msr cntv_cval_el0, x8
    msr cntv_ctl_el0, x9
    msr cntp_tval_el0, x10
    msr cntp_ctl_el0, x11
    hvc #0
    wfi
    b .`;
  const FUNCTIONS = [0x8400_0001, 0x8400_0002, 0xc400_0003, 0xc400_0003, 0xc400_000e, 0x8400_000e, 0x8400_0008, 0xc400_0053];

  it.each([6, 7, 8])('takes back time, power states and whose turn it is, however it sleeps (seed %i)', async (seed) => {
    const random = generator(seed);
    const pick = <T>(list: readonly T[]): T => list[random() % list.length]!;
    /** Numbers of every size. */
    const wide = (): bigint => (BigInt(random()) << 32n) >> BigInt(random() % 64);
    const program = assemble(SLEEPER, { base: BigInt(CODE) }).bytes;
    const fresh = await machine();
    const seen = { skipped: 0, suspended: 0, started: 0 };
    for (let round = 0; round < 60; round++) {
      await transfer(fresh, it_);
      it_.memory.write(CODE, program);
      it_.reset(CODE, 0);
      const vcpu = it_.engine.vcpus[0]!;
      const before = it_.clock.ns;
      for (const [register, value] of [
        [0, BigInt(pick(FUNCTIONS))],
        [1, pick([0n, 1n, BigInt(CODE), wide()])],
        [2, pick([BigInt(CODE), wide()])],
        [3, wide()],
        [8, wide()],
        [9, BigInt(random() % 4)],
        [10, wide()],
        [11, BigInt(random() % 4)],
      ] as const)
        vcpu.setX(register, value);
      if (random() % 8 === 0) it_.input({ type: 'key', key: 'sleep' });
      it_.runTo(it_.instructions + 1 + (random() % 8));
      const power = it_.power.save() as { states: string[] };
      if (it_.clock.ns - before > 1e6) seen.skipped++;
      if (power.states.includes('suspended')) seen.suspended++;
      if (power.states[1] === 'runnable') seen.started++;
      await transfer(it_, other);
      expect(other.saveTime()).toEqual(it_.saveTime());
      expect(other.power.save()).toEqual(power);
      // What was taken back can be saved again, wherever it goes from there.
      other.runTo(other.instructions + (random() % 1000));
      await transfer(other, it_);
    }
    expect(Math.min(seen.skipped, seen.suspended, seen.started)).toBeGreaterThan(0);
  });

  it.each([2n ** 48n, 2n ** 50n, 2n ** 53n, 2n ** 64n - 1n])(
    'sleeps for ever when its timer is set beyond the last time there is, and is taken back (%i)',
    async (compare) => {
      await transfer(await machine(), it_);
      it_.memory.write(CODE, assemble('msr cntv_cval_el0, x8\nmsr cntv_ctl_el0, x9\nwfi\nb .', { base: BigInt(CODE) }).bytes);
      it_.reset(CODE, 0);
      it_.engine.vcpus[0]!.setX(8, compare);
      it_.engine.vcpus[0]!.setX(9, 1n);
      // Nobody has switched on the interrupt controller: it sleeps on when the timer goes off.
      expect(it_.runTo(it_.instructions + 10)).toEqual({ state: 'idle', wakeAt: Number.POSITIVE_INFINITY });
      expect(it_.clock.ns > 1e6).toBe(16 * Number(compare) <= LAST_SKIP_NS);
      await transfer(it_, other);
      expect(other.saveTime()).toEqual(it_.saveTime());
      await transfer(other, it_);
    },
  );
});

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value;
