import { describe, expect, it } from 'vitest';
import { shownProgram } from './shown-program';

describe('a program as it is shown', () => {
  it('begins with its first line, and without the indent that all its lines have', () => {
    expect(shownProgram('\n    \n    start:\n      mov w0, #1\n\n    b .\n  ')).toBe('start:\n  mov w0, #1\n\nb .');
    expect(shownProgram('\t\tnop\r\n\tret')).toBe('\tnop\nret');
  });

  it('takes away nothing else', () => {
    expect(shownProgram('a:\n    nop')).toBe('a:\n    nop');
    expect(shownProgram('')).toBe('');
  });
});
