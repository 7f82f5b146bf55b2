import { describe, expect, it } from 'vitest';
import { assumedBelief, BeliefTracker, type LoggedCall } from './belief';

const ok = (name: string, id: number, result: bigint, arg = 0n): LoggedCall => ({
  id,
  name,
  args: [arg, 0n, 0n],
  result: BigInt.asUintN(64, result),
  outcome: result < 0n ? 'error' : 'ok',
});
const version = (value: bigint) => ok('PSCI_VERSION', 0x84000000, value);
const features = (id: bigint, answer: bigint) => ok('PSCI_FEATURES', 0x8400000a, answer, id);

describe('BeliefTracker', () => {
  it('keeps what the guest was told first', () => {
    const tracker = new BeliefTracker();
    tracker.begin();
    expect(tracker.believed).toBeUndefined();
    tracker.add(version(0x10003n));
    tracker.add(features(0x80000000n, 0n));
    tracker.add(features(0xc4000015n, 1n));
    tracker.add(features(0xc400000en, -1n));
    // Asked again later, as debugfs does: Linux does not change its mind.
    tracker.add(features(0xc4000015n, -1n));
    expect(tracker.believed).toEqual({
      version: '1.3',
      features: { SMCCC_VERSION: 0, SYSTEM_OFF2: 1, SYSTEM_SUSPEND: -1 },
      source: 'asked',
    });
  });

  it('a woken guest keeps its beliefs while the kernel that wakes it asks', () => {
    const tracker = new BeliefTracker();
    tracker.begin(assumedBelief('1.3'));
    tracker.add(version(0x10001n));
    tracker.add(features(0xc4000015n, -1n));
    expect(tracker.believed?.version).toBe('1.3');
    expect(tracker.bootKernel).toMatchObject({ version: '1.1', features: { SYSTEM_OFF2: -1 } });
    // It was not woken after all: what the other was told is what runs.
    tracker.disinherit();
    expect(tracker.believed).toMatchObject({ version: '1.1', features: { SYSTEM_OFF2: -1 } });
    expect(tracker.bootKernel).toBeUndefined();
  });

  /** What `cat /sys/kernel/debug/psci` calls, as a boot does. */
  const look = (tracker: BeliefTracker, asVersion: bigint, off2: bigint): void => {
    tracker.add(version(asVersion));
    tracker.add(features(0xc4000015n, off2));
  };

  it('a guest that looks again after it woke goes on believing what it believed', () => {
    const tracker = new BeliefTracker();
    tracker.begin(assumedBelief('1.3'));
    look(tracker, 0x10001n, -1n);
    look(tracker, 0x10001n, -1n);
    expect(tracker.believed).toEqual(assumedBelief('1.3'));
    expect(tracker.bootKernel).toMatchObject({ version: '1.1', features: { SYSTEM_OFF2: -1 } });
  });

  it('a restored guest that looks has no kernel that booted to wake it', () => {
    const tracker = new BeliefTracker();
    tracker.goOn(assumedBelief('1.3'));
    look(tracker, 0x10001n, -1n);
    expect(tracker.believed).toEqual(assumedBelief('1.3'));
    expect(tracker.bootKernel).toBeUndefined();
  });

  it('a look does not change what the guest was told at boot, under whatever version it looks', () => {
    const tracker = new BeliefTracker();
    tracker.begin();
    look(tracker, 0x10003n, 1n);
    look(tracker, 0x10001n, -1n);
    expect(tracker.believed).toEqual({ version: '1.3', features: { SYSTEM_OFF2: 1 }, source: 'asked' });
  });

  it('what a kernel of 0.2 could not ask when it booted, it does not learn from a look under 1.3', () => {
    const tracker = new BeliefTracker();
    tracker.begin();
    tracker.add(version(0x2n));
    look(tracker, 0x10003n, 1n);
    expect(tracker.believed).toEqual({ version: '0.2', features: {}, source: 'asked' });
  });

  it('a guest that reboots is told anew, also one that had been woken', () => {
    const tracker = new BeliefTracker();
    for (const inherited of [undefined, assumedBelief('1.3')]) {
      tracker.begin(inherited);
      look(tracker, 0x10003n, 1n);
      tracker.add({ id: 0x84000009, name: 'SYSTEM_RESET', args: [0n], outcome: 'event' });
      look(tracker, 0x10001n, -1n);
      expect(tracker.believed).toEqual({ version: '1.1', features: { SYSTEM_OFF2: -1 }, source: 'asked' });
      expect(tracker.bootKernel).toBeUndefined();
    }
  });

  it('a reset forgets everything', () => {
    const tracker = new BeliefTracker();
    tracker.begin(assumedBelief('1.3'));
    tracker.add({ id: 0x84000009, name: 'SYSTEM_RESET', args: [0n], outcome: 'event' });
    expect(tracker.believed).toBeUndefined();
  });

  it('knows a guest of 0.1 by the ids it calls', () => {
    const tracker = new BeliefTracker();
    tracker.begin();
    tracker.add(ok('CPU_ON', 0x95c1ba60, 0n, 1n));
    expect(tracker.believed).toEqual({ version: '0.1', features: {}, source: 'device-tree' });
  });

  it('an unanswered PSCI_VERSION is no version', () => {
    const tracker = new BeliefTracker();
    tracker.begin();
    tracker.add(version(-1n));
    expect(tracker.believed).toBeUndefined();
  });
});

describe('assumedBelief', () => {
  it('follows the firmware’s own answers', () => {
    expect(assumedBelief('1.3').features).toEqual({ CPU_SUSPEND: 0, SYSTEM_SUSPEND: -1, SYSTEM_RESET2: 0, SYSTEM_OFF2: 1 });
    expect(assumedBelief('1.0', undefined, true).features).toMatchObject({ SYSTEM_SUSPEND: 0, SYSTEM_RESET2: -1 });
    expect(assumedBelief('0.2').features).toEqual({});
  });
  it('a guest that hibernated by SYSTEM_OFF although it had SYSTEM_OFF2 never asked for it', () => {
    expect(assumedBelief('1.3', 'SYSTEM_OFF').features).not.toHaveProperty('SYSTEM_OFF2');
    expect(assumedBelief('1.1', 'SYSTEM_OFF').features.SYSTEM_OFF2).toBe(-1);
  });
});
