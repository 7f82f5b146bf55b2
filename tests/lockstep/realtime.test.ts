import { beforeAll, describe, expect, it } from 'vitest';
import { assembleLab } from '../../guests/lab/assemble-lab';
import type { MachineInput } from '../../src/machine/input';
import { type Guest, type Recording, record, replay, unsteadyHost } from './realtime';

const typed = (text: string): MachineInput => ({ type: 'console', bytes: new TextEncoder().encode(text) });

/** The lab uses interrupts, timers, the counter, other CPUs, device accesses and firmware calls; the inputs come while it is at work. */
const SCRIPT = new Map<number, readonly MachineInput[]>([
  [1, [typed('uptime\r')]],
  [2, [typed('on 1\r'), typed('cpus\r')]],
  [3, [{ type: 'entropy', seed: new Uint8Array(32).fill(9) }, typed('tick 1\r')]],
  [
    6,
    [
      { type: 'register', assignment: 'psci_version=1.1' },
      { type: 'key', key: 'power' },
    ],
  ],
  [8, [typed('call 0x84000050 0x40\ruptime\r')]],
  [9, [typed('bench\r')]],
  [20, [typed('psci\rsleep\r')]],
]);

describe.each(['interpreter', 'jit'] as const)('a realtime run (%s)', (engine) => {
  let guest: Guest;
  let recording: Recording;
  beforeAll(async () => {
    guest = { images: { kernel: assembleLab().bytes }, vcpus: 3, memoryMiB: 32 };
    recording = await record(guest, { engine, every: 777_777, checkpoints: 60, host: unsteadyHost(), script: SCRIPT });
  });

  it('does what was asked of it', () => {
    expect(recording.console).toMatch(/lab> \S*uptime/);
    expect(recording.console).toMatch(/lab> \S*bench/);
    expect(recording.checkpoints.length).toBeGreaterThan(25);
    expect(recording.log.filter(({ input }) => input.type === 'time').length).toBeGreaterThan(50);
  });

  it.each(['interpreter', 'jit'] as const)(
    'is repeated from the log of its inputs, checkpoint by checkpoint (%s)',
    async (other) => {
      expect(await replay(guest, recording, other)).toBeUndefined();
    },
  );

  it('is not repeated if the host had told it other times', async () => {
    const later = recording.log.map(({ at, steps, input }) => ({
      at,
      ...(steps === undefined ? {} : { steps }),
      input: input.type === 'time' && at > 1_000_000 ? { ...input, ns: input.ns + 16_000 } : input,
    }));
    expect(await replay(guest, { ...recording, log: later }, engine)).toMatch(/^The replay differs at checkpoint \d+/);
  });
});
