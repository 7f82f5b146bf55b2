import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, FakeLine } from './fake-clock.testkit';
import { Pl061 } from './pl061';

const [DIR, IS, IBE, IEV, IE, RIS, MIS, IC] = [0x400, 0x404, 0x408, 0x40c, 0x410, 0x414, 0x418, 0x41c];
const POWER = 1 << 3;
const SLEEP = 1 << 4;
/** DATA with all pins selected. */
const DATA = 0x3fc;

let clock: FakeClock;
let irq: FakeLine;
let gpio: Pl061;

beforeEach(() => {
  clock = new FakeClock();
  irq = new FakeLine();
  gpio = new Pl061({ irq, clock });
});

const read = (offset: number) => gpio.read(offset, 4);
const write = (offset: number, value: number) => gpio.write(offset, 1, value);

describe('the pins', () => {
  it('are read and written through the mask in the address', () => {
    write(DIR, 0xff);
    write(DATA, 0xa5);
    write(0x0f << 2, 0xff);
    expect(read(DATA)).toBe(0xaf);
    expect(read(0xf0 << 2)).toBe(0xa0);
  });

  it('that are inputs do not take what is written', () => {
    write(DIR, 0x0f);
    write(DATA, 0xff);
    expect(read(DATA)).toBe(0x0f);
  });
});

describe('the keys', () => {
  it('give gpio-keys an edge down and an edge up, 100 ms apart', () => {
    write(IBE, POWER);
    write(IE, POWER);
    gpio.pressPower();
    expect(irq.asserted).toBe(true);
    expect(read(MIS)).toBe(POWER);
    expect(read(POWER << 2)).toBe(POWER);
    write(IC, POWER);
    expect(irq.asserted).toBe(false);
    clock.advance(99_999_999n);
    expect(irq.asserted).toBe(false);
    clock.advance(1n);
    expect(irq.asserted).toBe(true);
    expect(read(POWER << 2)).toBe(0);
  });

  it('are two: power on pin 3, sleep on pin 4', () => {
    gpio.pressSleep();
    expect(read(DATA)).toBe(SLEEP);
    gpio.pressPower();
    expect(read(DATA)).toBe(SLEEP | POWER);
  });

  it('stay down longer when pressed again', () => {
    gpio.pressPower();
    clock.advance(60_000_000n);
    gpio.pressPower();
    clock.advance(60_000_000n);
    expect(read(DATA)).toBe(POWER);
    clock.advance(40_000_000n);
    expect(read(DATA)).toBe(0);
  });
});

describe('interrupts', () => {
  it('follow one edge where IEV says which', () => {
    write(IEV, POWER);
    write(IE, POWER | SLEEP);
    gpio.pressPower();
    gpio.pressSleep();
    expect(read(RIS), 'rising for power, falling for sleep').toBe(POWER);
    write(IC, POWER);
    clock.advance(100_000_000n);
    expect(read(RIS)).toBe(SLEEP);
  });

  it('follow the level where IS says so, and IC does not clear them', () => {
    write(IS, POWER);
    write(IEV, POWER);
    write(IE, POWER);
    gpio.pressPower();
    write(IC, POWER);
    expect(irq.asserted).toBe(true);
    clock.advance(100_000_000n);
    expect(irq.asserted).toBe(false);
  });

  it('are for inputs only', () => {
    write(DIR, 0x01);
    write(IBE, 0x01);
    write(DATA, 0x01);
    expect(read(RIS)).toBe(0);
  });

  it('are latched but not signalled while masked', () => {
    write(IBE, POWER);
    gpio.pressPower();
    expect([read(RIS), read(MIS), irq.asserted]).toEqual([POWER, 0, false]);
  });
});

describe('the rest', () => {
  it('has the id of a PL061', () => {
    expect([0xfe0, 0xfe4, 0xfe8, 0xfec].map(read)).toEqual([0x61, 0x10, 0x04, 0x00]);
  });

  it('is saved with a key that is down, which comes up when it would have', () => {
    write(IBE, POWER);
    write(IE, POWER);
    gpio.pressPower();
    clock.advance(40_000_000n);
    write(IC, POWER);
    const state = structuredClone(gpio.save());
    gpio.reset();
    expect(clock.pending).toBe(0);
    expect(read(DATA)).toBe(0);
    gpio.check(state)();
    expect(gpio.save()).toEqual(state);
    expect(irq.asserted, 'no edge of its own').toBe(false);
    clock.advance(59_999_999n);
    expect(irq.asserted).toBe(false);
    clock.advance(1n);
    expect(irq.asserted).toBe(true);
  });
});
