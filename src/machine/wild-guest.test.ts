/** No guest can make its own machine unrestorable: whatever it writes into devices and registers, a save of it is taken back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { canWrite } from '../cpu/sysregs/row';
import { SYSREGS } from '../cpu/sysregs/table';
import { checkVcpu, saveVcpu } from '../cpu/vcpu-state';
import { assemble } from '../isa/text/assemble';
import { FirmwareRegisters, KVM_POLICY } from '../psci';
import { decodeCbor, encodeCbor } from '../storage/cbor';
import { MemoryDisk } from '../storage/memory-disk';
import type { DeviceState } from '../storage/state';
import { Machine } from './machine';
import { GIC_REDISTRIBUTOR_STRIDE, MEMORY_MAP, VIRTIO_MMIO_SLOTS, virtioMmioRegion } from './memory-map';

const VCPUS = 2;
const CODE = 0x4008_0000;

/** mulberry32: a small seeded generator, so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  };
}

async function machine(): Promise<Machine> {
  const registers = FirmwareRegisters.forVersion(undefined, VCPUS);
  if (!registers.ok) throw new Error(registers.sentence);
  return Machine.create({
    vcpus: VCPUS,
    memoryMiB: 16,
    conduit: 'hvc',
    clock: 'virtual',
    engine: 'interpreter',
    registers: registers.value,
    policy: KVM_POLICY,
    systemSuspend: true,
    disks: [new MemoryDisk(1 << 20)],
    host: { monotonic: () => 0, wall: () => 0n },
    seed: new Uint8Array(32),
    onConsole: () => {},
    onFirmwareCall: () => {},
    onSystemEvent: () => {},
    onFault: () => {},
  });
}

/** Everything that a guest's loads and stores reach, and how much of each window has registers. */
const WINDOWS: readonly [base: number, size: number][] = [
  [MEMORY_MAP.gicDistributor.base, 0x8000],
  [MEMORY_MAP.gicRedistributors.base, GIC_REDISTRIBUTOR_STRIDE * VCPUS],
  [MEMORY_MAP.uart.base, 0x1000],
  [MEMORY_MAP.rtc.base, 0x1000],
  [MEMORY_MAP.gpio.base, 0x1000],
  [MEMORY_MAP.pcieEcam.base, 0x1000],
  ...Array.from({ length: 4 }, (_, n): [number, number] => [virtioMmioRegion(VIRTIO_MMIO_SLOTS - 1 - n).base, 0x200]),
];
const EXTREMES = [0, 1, 2, 3, 7, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x4000_0000, 0x40ff_fff0];

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
      const [base, size] = pick(WINDOWS);
      for (let access = 0; access < 60; access++) {
        const width = pick([1, 2, 4, 4, 4, 4] as const);
        // Registers are sparse: most accesses go to the first of a window.
        const offset = (random() % (random() % 3 ? Math.min(size, 0x100) : size)) & ~(width - 1);
        const value = random() % 2 ? random() : pick(EXTREMES);
        if (random() % 4 === 0) it_.bus.read(base + offset, width);
        else it_.bus.write(base + offset, width, width === 4 ? value : value & ((1 << (8 * width)) - 1));
      }
      if (random() % 4 === 0) it_.input({ type: 'key', key: 'power' });
      if (random() % 4 === 0) it_.input({ type: 'agent', bytes: Uint8Array.of(1, 2, 3) });
      const others = new Map(other.persistents());
      for (const [name, device] of it_.persistents()) {
        const state = decodeCbor(encodeCbor(device.save())) as DeviceState;
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
});

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value;
