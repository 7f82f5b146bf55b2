import { expect, it } from 'vitest';
import { missingGuestWords } from './missing-guest';

const DEBIAN = { name: 'debian', title: 'Debian 13' };

it('names what was asked for, all that there is, and what is used instead', () => {
  expect(missingGuestWords('windows', [DEBIAN, { name: 'lab' }], DEBIAN)).toBe(
    'The address asks for the guest “windows”, which is not here: choose debian, lab or own (a kernel of yours); debian (Debian 13) is used instead.',
  );
});

it('has an answer where there are no guests, and for a name that is a novel', () => {
  expect(missingGuestWords('x'.repeat(80), [], undefined)).toBe(
    `The address asks for the guest “${'x'.repeat(60)}…”, which is not here: this page has no guests, only own (a kernel of yours).`,
  );
});
