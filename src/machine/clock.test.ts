import { describe, expect, it } from 'vitest';
import { MachineClock, NS_PER_INSTRUCTION } from './clock';

/** A host whose clock the test moves, and a machine whose work it counts. */
function world(mode: 'realtime' | 'virtual') {
  const now = { monotonic: 1_000_000, wall: 5_000_000_000n, done: 0 };
  const progress = {
    get instructions() {
      return now.done;
    },
    get cost() {
      return now.done;
    },
  };
  const clock = new MachineClock(mode, { monotonic: () => now.monotonic, wall: () => now.wall }, progress, 7_000_000_000n);
  const look = (): void => {
    const step = clock.observe();
    if (step) clock.step(step);
  };
  /** The host's time passes while the machine works. */
  const work = (ns: number, done: number): void => {
    now.monotonic += ns;
    now.wall += BigInt(ns);
    now.done += done;
  };
  return { now, clock, look, work };
}

/** What the host says that the machine's time should be. */
const hostNs = ({ now }: ReturnType<typeof world>): number => now.monotonic - 1_000_000;

describe('the realtime clock', () => {
  it('follows the host and learns the pace of the machine', () => {
    const it = world('realtime');
    for (let slice = 0; slice < 200; slice++) {
      it.work(300_000, 100_000);
      it.look();
      expect(Math.abs(it.clock.ns - hostNs(it))).toBeLessThan(1_000_000);
    }
    // Between two looks it goes on at 3 ns per instruction, now that it knows.
    const before = it.clock.ns;
    it.now.done += 100_000;
    expect(it.clock.ns - before).toBeGreaterThan(290_000);
    expect(it.clock.ns - before).toBeLessThan(310_000);
  });

  it('moves with every few instructions and never goes back, also when the host is slower than it thought', () => {
    const it = world('realtime');
    let last = 0;
    for (let i = 0; i < 20_000; i++) {
      it.work(i % 3 === 0 ? 5000 : 100, 30);
      if (i % 50 === 0) it.look();
      const { ns } = it.clock;
      expect(ns).toBeGreaterThan(last);
      last = ns;
    }
  });

  it('goes more slowly while it is ahead, until the host has caught up', () => {
    const it = world('realtime');
    for (let i = 0; i < 100; i++) {
      it.work(100_000, 100_000);
      it.look();
    }
    // The machine does ten times as much as it did.
    for (let i = 0; i < 2000; i++) {
      it.work(100_000, 1_000_000);
      it.look();
    }
    expect(Math.abs(it.clock.ns - hostNs(it))).toBeLessThan(2e6);
  });

  it('stands still while paused and goes on from there; the time of day does not', () => {
    const it = world('realtime');
    it.look();
    it.work(500_000, 0);
    it.look();
    const [ns, wall] = [it.clock.ns, it.clock.wallTime()];
    it.clock.pause();
    it.work(30_000_000_000, 0);
    it.look();
    expect(it.clock.ns).toBe(ns);
    it.clock.resume();
    it.look();
    expect(it.clock.ns).toBe(ns);
    expect(it.clock.wallTime() - wall).toBe(30_000_000_000n);
  });

  it('takes a host that was asleep, or a frozen page, for a pause', () => {
    const it = world('realtime');
    let told = 0;
    it.clock.onWallStep(() => told++);
    it.look();
    it.work(3_600_000_000_000, 0);
    it.look();
    expect(it.clock.ns).toBeLessThan(1e6);
    expect(it.clock.wallTime()).toBe(it.now.wall);
    expect(told).toBe(2);
  });

  it('says that it lags when the host is ahead by more than a guest should see', () => {
    const it = world('realtime');
    it.look();
    expect(it.clock.lags).toBe(false);
    it.work(50_000, 0);
    expect(it.clock.lags).toBe(true);
    it.look();
    expect(it.clock.lags).toBe(false);
  });

  it('goes on from a saved time on another host, whose time of day it takes', () => {
    const it = world('realtime');
    it.look();
    it.work(700_000, 1000);
    it.look();
    it.clock.pause();
    const other = world('realtime');
    other.now.wall = 9_000_000_000n;
    other.now.done = 1000;
    other.clock.check(it.clock.save(), other.now.done)();
    expect(other.clock.ns).toBe(it.clock.ns);
    other.look();
    expect(other.clock.wallTime()).toBe(9_000_000_000n);
    expect(other.clock.ns).toBe(it.clock.ns);
  });

  it('refuses a saved time that cannot be', () => {
    const state = { ...world('realtime').clock.save(), stepCost: 5 };
    expect(() => world('realtime').clock.check(state, 0)).toThrow('The saved clock was set at cost 5, but the machine is at 0.');
    expect(() => world('realtime').clock.check({ ...state, pace: -1 }, 5)).toThrow(/has -1 as "pace"/);
  });
});

describe('the virtual clock', () => {
  it('is a function of instructions and skipped time, also after restore', () => {
    const { now, clock } = world('virtual');
    now.done = 1000;
    clock.skipTo(20_000);
    now.done = 1010;
    const other = world('virtual');
    other.now.done = 1010;
    other.clock.check(clock.save(), 1010)();
    for (const each of [clock, other.clock]) {
      expect(each.ns).toBe(20_000 + 10 * NS_PER_INSTRUCTION);
      expect(each.wallTime()).toBe(7_000_000_000n + BigInt(each.ns));
      expect(each.until(each.ns + 17)).toBe(3);
      expect(each.observe()).toBeUndefined();
    }
    clock.skipTo(100);
    expect(clock.ns).toBe(20_000 + 10 * NS_PER_INSTRUCTION);
  });

  it('fires alarms in the order of their deadlines, not before', () => {
    const { now, clock } = world('virtual');
    const fired: string[] = [];
    clock.at(160n, () => fired.push('late'));
    clock.at(80n, () => fired.push('early'));
    clock.at(80n, () => fired.push('cancelled')).cancel();
    now.done = 9;
    clock.fireDue();
    expect(fired).toEqual([]);
    expect(clock.nextAlarm()).toBe(80);
    now.done = 20;
    clock.fireDue();
    expect(fired).toEqual(['early', 'late']);
    expect(clock.nextAlarm()).toBe(Number.POSITIVE_INFINITY);
  });
});
