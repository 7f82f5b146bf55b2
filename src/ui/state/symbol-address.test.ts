import { expect, it } from 'vitest';
import { SymbolTable } from '../../debug/symbol-table';
import type { Inspected } from '../../vm/inspect/inspectors';
import { inspectSymbols } from '../../vm/inspect/symbol-names';
import { distinctNames, findNamedAddress } from './symbol-address';

const table = new SymbolTable([
  { name: 'schedule_tail', address: 64n },
  { name: 'schedule', address: 128n },
  { name: 'jiffies_64_to_clock_t', address: 256n },
  ...[5, 6, 7, 8].map((n) => ({ name: 't_start', address: BigInt(n) << 12n })),
]);
interface Guest {
  source?: 'elf' | 'kallsyms';
  agentReady?: boolean;
  asking?: boolean;
}
const asking = ({ source, agentReady = false, asking = false }: Guest) =>
  ({
    view: { agentReady },
    names: { asking },
    worker: () => ({
      inspect: async (_question: string, ask: { text: string }) =>
        inspectSymbols({ symbols: { table: source ? table : new SymbolTable([]), source } } as unknown as Inspected, ask),
    }),
  }) as unknown as Parameters<typeof findNamedAddress>[0];
const find = (guest: Guest, text: string) => findNamedAddress(asking(guest), text, () => undefined);
const problemOf = async (guest: Guest, text: string) => {
  const found = await find(guest, text);
  return 'problem' in found ? found.problem : '';
};

it('a name is looked for among those that the guest has', async () => {
  expect(await find({ source: 'elf' }, 'schedule + 4')).toEqual({ address: 132n, follows: true });
});

it('a part of a name is no name: what there is is offered, not taken', async () => {
  expect(await problemOf({ source: 'elf' }, 'sched')).toBe(
    'Nothing is called “sched”: x0 to x30, sp and pc are. There is “schedule_tail”, “schedule”.',
  );
  expect(await problemOf({ source: 'kallsyms' }, 'jiffies_64')).toBe(
    'Nothing is called “jiffies_64”: x0 to x30, sp and pc are. There is “jiffies_64_to_clock_t”. The guest has told the names of functions only.',
  );
  expect(await problemOf({ source: 'elf' }, 'zzz')).toBe('Nothing is called “zzz”: x0 to x30, sp and pc are.');
});

it('of a name that several places have none is taken', async () => {
  expect(await problemOf({ source: 'elf' }, 't_start')).toBe(
    '4 places are called “t_start”: 0x5000, 0x6000, 0x7000 and 1 more. Give the address of the one that is meant.',
  );
});

it('of a guest that has told no names that is said, with what can be done', async () => {
  expect(await problemOf({}, 'schedule')).toBe(
    'Nothing is called “schedule”: x0 to x30, sp and pc are. This guest has told no names of its own.',
  );
  expect(await problemOf({ agentReady: true }, 'ffff8000')).toBe(
    '“ffff8000” is called nothing here: write 0xffff8000 if it is a number. This guest has told no names of its own; it can be asked for them in the panel Code.',
  );
  expect(await problemOf({ agentReady: true, asking: true }, 'schedule')).toBe(
    'Nothing is called “schedule”: x0 to x30, sp and pc are. This guest is being asked for its names.',
  );
  // No name is missing.
  expect(await problemOf({}, '0x40 0x40')).toBe('Write + or - before “0x40”.');
});

it('each name is offered once', () => {
  expect(distinctNames(table.matching('t_start', 9))).toEqual(['t_start']);
});
