import { expect, it } from 'vitest';
import { ConsoleTail } from './console-tail';

const bytes = (text: string) => new TextEncoder().encode(text);

it('keeps text and leaves out what steers the terminal', () => {
  const tail = new ConsoleTail();
  tail.add(bytes('\x1b]0;title\x07\x1b[1;32mdormouse\x1b[0m:~# '));
  tail.add(bytes('\x1b[6n\r\n\x1b7dream\x1b8'));
  expect(tail.text).toBe('dormouse:~# \ndream');
});

it('puts characters together that came in two pieces', () => {
  const tail = new ConsoleTail();
  const [first, ...rest] = bytes('é');
  tail.add(Uint8Array.of(first!));
  tail.add(Uint8Array.from(rest));
  expect(tail.text).toBe('é');
});

it('forgets what is old', () => {
  const tail = new ConsoleTail();
  tail.add(bytes('old'));
  tail.add(bytes('x'.repeat(1 << 14)));
  expect(tail.text).not.toContain('old');
  tail.clear();
  expect(tail.text).toBe('');
});
