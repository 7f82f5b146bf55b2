import { expect, it } from 'vitest';
import { registersAsText } from './register-text';

it('has every register of every vCPU', () => {
  const x = Array.from({ length: 31 }, (_, index) => BigInt(index));
  const view = {
    index: 0,
    power: 'on',
    el: 1,
    pc: 0x40080000n,
    sp: 16n,
    x,
    pstate: 0x3c5,
    instructions: 0,
    el0Share: 0,
    el1Share: 0,
    readyShare: 0,
  } as const;
  const text = registersAsText([
    { ...view, x },
    { ...view, x, index: 1, power: 'off' },
  ]);
  expect(text).toContain('vCPU 0: on, EL1, pstate 0x000003c5\nx0  ');
  expect(text).toContain('vCPU 1: off');
  expect(text.match(/x30 /g)).toHaveLength(2);
  expect(text).toMatch(/pc {2}\S*40080000/);
});
