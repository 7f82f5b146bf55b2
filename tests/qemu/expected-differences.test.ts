import { describe, expect, it } from 'vitest';
import { expectedOf } from './expected-differences';

const shown = (release: readonly [number, number], line: string) => expectedOf(release).some((each) => each.line.test(line));

describe('expected differences', () => {
  it('are those of the kernel that is compared', () => {
    const setend = 'Registered setend emulation handler';
    expect([shown([6, 1], setend), shown([6, 12], setend), shown([7, 3], setend)]).toEqual([true, false, false]);
    const xnx = 'CPU features: detected: XNX';
    expect([shown([6, 12], xnx), shown([7, 1], xnx), shown([7, 2], xnx), shown([8, 0], xnx)]).toEqual([false, false, true, true]);
  });
});
