import { describe, expect, it } from 'vitest';
import { withWords } from './more-words';

const kernel = new Uint8Array(1);

describe('words for a command line', () => {
  it('come behind those of the guest', () => {
    expect(withWords({ kernel, append: 'console=ttyAMA0' }, ' quiet ')).toEqual({ kernel, append: 'console=ttyAMA0 quiet' });
    expect(withWords({ kernel }, 'quiet')).toEqual({ kernel, append: 'quiet' });
  });

  it('leave it as it is if there are none', () => {
    const guest = { kernel, append: 'console=ttyAMA0' };
    for (const words of [undefined, '', '  ']) expect(withWords(guest, words)).toEqual(guest);
    expect(withWords({ kernel })).toEqual({ kernel });
  });
});
