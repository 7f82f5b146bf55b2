/** Devices that a guest has given more to do than they may do at once work on between slices, and nobody can tell how their host was cut up. */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/machine/machine';
import { VIRTIO_SLOT } from '../../src/machine/memory-map';
import { stateHash } from '../../src/machine/state-hash';
import { bareVm } from '../../src/vm/bare-vm.testkit';
import { guestImage, withQueue } from '../browser/support/heavy-guests';
import { record, replay, unsteadyHost } from './realtime';

const [SLOT, BUFFERS, BYTES] = [VIRTIO_SLOT.entropy, 64, 64 << 10];
const GUESTS = {
  'that it watches': withQueue(SLOT, 0, BUFFERS, BYTES, 2),
  'that it sleeps through': withQueue(SLOT, 0, BUFFERS, BYTES, 2, 'sleep'),
};
const USED_INDEX = 0x4020_2002;

/** A machine whose host has patience. */
async function machineOf(source: string, engine: 'interpreter' | 'jit'): Promise<Machine> {
  const { vm } = await bareVm('b .', { images: { kernel: guestImage(source) }, config: { engine, clock: 'virtual' } });
  vm.machine.onEffort = () => {};
  return vm.machine;
}

describe.each(Object.entries(GUESTS))('a guest with a device at work %s', (_, source) => {
  it.each(['interpreter', 'jit'] as const)('is where it would be, however its run is cut into pieces (%s)', async (engine) => {
    const build = () => machineOf(source, engine);
    const [whole, cut] = [await build(), await build()];
    const COST = 30_000_000;
    whole.run({ cost: COST });
    while (cut.cost < whole.cost) {
      const before = cut.cost;
      cut.run({ cost: Math.min(77_777, whole.cost - before) });
      // No more than was asked for, a service, and what a device does in one go.
      expect(cut.cost - before).toBeLessThan(77_777 + 250_000);
      if (cut.cost === before) break;
    }
    expect(whole.memory.read16(USED_INDEX)).toBeGreaterThan(0);
    expect(cut.instructions).toBe(whole.instructions);
    expect(stateHash(cut)).toBe(stateHash(whole));
  });

  it('is repeated from the log of its inputs', async () => {
    const guest = { images: { kernel: guestImage(source) }, vcpus: 1, memoryMiB: 16 };
    const typed = { type: 'console', bytes: Uint8Array.of(65) } as const;
    const script = new Map(Array.from({ length: 8 }, (_, index) => [index + 1, [typed]]));
    const recording = await record(guest, { engine: 'jit', every: 300_000, checkpoints: 12, host: unsteadyHost(), script });
    for (const engine of ['interpreter', 'jit'] as const) expect(await replay(guest, recording, engine)).toBeUndefined();
  });
});

it('costs a guest that sleeps through it all that it asked for', async () => {
  const machine = await machineOf(GUESTS['that it sleeps through'], 'jit');
  expect(machine.run({ cost: 100e6 })).toMatchObject({ state: 'idle' });
  expect(machine.memory.read16(USED_INDEX)).toBe(BUFFERS);
  expect(machine.cost).toBeGreaterThan(BUFFERS * BYTES * 9);
});
