import { describe, expect, it } from 'vitest';
import { CONFIG, testHost } from './bare-vm.testkit';
import { Cancelled } from './breather';
import { image } from './kernel/files.testkit';
import { createVm } from './vm-builder';

const MIB = 0x100000;
const KERNEL_MIB = 12;
const images = { kernel: image(KERNEL_MIB * MIB, 0), initrd: new Uint8Array(3 * MIB).fill(0x1f) };

/** A host on which everything takes so long that it is always time to breathe; `onBreath` has the number of the breath. */
function slowHost(onBreath: (breath: number) => void = () => {}) {
  let [now, breaths] = [0, 0];
  return testHost({
    time: { monotonic: () => (now += 1e9), wall: () => 0n },
    breathe: async () => onBreath(++breaths),
  });
}
const build = (host = slowHost(), signal?: AbortSignal) =>
  createVm({
    config: { ...CONFIG, memoryMiB: 32 },
    images,
    host,
    onEvents: () => {},
    ...(signal ? { signal } : {}),
  });

describe('a machine that is built', () => {
  it('lets its host breathe for each MiB that it is loaded with, and has all of it in the end', async () => {
    let breaths = 0;
    const whole = await build();
    const vm = await build(
      slowHost((count) => {
        breaths = count;
      }),
    );
    expect(breaths).toBeGreaterThan(KERNEL_MIB + 3);
    const { memory } = vm.machine;
    const { base, size } = memory;
    expect(Buffer.compare(memory.view(base, size), whole.machine.memory.view(base, size))).toBe(0);
    expect(Buffer.compare(memory.view(base + 2 * MIB, KERNEL_MIB * MIB), images.kernel)).toBe(0);
  });

  it('may be given up at every breath, and another is built all the same', async () => {
    let breaths = 0;
    await build(
      slowHost((count) => {
        breaths = count;
      }),
    );
    for (let last = 1; last <= breaths; last++) {
      const giving = new AbortController();
      const host = slowHost((count) => {
        if (count === last) giving.abort();
      });
      const built = build(host, giving.signal);
      // The last breath is followed by nothing that could be given up.
      if (last < breaths) await expect(built, `breath ${last}`).rejects.toThrow(Cancelled);
      else await built;
    }
    expect((await build()).state).toBe('ready');
  });
});
