import { describe, expect, it } from 'vitest';
import { wrapWords } from './wrap-words';

describe('wrapWords', () => {
  it('breaks between words only', () => {
    expect(wrapWords('── the guest still believes 1.3 ──', 14)).toEqual(['── the guest', 'still believes', '1.3 ──']);
    // The mark that ends it is not left alone.
    expect(wrapWords('── it starts: 2 vCPUs ──', 22)).toEqual(['── it starts: 2', 'vCPUs ──']);
    expect(wrapWords('short', 80)).toEqual(['short']);
    expect(wrapWords('a incomprehensibilities b', 5)).toEqual(['a', 'incomprehensibilities', 'b']);
  });
});
