import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../storage/memory-disk';
import type { EndReason, EngineChoice, VmConfig } from '../../vm/api';
import { CONFIG, testHost } from '../../vm/bare-vm.testkit';
import { assembleProgram } from '../../vm/program';
import { createVm } from '../../vm/vm-builder';
import type { Example } from './example';
import { EXAMPLES } from './examples';

/** What each example says, and how it ends. */
const EXPECTED: Readonly<Record<string, { says: string; ends?: EndReason['how'] }>> = {
  'hello-uart': { says: 'Hello from A64!\n' },
  'psci-versions': {
    says:
      'PSCI 1.3\n  00000000c4000003 is there\n  00000000c400000e is not\n' +
      '  00000000c4000012 is there\n  00000000c4000015 is there\n',
  },
  'two-cpus': { says: 'cpu0: I am on, and nobody else is.\ncpu1: I was given 42.\ncpu0: it is off again.\n' },
  'exception-vector': {
    says:
      'class 000000000000003c at start + 24, BRK #42\nclass 0000000000000000 at start + 28, undefined\n' +
      'class 0000000000000025 at start + 36, data abort at 000000007f000000\nStill here.\n',
  },
  'el0-syscall': {
    says: 'Hello from EL0, through the kernel.\nThe kernel knows no call 99.\nThe user program has ended.\n',
  },
  'mmu-on': {
    says:
      'The MMU is on.\nThrough the window: 0000000000001234\nIt leads to         0000000040086000\n' +
      'Fault at            0000000080001000\nA translation fault at level 3.\n',
  },
  'simd-sum': { says: 'Sum 80, largest 9\nSIXTEEN LETTERS\n' },
  spinlock: { says: 'Wanted        40000\nWith a lock   40000\nWith stadd    40000\n' },
  'fp-rounding': {
    says:
      'nearest    3fb999999999999a  inexact\nup         3fb999999999999a  inexact\ndown       3fb9999999999999  inexact\n' +
      'to zero    3fb9999999999999  inexact\n1 / 0      7ff0000000000000  division by zero\n',
  },
  'virtio-disk': { says: 'A disk of 2048 sectors.\nIt is blank.\nRun number 1 on this disk.\n' },
  'system-off2': { says: 'Good evening.\n', ends: 'hibernated' },
  'timer-interrupt': { says: 'tick\ntick\ntick\nEnough.\n' },
};

async function run({ source, machine = {} }: Example, engine: EngineChoice, disk?: MemoryDisk, config: Partial<VmConfig> = {}) {
  let console = '';
  let ended: (end: EndReason) => void = () => {};
  const end = new Promise<EndReason>((resolve) => (ended = resolve));
  const vm = await createVm({
    config: { ...CONFIG, memoryMiB: 64, vcpus: machine.vcpus ?? 1, kernelFormat: 'flat', clock: 'virtual', engine, ...config },
    images: { kernel: assembleProgram(source) },
    disks: disk ? [disk] : [],
    host: testHost(),
    onEvents: (events) => {
      for (const event of events) {
        if (event.type === 'console') console += new TextDecoder().decode(event.data);
        if (event.type === 'ended') ended(event.end);
      }
    },
  });
  await vm.start();
  const { how } = await end;
  return { how, console: console.replaceAll('\r\n', '\n') };
}

describe.each(['interpreter', 'jit'] as const)('examples with the %s', (engine) => {
  it.each(EXAMPLES)('$name', async (example) => {
    const disk = example.machine?.diskMiB ? new MemoryDisk(example.machine.diskMiB << 20, { name: 'own' }) : undefined;
    const { says, ends = 'off' } = EXPECTED[example.name] ?? { says: 'nothing that is written here' };
    expect(await run(example, engine, disk)).toEqual({ console: says, how: ends });
  });
});

it('wakes the example that hibernates from its disk, and counts the runs of the one with a disk', async () => {
  const again = async (name: string, config: Partial<VmConfig> = {}) => {
    const disk = new MemoryDisk(1 << 20, { name: 'own' });
    const example = EXAMPLES.find((each) => each.name === name)!;
    await run(example, 'interpreter', disk, config);
    return run(example, 'interpreter', disk, config);
  };
  expect(await again('system-off2')).toEqual({ console: 'Good morning. I remember 1976.\n', how: 'off' });
  expect((await again('system-off2', { psci: '1.1' })).console).toBe('Good morning. I remember 1976.\n');
  expect((await again('virtio-disk')).console).toContain('Run number 2 on this disk.');
});

it('has names that are unique, and texts', () => {
  expect(new Set(EXAMPLES.map(({ name }) => name)).size).toBe(EXAMPLES.length);
  for (const { about } of EXAMPLES) expect(about.length).toBeGreaterThanOrEqual(3);
});
