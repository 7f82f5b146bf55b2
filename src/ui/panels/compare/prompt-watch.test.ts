import { expect, it } from 'vitest';
import { PromptWatch } from './prompt-watch';

it('sees a prompt behind a line, whole or in pieces, with colours', () => {
  const watch = new PromptWatch();
  watch.print('$ ');
  expect(watch.isAtPrompt).toBe(false);
  watch.print('\r\n\x1b[1mroot@dormouse:~');
  expect(watch.isAtPrompt).toBe(false);
  watch.print('#\x1b[0m ');
  expect(watch.isAtPrompt).toBe(true);
  watch.print('psci\r\n');
  expect(watch.isAtPrompt).toBe(false);
});

it('wants a new line after what was typed', () => {
  const watch = new PromptWatch();
  watch.print('\nlab> ');
  watch.restart();
  watch.print('lab> ');
  expect(watch.isAtPrompt).toBe(false);
  watch.print('\nlab> ');
  expect(watch.isAtPrompt).toBe(true);
});

it('remembers that a line ended, and takes no longer for what a guest printed before', () => {
  const watch = new PromptWatch();
  watch.print('\n');
  for (let piece = 0; piece < 500_000; piece++) watch.print('a line that does not end, '.repeat(8));
  watch.print(`${'.'.repeat(500)}\nlab> `);
  expect(watch.isAtPrompt).toBe(true);
  // 100 million characters; with all of them looked through each time it takes longer than a test may.
});
