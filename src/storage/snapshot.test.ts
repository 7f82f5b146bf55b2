import { describe, expect, it } from 'vitest';
import { decodeCbor, encodeCbor } from './cbor';
import { crc32 } from './crc32';
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_MAJOR, SNAPSHOT_MINOR, SnapshotError, type SnapshotSection } from './snapshot';
import type { StateValue } from './state';

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function join(chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

describe('CRC-32', () => {
  it('has its check value, whole or in pieces', () => {
    const digits = new TextEncoder().encode('123456789');
    expect(crc32(digits)).toBe(0xcbf4_3926);
    for (let cut = 0; cut <= 9; cut++) expect(crc32(digits.subarray(cut), crc32(digits.subarray(0, cut)))).toBe(0xcbf4_3926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('CBOR', () => {
  it.each<[StateValue, string]>([
    // RFC 8949, appendix A
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [1000, '1903e8'],
    [1_000_000, '1a000f4240'],
    [1_000_000_000_000, '1b000000e8d4a51000'],
    [-1, '20'],
    [-1000, '3903e7'],
    [1.1, 'fb3ff199999999999a'],
    [18446744073709551616n, 'c249010000000000000000'],
    [-18446744073709551617n, 'c349010000000000000000'],
    [false, 'f4'],
    [null, 'f6'],
    ['ü', '62c3bc'],
    [Uint8Array.of(1, 2, 3, 4), '4401020304'],
    [[1, [2, 3]], '8201820203'],
    [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
  ])('writes and reads %o', (value, bytes) => {
    expect(hex(encodeCbor(value))).toBe(bytes);
    expect(decodeCbor(encodeCbor(value))).toEqual(value);
  });

  it.each<[StateValue]>([
    [0n],
    [-1n],
    [255n],
    [-0],
    [Number.NaN],
    [Number.NEGATIVE_INFINITY],
    [Number.MAX_SAFE_INTEGER],
    [Number.MIN_SAFE_INTEGER],
    [2 ** 60],
    ['x'.repeat(500)],
    [{ ['__proto__']: 1, '': {} }],
  ])('gives %o back as it was', (value) => {
    expect(decodeCbor(encodeCbor(value))).toStrictEqual(value);
  });

  it('gives long values back as they were', () => {
    for (const length of [256, 65535, 65536, 70_000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 3);
      const [back, after] = decodeCbor(encodeCbor([bytes, 'x'.repeat(length)])) as [Uint8Array, string];
      expect(Buffer.compare(back, bytes)).toBe(0);
      expect(after === 'x'.repeat(length)).toBe(true);
    }
    expect(decodeCbor(encodeCbor(Array<number>(300).fill(1)))).toEqual(Array<number>(300).fill(1));
  });

  it.each([
    ['', /ends at byte 0, 1 bytes early/],
    ['1903', /1 bytes early/],
    ['5affffffff', /4294967295 bytes early/],
    ['9affffffff', /early/],
    ['0000', /1 bytes after its value/],
    ['9f01ff', /additional information 31/],
    ['c11a514b67b0', /tag 1/],
    ['a10102', /key that is not text/],
    ['f7', /simple value 23/],
    ['81'.repeat(100), /nested deeper than 64/],
  ])('refuses %s', (text, sentence) => {
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    expect(() => decodeCbor(bytes)).toThrow(sentence);
  });

  it('refuses what is not plain data', () => {
    expect(() => encodeCbor(undefined as unknown as StateValue)).toThrow('A saved state cannot hold a value of type undefined.');
  });
});

describe('a snapshot', () => {
  const sections: SnapshotSection[] = [
    { name: 'machine', state: { vcpus: 2, x: [1n, 2n ** 64n - 1n], fifo: Uint8Array.of(1, 2), label: 'débian', off: null } },
    { name: 'ram', bytes: Uint8Array.from({ length: 1001 }, (_, i) => i & 0xff) },
    { name: 'empty', bytes: new Uint8Array(0) },
  ];
  const bytes = join(encodeSnapshot(sections));

  function failure(of: Uint8Array): SnapshotError {
    try {
      decodeSnapshot(of);
    } catch (error) {
      if (error instanceof SnapshotError) return error;
      throw error;
    }
    throw new Error('It was taken.');
  }

  it('comes back as it was', () => {
    expect(decodeSnapshot(bytes)).toEqual({ major: SNAPSHOT_MAJOR, minor: SNAPSHOT_MINOR, sections });
    expect(decodeSnapshot(join(encodeSnapshot([]))).sections).toEqual([]);
  });

  it('may lie anywhere in a buffer', () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSnapshot(shifted.subarray(3)).sections).toEqual(sections);
  });

  it('does not copy raw sections', () => {
    const raw = Uint8Array.of(1);
    expect(encodeSnapshot([{ name: 'ram', bytes: raw }])).toContain(raw);
  });

  it('refuses sections without a name or with the same one', () => {
    expect(() => encodeSnapshot([{ name: '', state: 0 }])).toThrow(/cannot have the name/);
    expect(() => encodeSnapshot([sections[1]!, sections[1]!])).toThrow('The snapshot has two sections “ram”.');
  });

  it('knows other files', () => {
    for (const other of [new Uint8Array(0), new TextEncoder().encode('DORMOUS'), new Uint8Array(100)]) {
      expect(failure(other)).toMatchObject({ code: 'not-a-snapshot', message: 'This file is not a Dormouse snapshot.' });
    }
  });

  it('refuses a newer major version and takes a newer minor one', () => {
    const newer = bytes.slice();
    newer[10] = 9;
    expect(decodeSnapshot(newer)).toMatchObject({ major: 1, minor: 9 });
    newer[8] = 2;
    expect(failure(newer)).toMatchObject({
      code: 'unsupported-version',
      message: 'The snapshot has version 2.9, newer than 1.x, which this Dormouse reads.',
    });
    newer[8] = 0;
    expect(failure(newer).message).toMatch(/version 0\.9, older than 1\.x/);
  });

  it('notices every cut', () => {
    for (let length = 8; length < bytes.length; length++) expect(failure(bytes.subarray(0, length)).code).toBe('truncated');
    expect(failure(bytes.subarray(0, bytes.length - 200)).message).toBe(
      'The snapshot is truncated: it ends 179 bytes early in section “ram”.',
    );
  });

  it('notices every damaged byte behind the header and names the section', () => {
    const reserved = reservedBytes();
    for (let at = 16; at < bytes.length; at++) {
      if (reserved.includes(at)) continue; // nobody reads them
      const damaged = bytes.slice();
      damaged[at]! ^= 0x10;
      failure(damaged);
    }
    const otherKind = bytes.slice();
    otherKind[16]! ^= 3;
    expect(failure(otherKind).message).toBe('The snapshot is damaged in its section “machine”.');
    const damaged = bytes.slice();
    damaged[bytes.length - 500]! ^= 1;
    expect(failure(damaged)).toMatchObject({ code: 'damaged', message: 'The snapshot is damaged in its section “ram”.' });
    expect(failure(join([bytes, new Uint8Array(2)])).message).toBe('The snapshot has 2 bytes after its last section.');
  });

  /** Positions of the reserved fields in the section headers. */
  function reservedBytes(): number[] {
    const chunks = encodeSnapshot(sections);
    const positions: number[] = [];
    let at = 0;
    chunks.forEach((chunk, index) => {
      if (index % 2 === 1) positions.push(at + 2, at + 3);
      at += chunk.length;
    });
    return positions;
  }
});
