import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, FakeLine } from './fake-clock.testkit';
import { Pl031 } from './pl031';

const [DR, MR, LR, CR, IMSC, RIS, MIS, ICR] = [0x00, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c];
const SECOND = 1_000_000_000n;
const BOOT = 1_800_000_000;

let clock: FakeClock;
let irq: FakeLine;
let rtc: Pl031;

beforeEach(() => {
  clock = new FakeClock(BigInt(BOOT) * SECOND + 250_000_000n);
  irq = new FakeLine();
  rtc = new Pl031({ irq, clock });
});

const read = (offset: number) => rtc.read(offset, 4);
const write = (offset: number, value: number) => rtc.write(offset, 4, value);

describe('the real-time clock', () => {
  it('shows wall time in seconds', () => {
    expect(read(DR)).toBe(BOOT);
    clock.advance(750_000_000n);
    expect(read(DR)).toBe(BOOT + 1);
    expect(read(CR)).toBe(1);
  });

  it('can be set', () => {
    write(LR, 0xffff_ffff);
    expect(read(DR)).toBe(0xffff_ffff);
    expect(read(LR)).toBe(0xffff_ffff);
    clock.advance(SECOND);
    expect(read(DR)).toBe(0);
  });

  it('interrupts at the beginning of the second that MR names', () => {
    write(IMSC, 1);
    write(MR, BOOT + 2);
    clock.advance(1_749_999_999n);
    expect(irq.asserted).toBe(false);
    clock.advance(1n);
    expect(read(DR)).toBe(BOOT + 2);
    expect(irq.asserted).toBe(true);
    expect([read(RIS), read(MIS)]).toEqual([1, 1]);
    write(ICR, 1);
    expect(irq.asserted).toBe(false);
    clock.advance(10n * SECOND);
    expect(read(RIS), 'once').toBe(0);
  });

  it('matches masked, without the wire', () => {
    write(MR, BOOT);
    expect([read(RIS), read(MIS), irq.asserted]).toEqual([1, 0, false]);
    write(IMSC, 1);
    expect(irq.asserted).toBe(true);
  });

  it('moves the match when it is set anew', () => {
    write(MR, BOOT + 100);
    write(LR, BOOT + 98);
    clock.advance(2n * SECOND);
    expect(read(RIS)).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('has the id of a PL031', () => {
    expect([0xfe0, 0xfe4, 0xfe8, 0xfec].map(read)).toEqual([0x31, 0x10, 0x14, 0x00]);
  });

  it('is saved with its offset and its alarm, not with the time', () => {
    write(IMSC, 1);
    write(LR, 1000);
    write(MR, 1010);
    const state = structuredClone(rtc.save());
    rtc.reset();
    expect(clock.pending).toBe(0);
    expect(read(DR)).toBe(BOOT);
    rtc.check(state)();
    expect(rtc.save()).toEqual(state);
    expect(read(DR)).toBe(1000);
    clock.advance(10n * SECOND);
    expect(irq.asserted).toBe(true);
  });
});

describe('a time of day that is stepped', () => {
  it('is shown at once: the host was asleep, or its clock was put right', () => {
    clock.stepWall(30n * SECOND);
    expect(read(DR)).toBe(BOOT + 30);
    clock.stepWall(-40n * SECOND);
    expect(read(DR)).toBe(BOOT - 10);
  });

  it('sets off an alarm that fell into the time that was missed', () => {
    write(IMSC, 1);
    write(MR, BOOT + 20);
    clock.stepWall(30n * SECOND);
    expect(irq.asserted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('leaves an alarm that is still ahead at its second', () => {
    write(IMSC, 1);
    write(MR, BOOT + 20);
    clock.stepWall(10n * SECOND);
    clock.advance(9n * SECOND);
    expect(irq.asserted).toBe(false);
    clock.advance(SECOND);
    expect(irq.asserted).toBe(true);
    expect(read(DR)).toBe(BOOT + 20);
  });
});
