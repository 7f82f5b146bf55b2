import { describe, expect, it } from 'vitest';
import { type KeyLike, LeaveKeys } from './leave-keys';

function press(type: 'keydown' | 'keyup', key: string, extra: Partial<KeyLike> = {}): KeyLike {
  return { type, key, ctrlKey: false, altKey: false, timeStamp: 0, repeat: false, ...extra };
}

function watched() {
  let left = 0;
  return { keys: new LeaveKeys(() => (left += 1)), count: () => left };
}

describe('LeaveKeys', () => {
  it('leaves when Ctrl and Alt are tapped together', () => {
    const { keys, count } = watched();
    keys.handle(press('keydown', 'Control', { ctrlKey: true }));
    keys.handle(press('keydown', 'Alt', { ctrlKey: true, altKey: true }));
    expect(count()).toBe(0);
    expect(keys.handle(press('keyup', 'Alt', { ctrlKey: true }))).toBe(true);
    expect(count()).toBe(1);
  });

  it('leaves Ctrl+Alt+letter and AltGr to the guest', () => {
    const { keys, count } = watched();
    keys.handle(press('keydown', 'Control', { ctrlKey: true }));
    keys.handle(press('keydown', 'Alt', { ctrlKey: true, altKey: true }));
    expect(keys.handle(press('keydown', 'x', { ctrlKey: true, altKey: true }))).toBe(false);
    keys.handle(press('keyup', 'Alt', { ctrlKey: true }));
    keys.handle(press('keydown', 'Control', { ctrlKey: true }));
    keys.handle(press('keydown', 'AltGraph', { ctrlKey: true, altKey: true }));
    keys.handle(press('keyup', 'AltGraph'));
    keys.handle(press('keyup', 'Control'));
    expect(count()).toBe(0);
  });

  it('leaves at the second quick Escape, and gives the guest the first', () => {
    const { keys, count } = watched();
    expect(keys.handle(press('keydown', 'Escape', { timeStamp: 1000 }))).toBe(false);
    expect(keys.handle(press('keydown', 'Escape', { timeStamp: 1300 }))).toBe(true);
    expect(count()).toBe(1);
  });

  it('two slow Escapes, or one with a key between, stay', () => {
    const { keys, count } = watched();
    keys.handle(press('keydown', 'Escape', { timeStamp: 1000 }));
    keys.handle(press('keydown', 'Escape', { timeStamp: 1500 }));
    keys.handle(press('keydown', 'j', { timeStamp: 1600 }));
    keys.handle(press('keydown', 'Escape', { timeStamp: 1700 }));
    expect(count()).toBe(0);
  });
});
