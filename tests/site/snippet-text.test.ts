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
      '<script src="https://example.org/vm/dormouse-embed.js" defer></script>\n' +
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
