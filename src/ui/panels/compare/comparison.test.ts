import { afterEach, expect, it, vi } from 'vitest';
import { PROGRAMS } from '../../../vm/bare-vm.testkit';
import { type OpenedSession, openedSession } from '../../state/opened-session.testkit';
import { comparisonOf } from './comparison-of';

let open: OpenedSession | undefined;
afterEach(() => {
  open?.close();
  open = undefined;
  vi.unstubAllGlobals();
});

it('what was chosen and written is there when the panel comes back, with the address that it came from', async () => {
  open = await openedSession(PROGRAMS.wait);
  const lab = comparisonOf(open.vm);
  const { hash } = new URL(await lab.link('https://example.org/'));
  await lab.takeHash(hash);
  lab.script = 'cpus';
  lab.change(1, { psci: '0.2' });
  const again = comparisonOf(open.vm);
  await again.takeHash(hash);
  expect(again.script).toBe('cpus');
  expect(again.sides[1]!.choice.psci).toBe('0.2');
});
