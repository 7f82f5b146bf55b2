import { expect, it } from 'vitest';
import { findNamedAddress } from './symbol-address';

const asking = (source: 'elf' | undefined, agentReady = false) =>
  ({
    view: { agentReady },
    worker: () => ({
      inspect: async () => ({ source, size: source ? 1 : 0, matches: source ? [{ name: 'schedule_tail', address: 64n }] : [] }),
    }),
  }) as unknown as Parameters<typeof findNamedAddress>[0];
const problemOf = async (...[vm, text]: [ReturnType<typeof asking>, string]) => {
  const found = await findNamedAddress(vm, text, () => undefined);
  return 'problem' in found ? found.problem : '';
};

it('a name is looked for among those that the guest has', async () => {
  expect(await findNamedAddress(asking('elf'), 'schedule + 4', () => undefined)).toEqual({ address: 68n, follows: true });
});

it('of a guest that has told no names that is said, with what can be done', async () => {
  expect(await problemOf(asking(undefined), 'schedule')).toBe(
    'Nothing is called “schedule”: x0 to x30, sp and pc are. This guest has told no names of its own.',
  );
  expect(await problemOf(asking(undefined, true), 'ffff8000')).toBe(
    '“ffff8000” is called nothing here: write 0xffff8000 if it is a number. This guest has told no names of its own; it can be asked for them in the panel Code.',
  );
  // No name is missing.
  expect(await problemOf(asking(undefined), '0x40 0x40')).toBe('Write + or - before “0x40”.');
});
