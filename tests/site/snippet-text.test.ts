import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Chosen, hashOf, snippet } from '../../site/client/snippet-text';

const chosen = (name: string, value: string, kind = 'text', embedOnly = false): Chosen => ({ name, value, kind, embedOnly });
const MACHINE: readonly Chosen[] = [
  chosen('guest', 'debian'),
  chosen('psci', '1.1', 'choice'),
  chosen('append', 'a="b" <c>'),
  chosen('panels', 'console calls', 'list', true),
  chosen('height', '480', 'text', true),
  chosen('autorun', '', 'flag'),
];
const BASE = 'https://example.org/vm/';

describe('the snippet', () => {
  it('is a tag, with what was typed as text', () => {
    expect(snippet('tag', MACHINE, BASE)).toBe(
      '<script src="https://example.org/vm/dormouse-embed.js" async></script>\n' +
        '<dormouse-vm guest="debian" psci="1.1" append="a=&quot;b&quot; &lt;c>" panels="console calls" height="480" autorun></dormouse-vm>',
    );
  });

  it('is a frame of that height, with a title', () => {
    const frame = snippet('frame', MACHINE, BASE);
    expect(frame).toContain(
      'src="https://example.org/vm/embed.html?guest=debian&amp;psci=1.1&amp;append=a%3D%22b%22+%3Cc%3E&amp;panels=console,calls&amp;autorun=1"',
    );
    expect(frame).toContain('height="480"');
    expect(frame).toContain('title="An arm64 machine: debian, PSCI 1.1"');
  });

  it('lets the frame go full screen and copy, as the guide does', () => {
    const guide = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
    const allowed = (text: string) => [...text.matchAll(/<iframe[^>]*allow="([^"]*)"/g)].map(([, features]) => features);
    expect(allowed(snippet('frame', [], BASE))).toEqual(['fullscreen; clipboard-write']);
    expect(new Set(allowed(guide))).toEqual(new Set(['fullscreen; clipboard-write']));
  });

  it.each([
    ['480', 'height="480"'],
    ['480px', 'height="480"'],
    ['50vh', 'style="height: 50vh"'],
    ['12.5', 'style="height: 12.5px"'],
    ['20em', 'style="height: 20em"'],
    ['calc(100vh - 4rem)', 'style="height: calc(100vh - 4rem)"'],
    ['tall', 'height="360"'],
    ['1px; color: red', 'height="360"'],
  ])('a height of %s makes the frame %s', (height, attribute) => {
    const frame = snippet('frame', [chosen('height', height, 'text', true)], BASE);
    expect(frame).toContain(`width="100%" ${attribute}\n`);
    expect(frame.match(/height[=:]/g)).toHaveLength(1);
  });

  it('is a link to the playground, without what belongs to an embed', () => {
    expect(snippet('markdown', MACHINE, BASE)).toBe(
      '[An arm64 machine: debian, PSCI 1.1](https://example.org/vm/index.html?guest=debian&psci=1.1&append=a%3D%22b%22+%3Cc%3E&autorun=1)',
    );
  });

  it('of nothing is the plain machine', () => {
    expect(snippet('tag', [], './')).toContain('<dormouse-vm></dormouse-vm>');
    expect(snippet('frame', [], './')).toContain('src="./embed.html"');
    expect(snippet('frame', [], './')).toContain('height="360"');
  });

  it('gives several registers one by one', () => {
    expect(snippet('markdown', [chosen('register', 'std_bmap=0x0 psci_version=1.1')], '')).toContain(
      'register=std_bmap%3D0x0&register=psci_version%3D1.1',
    );
  });

  it('is kept in the hash', () => {
    expect(hashOf(MACHINE, 'frame')).toBe(
      'guest=debian&psci=1.1&append=a%3D%22b%22+%3Cc%3E&panels=console+calls&height=480&autorun=1&as=frame',
    );
    expect(hashOf([], 'tag')).toBe('');
  });
});
