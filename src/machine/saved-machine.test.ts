import { beforeAll, describe, expect, it } from 'vitest';
import { FirmwareRegisters, KVM_POLICY } from '../psci';
import { MemoryDisk } from '../storage/memory-disk';
import type { SnapshotSection } from '../storage/snapshot';
import type { DeviceState } from './device';
import { Machine } from './machine';
import { restoreMachine, saveMachine } from './saved-machine';
import { stateHash } from './state-hash';

async function machine(vcpus: number, disks: MemoryDisk[] = []): Promise<Machine> {
  const registers = FirmwareRegisters.forVersion(undefined, vcpus);
  if (!registers.ok) throw new Error(registers.sentence);
  return Machine.create({
    vcpus,
    memoryMiB: 16,
    conduit: 'hvc',
    clock: 'virtual',
    engine: 'interpreter',
    registers: registers.value,
    policy: KVM_POLICY,
    systemSuspend: true,
    disks,
    host: { monotonic: () => 0, wall: () => 0n },
    seed: new Uint8Array(32),
    onConsole: () => {},
    onFirmwareCall: () => {},
    onSystemEvent: () => {},
    onFault: () => {},
  });
}

/** Instructions of a turn while vCPUs share the worker. */
const SLICE = 40_000;

describe('a saved machine', () => {
  let source: Machine;
  let target: Machine;
  let saved: SnapshotSection[];
  beforeAll(async () => {
    [source, target] = [await machine(3), await machine(3)];
    source.reset(0x4008_0000, 7);
    // A branch to itself on two vCPUs: they take turns.
    source.load(0x4008_0000, Uint8Array.of(0, 0, 0, 0x14), 'program');
    source.power.states[2] = 'runnable';
    source.engine.vcpus[2]!.pc = 0x4008_0000n;
    source.runTo(SLICE);
    saved = saveMachine(source);
  });

  it('is the same machine where it is restored', () => {
    restoreMachine(target, saved);
    expect(stateHash(target)).toBe(stateHash(source));
    expect(target.power.states).toEqual(['runnable', 'stopped', 'runnable']);
  });

  it('goes on with the vCPU whose turn it was', () => {
    restoreMachine(target, saved);
    for (const each of [source, target]) each.runTo(2 * SLICE);
    expect(target.retired).toEqual(source.retired);
    expect(target.retired[2]).toBeGreaterThan(0);
  });

  it('keeps what a suspended vCPU needs to wake', () => {
    source.power.restore({
      states: ['suspended', 'stopped', 'stopped'],
      wakeUp: [{ vcpu: 0, entry: 0x4123_0000n, contextId: 9n }],
      pending: [],
    });
    restoreMachine(target, saveMachine(source));
    target.power.wake(0);
    const vcpu = target.engine.vcpus[0]!;
    expect([target.power.states[0], vcpu.pc, vcpu.x(0)]).toEqual(['runnable', 0x4123_0000n, 9n]);
  });

  it('does not fit a machine of another shape: each refusal is one sentence', async () => {
    const disk = await machine(3, [new MemoryDisk(1 << 20)]);
    expect(() => restoreMachine(disk, saved)).toThrow('The saved machine has no disk, this one has a disk of 1048576 bytes.');
    const smaller = await machine(2);
    expect(() => restoreMachine(smaller, saved)).toThrow('The saved machine has 3 vCPUs, this one 2.');
    const lacking = saved.filter(({ name }) => name !== 'ram');
    expect(() => restoreMachine(target, lacking)).toThrow('The snapshot lacks its section “ram”.');
    const gic = saved.map((section) =>
      section.name === 'device gic' ? { name: 'device gic', state: {} as DeviceState } : section,
    );
    expect(() => restoreMachine(target, gic)).toThrow(/^The saved state of gicv3 has nothing as/);
  });
});
