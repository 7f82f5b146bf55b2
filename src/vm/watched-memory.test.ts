import { describe, expect, it } from 'vitest';
import { stateHash } from '../machine/state-hash';
import type { Stop } from './api/debugging';
import { type BareVm, bareVm, PROGRAMS } from './bare-vm.testkit';

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
};
const stopOf = ({ events }: BareVm): Stop | undefined =>
  events.flatMap((event) => (event.type === 'stopped' ? [event.stop] : [])).at(-1);
async function stopped(bare: BareVm): Promise<Stop> {
  await until(() => bare.vm.state === 'paused');
  return stopOf(bare)!;
}

/** Counts in x1, and writes it to every 8 bytes of a page in turn; beside it to another page all the time; after so many rounds it switches itself off. */
const WRITER = `
      movz x10, #0x4010, lsl #16
      movz x11, #0x4020, lsl #16
      mov  x12, #4000
again:
      add  x1, x1, #1
      and  x2, x1, #0x1ff
      str  x1, [x11]
      str  x1, [x10, x2, lsl #3]
      subs x12, x12, #1
      b.ne again
      movz x0, #0x8400, lsl #16
      movk x0, #8
      hvc  #0`;
/** The second store, and what is behind it. */
const STORE = 0x4008_0018n;
const WATCHED = 0x4010_0028;

const bytes = (value: number): Uint8Array => {
  const eight = new Uint8Array(8);
  new DataView(eight.buffer).setUint32(0, value, true);
  return eight;
};

describe.each([
  ['realtime', 'interpreter'],
  ['virtual', 'interpreter'],
  ['realtime', 'jit'],
  ['virtual', 'jit'],
] as const)('watched memory (%s, %s)', (clock, engine) => {
  const config = { clock, engine } as const;

  it('stops whoever writes to it behind the store, and nobody else', async () => {
    const bare = await bareVm(WRITER, { config });
    const { vm } = bare;
    await vm.setWatchpoints([{ physical: WATCHED, bytes: 8 }]);
    await vm.start();
    for (const [before, after] of [
      [0, 5],
      [5, 5 + 512],
      [5 + 512, 5 + 1024],
    ] as const) {
      expect(await stopped(bare)).toMatchObject({
        reason: 'write',
        vcpu: 0,
        address: STORE + 4n,
        write: { physical: WATCHED, before: bytes(before), after: bytes(after), pc: STORE },
      });
      await vm.resume();
    }
    await until(() => vm.state === 'paused');
    await vm.setWatchpoints([]);
    await vm.resume();
    await until(() => vm.end !== undefined);
    expect(vm.end).toMatchObject({ call: 'SYSTEM_OFF' });
  });

  it('is found by going back to its last write, and the one before', async () => {
    const bare = await bareVm(WRITER, { config });
    const { vm } = bare;
    await vm.start();
    await until(() => vm.end !== undefined);
    await expect(vm.travel({ to: 'write' })).rejects.toThrow('No memory is watched');
    await vm.setWatchpoints([{ physical: WATCHED, bytes: 8 }]);
    for (const x1 of [5 + 7 * 512, 5 + 6 * 512]) {
      await vm.travel({ to: 'write' });
      expect(stopOf(bare)).toMatchObject({
        reason: 'write',
        address: STORE,
        write: { physical: WATCHED, before: bytes(x1 - 512), pc: STORE },
      });
      expect(vm.machine.engine.vcpus[0]!.x(1)).toBe(BigInt(x1));
    }
    // Going on from there it is stopped behind that write.
    await vm.resume();
    expect(await stopped(bare)).toMatchObject({ address: STORE + 4n, write: { after: bytes(5 + 6 * 512) } });
    await vm.travel({ to: 'time', time: 0 });
    await expect(vm.travel({ to: 'write' })).rejects.toThrow('Nothing that is watched was written before this moment');
    await vm.stop();
  });
});

it('the guest cannot tell: with all its stops the run comes to the same state', async () => {
  const hashes: string[] = [];
  for (const watched of [false, true]) {
    const bare = await bareVm(WRITER, { config: { clock: 'virtual', engine: 'jit', vcpus: 2 } });
    const { vm } = bare;
    if (watched) await vm.setWatchpoints([{ physical: WATCHED, bytes: 8 }]);
    await vm.start();
    let stops = 0;
    while (!vm.end) {
      await until(() => vm.state === 'paused' || vm.end !== undefined);
      if (vm.end) break;
      stops++;
      await vm.resume();
    }
    expect(stops).toBe(watched ? 8 : 0);
    hashes.push(stateHash(vm.machine));
  }
  expect(hashes[1]).toBe(hashes[0]);
});

it('what writes there and is no vCPU is told so', async () => {
  const bare = await bareVm(PROGRAMS.spin);
  const { vm } = bare;
  await vm.setWatchpoints([{ physical: WATCHED, bytes: 4 }]);
  await vm.start();
  // As a device does, which knows of no watchpoint.
  vm.machine.memory.write32(WATCHED + 2, 0x0403_0201);
  const { reason, write } = await stopped(bare);
  expect([reason, write]).toEqual(['write', { physical: WATCHED + 2, before: Uint8Array.of(0, 0), after: Uint8Array.of(1, 2) }]);
  await vm.stop();
});

it('what a reset loads is no write', async () => {
  const bare = await bareVm(WRITER);
  const { vm } = bare;
  // The program itself, and what it writes to after 5 rounds.
  await vm.setWatchpoints([
    { physical: 0x4008_0000, bytes: 64 },
    { physical: WATCHED, bytes: 8 },
  ]);
  await vm.start();
  expect((await stopped(bare)).write?.physical).toBe(WATCHED);
  await vm.reset();
  await until(() => vm.state === 'running');
  expect((await stopped(bare)).write).toMatchObject({ physical: WATCHED, after: bytes(5) });
  expect(bare.events.filter(({ type }) => type === 'stopped')).toHaveLength(2);
  await vm.stop();
});

it('what cannot be watched is refused in a sentence, and what was watched stays so', async () => {
  const { vm } = await bareVm(WRITER);
  await expect(vm.setWatchpoints([{ physical: 0x900_0000, bytes: 4 }])).rejects.toThrow(
    'The physical address 0x9000000 cannot be watched: 4 bytes from there on are not RAM.',
  );
  await expect(vm.setWatchpoints([{ physical: WATCHED, bytes: 0 }])).rejects.toThrow(
    '0 bytes cannot be watched: give 1 to 4096.',
  );
  await expect(vm.setWatchpoints(Array(17).fill({ physical: WATCHED, bytes: 1 }))).rejects.toThrow('at most 16');
});
