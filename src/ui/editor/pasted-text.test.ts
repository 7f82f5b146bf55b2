import { describe, expect, it } from 'vitest';
import { pastedText } from './pasted-text';

describe('text that is pasted into a line', () => {
  const listing = '    mov x0, #1\n    b .\n';

  it('brings no blanks that are there already', () => {
    expect(pastedText('    ', listing)).toBe('mov x0, #1\n    b .\n');
    expect(pastedText('  ', listing)).toBe('  mov x0, #1\n    b .\n');
    expect(pastedText('\t\t\t\t\t\t', listing)).toBe('mov x0, #1\n    b .\n');
  });

  it('is taken as it is where nothing, or more than blanks, stands before', () => {
    expect(pastedText('', listing)).toBe(listing);
    expect(pastedText('start:', ' b .')).toBe(' b .');
    expect(pastedText('    ', 'mov x0, #1\n    b .\n')).toBe('mov x0, #1\n    b .\n');
  });
});
