import { describe, expect, it } from 'vitest';
import { MachineClock, NS_PER_INSTRUCTION } from './clock';

/** A host whose clock the test moves, and a machine whose instructions it counts. */
function world(mode: 'realtime' | 'virtual') {
  const now = { monotonic: 1_000_000, wall: 5_000_000_000n, retired: 0 };
  const clock = new MachineClock(
    mode,
    { monotonic: () => now.monotonic, wall: () => now.wall },
    () => now.retired,
    7_000_000_000n,
  );
  return { now, clock };
}

describe('the realtime clock', () => {
  it('goes with the instructions between two samples, and not backwards when it is paused', () => {
    const { now, clock } = world('realtime');
    now.monotonic += 1000;
    now.retired += 100;
    clock.sample();
    now.retired += 10_000;
    const ahead = clock.ns;
    expect(ahead).toBeGreaterThan(1000);
    // The host's clock says that less has passed.
    now.monotonic += 10;
    clock.pause();
    expect(clock.ns).toBe(ahead);
    expect(clock.save().ns).toBe(ahead);
  });

  it('stands still while paused and goes on from there', () => {
    const { now, clock } = world('realtime');
    now.monotonic += 500;
    clock.pause();
    now.monotonic += 1_000_000;
    expect(clock.ns).toBe(500);
    clock.resume();
    now.monotonic += 7;
    clock.sample();
    expect(clock.ns).toBe(507);
  });

  it('goes on from a saved time on another host, whose time of day it takes', () => {
    const { now, clock } = world('realtime');
    now.monotonic += 500;
    clock.pause();
    const saved = clock.save();
    const other = world('realtime');
    other.now.wall = 9_000_000_000n;
    other.clock.restore(saved, 0);
    expect(other.clock.ns).toBe(500);
    expect(other.clock.wallTime()).toBe(9_000_000_000n);
  });
});

describe('the virtual clock', () => {
  it('is a function of instructions and skipped time, also after restore', () => {
    const { now, clock } = world('virtual');
    now.retired = 1000;
    clock.skipTo(20_000);
    now.retired = 1010;
    const other = world('virtual');
    other.now.retired = 1010;
    other.clock.restore(clock.save(), 1010);
    for (const each of [clock, other.clock]) {
      expect(each.ns).toBe(20_000 + 10 * NS_PER_INSTRUCTION);
      expect(each.wallTime()).toBe(7_000_000_000n + BigInt(each.ns));
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
    now.retired = 9;
    clock.fireDue();
    expect(fired).toEqual([]);
    expect(clock.nextAlarm()).toBe(80);
    now.retired = 20;
    clock.fireDue();
    expect(fired).toEqual(['early', 'late']);
    expect(clock.nextAlarm()).toBe(Number.POSITIVE_INFINITY);
  });
});
