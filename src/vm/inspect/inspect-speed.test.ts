import { expect, it } from 'vitest';
import { machineOf } from '../../machine/machine.testkit';
import { inspectSpeed } from './inspect-speed';
import { inspectVirtio } from './inspect-virtio';

/** Prints, loops, and prints again. */
const PRINTS = `
      movz  x9, #0x0900, lsl #16
again:
      mov   w0, #'x'
      str   w0, [x9]
      ldr   w1, [x9, #0x18]
      mov   x2, #5000
1:    subs  x2, x2, #1
      b.ne  1b
      mrs   x3, midr_el1
      b     again
`;

it.each(['interpreter', 'jit'] as const)('counts what the engine was busy with (%s)', async (engine) => {
  const machine = await machineOf(PRINTS, { engine, vcpus: 1 });
  machine.runTo(1_000_000);
  const { devices, services, jit, compiled, instructions, tlbMisses, codePages, entries } = inspectSpeed(machine);
  expect(instructions).toBe(1_000_000);
  expect(devices.pl011).toBeGreaterThanOrEqual(2 * 99);
  const uses = services['TLB misses and devices, loads']! + services['TLB misses and devices, stores']!;
  expect(tlbMisses).toBe(uses - devices.pl011!);
  expect(services.decoding).toBeGreaterThan(0);
  expect(codePages).toBe(1);
  expect(entries).toBeGreaterThan(0);
  if (engine === 'jit') {
    expect(jit!.regions).toBeGreaterThan(0);
    expect(compiled).toBeGreaterThan(100_000);
  } else {
    expect(jit).toBeUndefined();
    expect(compiled).toBe(0);
  }
});

it('tells of devices that nobody has touched', async () => {
  const machine = await machineOf('b .', { vcpus: 1 });
  const answer = inspectVirtio(machine);
  expect(answer.map(({ name, place, intid }) => [name, place, intid])).toEqual([
    ['entropy', 'slot 30', 78],
    ['console', 'slot 29', 77],
    ['hvc', 'slot 1', 49],
    ['files', 'slot 0', 48],
  ]);
  expect(answer[0]).toMatchObject({
    kind: 'entropy source',
    status: 0,
    statusNames: [],
    stage: 'No driver has touched it since the reset.',
  });
  expect(answer[1]!.queues.map(({ role }) => role)).toEqual([
    'port 0, to the guest',
    'port 0, from the guest',
    'control, to the guest',
    'control, from the guest',
    'port 1, to the guest',
    'port 1, from the guest',
  ]);
  expect(answer[1]!.features).toContainEqual({ name: 'VIRTIO_CONSOLE_F_MULTIPORT', negotiated: false });
});
