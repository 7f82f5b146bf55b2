import { describe, expect, it } from 'vitest';
import { EscapeKeys } from './escape-keys';

const bytes = (text: string) => new TextEncoder().encode(text);
function typed(...pieces: string[]) {
  const keys = new EscapeKeys();
  const taken = pieces.map((piece) => keys.take(bytes(piece)));
  return [taken.map((one) => String.fromCharCode(...one.bytes)).join(''), taken.flatMap(({ commands }) => commands)];
}

describe('keys at the terminal', () => {
  it.each([
    [['ls\r'], 'ls\r', []],
    [['a\x01xb'], 'a', ['quit']],
    [['\x01', 'x'], '', ['quit']],
    [['\x01hls\x01?'], 'ls', ['help', 'help']],
    [['\x01a\x01\x01x'], '\x01\x01x', []],
    [['\x01', '\x01', 'x'], '\x01x', []],
    [['\x01sls\x01S'], 'ls', ['save', 'save']],
    [['\x01wls\x01W'], 'ls', ['wake', 'wake']],
    [['\x01zq\x03\x04'], 'q\x03\x04', []],
  ])('%j', (pieces, guest, commands) => {
    expect(typed(...pieces)).toEqual([guest, commands]);
  });
});
