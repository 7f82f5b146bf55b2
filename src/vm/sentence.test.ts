import { describe, expect, it } from 'vitest';
import { faultOf, sentenceOf } from './sentence';

describe('what went wrong, as a sentence', () => {
  it.each([
    ['an error', new Error('The disk “a” is in use.'), 'The disk “a” is in use.'],
    ['one without a full stop, on two lines', new Error('no\n  space'), 'no space.'],
    ['a fault of the program', new TypeError('x is undefined'), 'Dormouse itself failed: x is undefined.'],
    ['a fault of the engine', new WebAssembly.RuntimeError('unreachable'), 'Dormouse itself failed: unreachable.'],
    ['an exception of the browser', new DOMException('', 'QuotaExceededError'), 'QuotaExceededError.'],
    ['what only looks like one', { name: 'DataError', message: 'bad' }, 'bad.'],
    ['anything else', 'why?', 'why?'],
    ['nothing', undefined, 'undefined.'],
  ])('%s', (_, thrown, sentence) => {
    expect(sentenceOf(thrown)).toBe(sentence);
  });

  it('says of a fault that it is ours, once', () => {
    expect(faultOf(new Error('a bug'))).toBe('Dormouse itself failed: a bug.');
    expect(faultOf(new TypeError('a bug'))).toBe(sentenceOf(new TypeError('a bug')));
  });
});
