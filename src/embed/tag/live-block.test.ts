import { describe, expect, it } from 'vitest';
import { guestOf, isProgram, liveLanguage, typedLines, typeOf } from './live-block';

describe('the language of a live block', () => {
  it.each([
    // As documentation systems write them.
    ['language-a64-live', 'a64', ''],
    ['highlight-a64-live notranslate', 'a64', ''],
    ['prism-code language-console-live codeBlock_x', 'console', ''],
    ['language-console-live highlighter-rouge', 'console', ''],
    ['lang-a64-live', 'a64', ''],
    ['hljs language-a64-live?cpus=2&psci=1.1', 'a64', 'cpus=2&psci=1.1'],
    ['language-console-live?guest=debian hljs', 'console', 'guest=debian'],
  ])('is found in “%s”', (classes, kind, query) => {
    expect(liveLanguage(classes)).toEqual({ kind, query });
  });

  it.each(['language-a64', 'language-a64-lively', 'my-a64-live-block', 'language-asm', ''])('is not in “%s”', (classes) => {
    expect(liveLanguage(classes)).toBeUndefined();
  });
});

describe('a block without a live language', () => {
  it('is a program by its class, or where nothing was typed', () => {
    expect(isProgram('language-asm', '# a comment\nnop')).toBe(true);
    expect(isProgram('language-armasm', '$ 1')).toBe(true);
    expect(isProgram('', 'nop\nb .')).toBe(true);
    expect(isProgram('language-console', '$ uname')).toBe(false);
    expect(isProgram('language-plasma', 'lab> psci')).toBe(false);
  });
});

describe('a transcript', () => {
  it('gives what was typed, for the guest whose prompt it has', () => {
    const transcript = 'lab> psci\nPSCI 1.3\nlab> hang\n';
    expect(typedLines(transcript)).toEqual(['psci', 'hang']);
    expect(typeOf(transcript)).toBe('psci\\nhang\\n');
    expect(guestOf(transcript)).toBe('lab');
    expect(guestOf('~ # uname -m\naarch64')).toBe('debian');
    // Prompts as shells have them; a bare # is one only where there is no other.
    const prompts = [
      'dormouse:~# uname',
      'root@host:/tmp# ls',
      '/ # id',
      '~ $ pwd',
      '/usr/bin # w',
      '# no prompt here',
      'sub:word',
    ];
    expect(typedLines(prompts.join('\n'))).toEqual(['uname', 'ls', 'id', 'pwd', 'w']);
    expect(typedLines('# uname\nLinux')).toEqual(['uname']);
    expect(typeOf('$ printf "a\\n"')).toBe('printf "a\\\\n"\\n');
  });
});
