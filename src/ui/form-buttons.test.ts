import { describe, expect, it } from 'vitest';

const components = import.meta.glob('./**/*.svelte', { query: '?raw', import: 'default', eager: true }) as Record<string, string>;

/** Tags of buttons that do not say whether they submit. */
const untold = (text: string): string[] => (text.match(/<button\b[^>]*/g) ?? []).filter((tag) => !/\btype=/.test(tag));

// A button whose type is not said submits, and Enter in a field of its form presses the first of them.
describe('buttons say whether they submit', () => {
  it.each(Object.entries(components).filter(([, text]) => text.includes('<form')))('in the forms of %s', (_, text) => {
    expect((text.match(/<form[\s\S]*?<\/form>/g) ?? []).flatMap(untold)).toEqual([]);
  });

  it.each(Object.entries(components).filter(([path]) => path.startsWith('./common/')))(
    'in %s, which may be in a form',
    (_, text) => {
      expect(untold(text)).toEqual([]);
    },
  );
});
