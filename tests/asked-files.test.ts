import { describe, expect, it } from 'vitest';
import { beforeGuest } from './asked-files';

describe('what is asked for before a guest', () => {
  it('ends with the first file of one; the list of guests is none', () => {
    const page = ['/index.html', '/assets/a.js', '/guests/index.json'];
    expect(beforeGuest([...page, '/guests/debian/guest.json', '/assets/later.js'])).toEqual(page);
    expect(beforeGuest(page)).toEqual(page);
  });
});
