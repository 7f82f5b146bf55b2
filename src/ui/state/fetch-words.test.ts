import { expect, it } from 'vitest';
import { bytesToFetch, fetchWords } from './fetch-words';

it('says what is downloaded, and not of what is here', () => {
  expect(fetchWords({ bytes: 17 << 20 })).toBe('Downloads 17 MiB, then boots in this tab.');
  expect(fetchWords({ bytes: 17 << 20, kept: true })).toBe('17 MiB, already here: boots in this tab, without a download.');
  expect(fetchWords({ bytes: 0 })).toBe('Nothing to download: it is part of this page.');
  expect([bytesToFetch({ bytes: 5 }), bytesToFetch({ bytes: 5, kept: true })]).toEqual([5, 0]);
});
