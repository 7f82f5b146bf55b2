import { describe, expect, it } from 'vitest';
import { judgeFiles, judgeOrigins, judgeView } from './judge-given';

describe('what a page gives a frame', () => {
  it.each([null, undefined, 7, 'text', [], () => 0])('may be %s: nothing is taken, nothing breaks', (given) => {
    expect(judgeView(given)).toEqual({ view: {}, wrong: [] });
    expect(judgeFiles(given)).toEqual({});
    expect(judgeOrigins(given)).toEqual({});
  });

  it('is taken as far as it is right', () => {
    const { view, wrong } = judgeView({
      theme: 'blue',
      panels: ['calls', 'calls', 'nothing', 'console'],
      fontSize: Number.NaN,
      readonly: 'yes',
      style: { surface: 'red', accent: 7, other: 'x' },
    });
    expect(view).toEqual({ panels: ['calls', 'console'], readonly: false, style: { surface: 'red' } });
    expect(wrong.map((each) => each.split(' ')[0])).toEqual(['theme', 'panels', 'font-size']);
  });

  it('are files by name, and where they are from', () => {
    const kernel = new Blob(['x']);
    expect(judgeFiles({ kernel })).toEqual({ kernel });
    expect(() => judgeFiles({ kernel: 'x' })).toThrow('The kernel must be given as a Blob or File, and string was given.');
    expect(judgeOrigins({ kernel: 'https://a.example/Image', src: 'javascript:alert(1)', initrd: 'x', snapshot: 1 })).toEqual({
      kernel: 'https://a.example/Image',
    });
  });
});
