import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64, LineReader, MAX_ANSWER_BYTES, parseAnswer, requestLine } from './agent-protocol';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('base64', () => {
  it('agrees with another implementation for every length and byte', () => {
    for (let length = 0; length < 9; length++) {
      for (let first = 0; first < 256; first += 5) {
        const data = Uint8Array.from({ length }, (_, index) => (first + 83 * index) & 0xff);
        const expected = Buffer.from(data).toString('base64');
        expect(encodeBase64(data)).toBe(expected);
        expect(decodeBase64(expected)).toEqual(data);
      }
    }
  });

  it('refuses what is none', () => {
    for (const text of ['A', 'AAA', 'A=AA', 'AA*A', 'AAAA\n', '====']) expect(decodeBase64(text)).toBeUndefined();
  });
});

describe('lines', () => {
  it('of requests', () => {
    expect(requestLine(7, 'ping')).toEqual(bytes('7 ping\n'));
    expect(requestLine(8, 'exec', 'bHM=')).toEqual(bytes('8 exec bHM=\n'));
  });

  it('of answers', () => {
    expect(parseAnswer('3 ok')).toEqual({ id: 3, kind: 'ok', text: '' });
    expect(parseAnswer('3 error no swap space')).toEqual({ id: 3, kind: 'error', text: 'no swap space' });
    expect(parseAnswer('3 data aGk=')).toEqual({ id: 3, kind: 'data', bytes: bytes('hi') });
    expect(parseAnswer('3 exit 137')).toEqual({ id: 3, kind: 'exit', status: 137 });
    expect(parseAnswer('3 resumed')).toEqual({ id: 3, kind: 'resumed' });
    expect(parseAnswer('0 hello dormouse-agent 1')).toEqual({ id: 0, kind: 'hello', text: 'dormouse-agent 1' });
  });

  it('that are no answer', () => {
    for (const line of ['', 'ok', '3', '3 okay', '-3 ok', '3 exit x', '3 data ***', '99999999999 ok', 'x 3 ok']) {
      expect(parseAnswer(line)).toBeUndefined();
    }
  });
});

describe('LineReader', () => {
  it('puts lines together from any pieces', () => {
    const reader = new LineReader();
    const lines: string[] = [];
    const take = (data: Uint8Array): void => reader.take(data, (line) => lines.push(line));
    for (const byte of bytes('one.\n\nzwö\nno\nrest')) take(new Uint8Array([byte]));
    expect(lines).toEqual(['one.', 'zwö']);
    take(bytes(' of it\n'));
    expect(lines).toEqual(['one.', 'zwö', 'rest of it']);
  });

  it('drops a flood up to its end and no more', () => {
    const reader = new LineReader();
    const lines: string[] = [];
    const take = (data: Uint8Array): void => reader.take(data, (line) => lines.push(line));
    for (let sent = 0; sent < 3 * MAX_ANSWER_BYTES; sent += 1000) take(new Uint8Array(1000).fill(120));
    expect(lines).toEqual([]);
    take(bytes('x\n1 ok\n'));
    expect(lines).toEqual(['1 ok']);
  });
});
