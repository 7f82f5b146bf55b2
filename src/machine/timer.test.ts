import { beforeEach, describe, expect, it } from 'vitest';
import { TIMER } from '../cpu/sysregs/timer-registers';
import { GenericTimer } from './timer';

const ENABLE = 1;
const IMASK = 2;
const ISTATUS = 4;

let now: number;
let wires: { virtual: boolean; physical: boolean };
let changes: number;
let timer: GenericTimer;

beforeEach(() => {
  now = 1000;
  wires = { virtual: false, physical: false };
  changes = 0;
  timer = new GenericTimer({
    counter: () => now,
    virtualLine: { set: (asserted) => (wires.virtual = asserted) },
    physicalLine: { set: (asserted) => (wires.physical = asserted) },
    deadlineChanged: () => changes++,
  });
});

/** Lets the counter pass, as the scheduler does. */
function advanceTo(count: number): void {
  now = count;
  timer.update();
}

describe('the counter', () => {
  it('reads as two halves', () => {
    now = 5 * 2 ** 32 + 0xfedcba98;
    expect(timer.read(TIMER.CNTVCT_EL0)).toBe(0xfedcba98);
    expect(timer.high).toBe(5);
    expect(timer.read(TIMER.CNTPCT_EL0)).toBe(0xfedcba98);
    expect(timer.high).toBe(5);
  });
});

describe('a timer', () => {
  it('asserts its wire when the counter reaches CVAL, not before', () => {
    timer.write(TIMER.CNTV_CVAL_EL0, 2000, 0);
    timer.write(TIMER.CNTV_CTL_EL0, ENABLE, 0);
    expect(timer.nextDeadline()).toBe(2000);
    advanceTo(1999);
    expect(wires.virtual).toBe(false);
    expect(timer.read(TIMER.CNTV_CTL_EL0)).toBe(ENABLE);
    advanceTo(2000);
    expect(wires).toEqual({ virtual: true, physical: false });
    expect(timer.read(TIMER.CNTV_CTL_EL0)).toBe(ENABLE | ISTATUS);
    expect(timer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it('drops its wire as soon as CVAL is moved ahead, as Linux does for the next tick', () => {
    timer.write(TIMER.CNTV_CTL_EL0, ENABLE, 0);
    expect(wires.virtual).toBe(true);
    timer.write(TIMER.CNTV_CVAL_EL0, 3000, 0);
    expect(wires.virtual).toBe(false);
    expect(timer.nextDeadline()).toBe(3000);
  });

  it('shows the condition while masked, without the wire', () => {
    timer.write(TIMER.CNTP_CTL_EL0, ENABLE | IMASK, 0);
    expect(timer.read(TIMER.CNTP_CTL_EL0)).toBe(ENABLE | IMASK | ISTATUS);
    expect(wires.physical).toBe(false);
    expect(timer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    timer.write(TIMER.CNTP_CTL_EL0, ENABLE, 0);
    expect(wires.physical).toBe(true);
    timer.write(TIMER.CNTP_CTL_EL0, 0, 0);
    expect(wires.physical).toBe(false);
    expect(timer.read(TIMER.CNTP_CTL_EL0)).toBe(0);
  });

  it('counts TVAL down from the time it was written', () => {
    timer.write(TIMER.CNTP_TVAL_EL0, 500, 0);
    expect(timer.read(TIMER.CNTP_CVAL_EL0)).toBe(1500);
    now = 1600;
    expect(timer.read(TIMER.CNTP_TVAL_EL0)).toBe(0xffff_ff9c);
  });

  it('takes TVAL as signed', () => {
    timer.write(TIMER.CNTP_TVAL_EL0, 0xffff_ffff, 0);
    expect(timer.read(TIMER.CNTP_CVAL_EL0)).toBe(999);
    expect(timer.high).toBe(0);
    timer.write(TIMER.CNTP_TVAL_EL0, 0xffff_fc17, 0);
    expect(timer.read(TIMER.CNTP_CVAL_EL0)).toBe(0xffff_ffff);
    expect(timer.high).toBe(0xffff_ffff);
    timer.write(TIMER.CNTP_CTL_EL0, ENABLE, 0);
    expect(wires.physical, 'a CVAL before zero is far ahead, unsigned').toBe(false);
  });

  it('carries TVAL into the high half', () => {
    now = 2 ** 32 - 1;
    timer.write(TIMER.CNTV_TVAL_EL0, 2, 0);
    expect(timer.read(TIMER.CNTV_CVAL_EL0)).toBe(1);
    expect(timer.high).toBe(1);
  });

  it('never fires for the huge values that mean "off"', () => {
    now = 2 ** 53 - 1;
    for (const high of [0x7fffffff, 0xffffffff, 0x00200000]) {
      timer.write(TIMER.CNTV_CVAL_EL0, 0xffffffff, high);
      timer.write(TIMER.CNTV_CTL_EL0, ENABLE, 0);
      expect(wires.virtual).toBe(false);
      expect(timer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
      expect(timer.read(TIMER.CNTV_CVAL_EL0)).toBe(0xffffffff);
      expect(timer.high).toBe(high);
    }
    timer.write(TIMER.CNTV_CVAL_EL0, 0xffffffff, 0x001fffff);
    expect(wires.virtual, 'the largest exact count').toBe(true);
  });

  it('gives the earlier of both deadlines and tells of changes', () => {
    timer.write(TIMER.CNTV_CVAL_EL0, 9000, 0);
    timer.write(TIMER.CNTV_CTL_EL0, ENABLE, 0);
    timer.write(TIMER.CNTP_CVAL_EL0, 8000, 0);
    expect(timer.nextDeadline()).toBe(9000);
    timer.write(TIMER.CNTP_CTL_EL0, ENABLE, 0);
    expect(timer.nextDeadline()).toBe(8000);
    expect(changes).toBe(4);
    advanceTo(8500);
    expect(wires).toEqual({ virtual: false, physical: true });
    expect(timer.nextDeadline()).toBe(9000);
  });
});

describe('a guest that reads how a timer stands', () => {
  it.each([
    ['ISTATUS', TIMER.CNTV_CTL_EL0],
    ['TVAL', TIMER.CNTV_TVAL_EL0],
  ] as const)('finds the wire saying the same as %s', (_, register) => {
    timer.write(TIMER.CNTV_CVAL_EL0, 2000, 0);
    timer.write(TIMER.CNTV_CTL_EL0, ENABLE, 0);
    now = 2000;
    expect(wires.virtual, 'nobody has looked yet').toBe(false);
    timer.read(register);
    expect(wires.virtual).toBe(true);
  });
});

describe('saving', () => {
  it('is undone by restore, wires included', () => {
    timer.write(TIMER.CNTV_CVAL_EL0, 1, 2);
    timer.write(TIMER.CNTP_CTL_EL0, ENABLE, 0);
    const state = structuredClone(timer.save());
    timer.reset();
    expect(wires.physical).toBe(false);
    expect(timer.save()).not.toEqual(state);
    timer.check(state)();
    expect(timer.save()).toEqual(state);
    expect(wires.physical).toBe(true);
    expect(timer.read(TIMER.CNTV_CVAL_EL0)).toBe(1);
    expect(timer.high).toBe(2);
  });

  it('refuses a state that is not a timer', () => {
    expect(() => timer.check({ physical: 0 })).toThrow('generic timer');
  });
});
