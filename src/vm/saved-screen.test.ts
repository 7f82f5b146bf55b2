import { describe, expect, it } from 'vitest';
import { FIRST_VERSION } from '../storage/snapshot-format';
import type { StateValue } from '../storage/state-value';
import { ScreenTaker, screenSections } from './saved-screen';

const SCREEN = { text: 'lab> \x1b[31mred\x1b[0m', rows: 24, columns: 80 };
const section = (state: StateValue, name = 'screen') => ({ name, version: FIRST_VERSION, optional: true, state });

describe('the screen in a saved machine', () => {
  it('comes back as it was, and others are left to others', async () => {
    const [written] = screenSections(SCREEN);
    if (!written || !('state' in written)) throw new Error('no state was written');
    const taker = new ScreenTaker();
    expect(await taker.take(section({}, 'disk 0'))).toBe(false);
    expect(await taker.take(section(written.state))).toBe(true);
    expect(taker.screen).toEqual(SCREEN);
  });

  it('is left out if there is none, or too much of it', () => {
    expect([...screenSections(undefined)]).toEqual([]);
    expect([...screenSections({ ...SCREEN, text: 'x'.repeat((1 << 20) + 1) })]).toEqual([]);
  });

  it.each([
    ['a size no terminal has', { ...SCREEN, rows: 0 }],
    ['a size no screen has', { ...SCREEN, columns: 100_000 }],
    ['no text', { ...SCREEN, text: 7 }],
    ['nothing', null],
  ])('is refused with %s', async (_what, state) => {
    const taker = new ScreenTaker();
    await expect(taker.take(section(state))).rejects.toThrow();
    expect(taker.screen).toBeUndefined();
  });
});
