import { describe, expect, it } from 'vitest';
import { type BareVm, bareVm, PROGRAMS } from '../bare-vm.testkit';

const notices = ({ events }: BareVm): string[] => events.flatMap((event) => (event.type === 'notice' ? [event.sentence] : []));

/** Lets a guest run for a while on the virtual clock. */
async function run(source: string, cost: number): Promise<BareVm> {
  const made = await bareVm(source, { config: { clock: 'virtual', guest: 'odd.bin', kernelFormat: 'flat' } });
  await made.vm.start();
  while (made.vm.machine.cost < cost) await new Promise((resolve) => setTimeout(resolve, 5));
  await made.vm.stop();
  return made;
}

describe('a guest that does nothing but take exceptions', () => {
  it('is told of once', async () => {
    expect(notices(await run('udf #0', 4e6))).toEqual([
      'The guest does nothing but take exceptions (Instruction Abort at 0x200): is “odd.bin” a kernel for arm64?',
    ]);
  });

  it('is told of with vectors in RAM that are no code', async () => {
    const source = 'adr x0, vectors\n msr VBAR_EL1, x0\n isb\n udf #0\n .balign 2048\nvectors: .skip 2048';
    expect(notices(await run(source, 4e6))).toEqual([
      'The guest does nothing but take exceptions (Undefined Instruction at 0x40080a00): is “odd.bin” a kernel for arm64?',
    ]);
  });

  it.each<[string, string]>([
    ['works', PROGRAMS.spin],
    ['calls its firmware', PROGRAMS.calls],
    [
      'stands in a handler',
      'adr x0, vectors\n msr VBAR_EL1, x0\n isb\n udf #0\n .balign 2048\nvectors: .skip 0x200\n b .\n .skip 1024',
    ],
    [
      'takes exceptions and handles them',
      'adr x0, vectors\n msr VBAR_EL1, x0\n isb\nagain: svc #0\n b again\n .balign 2048\nvectors: .skip 0x200\n eret\n .skip 1024',
    ],
  ])('is not one that %s', async (_, source) => {
    expect(notices(await run(source, 4e6))).toEqual([]);
  });
});
