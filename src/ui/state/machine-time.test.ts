import { describe, expect, it } from 'vitest';
import { MachineTime } from './machine-time';

describe('MachineTime', () => {
  it('flows with the host between reports, and only while running', () => {
    let host = 0;
    const time = new MachineTime(() => host);
    time.begin();
    time.running(true);
    time.seen(1e9);
    host = 250;
    expect(time.now()).toBe(1.25e9);
    time.running(false);
    host = 9000;
    expect(time.now()).toBe(1.25e9);
    expect(time.reported).toBe(1e9);
  });

  it('stands still while nothing is reported, and goes on from the next report', () => {
    let host = 0;
    const time = new MachineTime(() => host);
    time.begin();
    time.running(true);
    time.seen(1e9);
    // Held for a save of ten seconds.
    host = 10_000;
    expect(time.now()).toBe(4e9);
    time.seen(1.25e9);
    time.seen(4.25e9);
    expect(time.now()).toBe(4.25e9);
    host = 10_250;
    expect(time.now()).toBe(4.5e9);
  });
});
