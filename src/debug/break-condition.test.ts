import { beforeAll, describe, expect, it } from 'vitest';
import type { Vcpu } from '../cpu/vcpu';
import { machineOf } from '../machine/machine.testkit';
import { parseCondition } from './break-condition';

describe('a condition', () => {
  let vcpu: Vcpu;
  beforeAll(async () => {
    const machine = await machineOf('b .', { vcpus: 1 });
    vcpu = machine.engine.vcpus[0]!;
    vcpu.setX(0, 5n);
    vcpu.setX(1, 0xffff_ffff_ffff_fff0n);
  });

  it.each([
    ['x0 == 5', true],
    ['x0==5', true],
    ['x0 != 5', false],
    ['X0 <= 0x5', true],
    ['w1 == 0xfffffff0', true],
    ['x1 == -16', true],
    ['x1 > x0', true],
    ['x0 < 5 && x1 > 0', false],
    ['x0 >= 5 && x0 < 6', true],
    ['pc == 0x40080000', true],
  ])('%s is %s', (text, holds) => expect(parseCondition(text)(vcpu)).toBe(holds));

  it.each(['', 'x0', 'x0 = 5', 'x31 == 0', 'x0 == five', 'x0 == 1 &&'])('“%s” is refused with what to write', (text) =>
    expect(() => parseCondition(text)).toThrow(/write comparisons of x0 to x30/),
  );
});
