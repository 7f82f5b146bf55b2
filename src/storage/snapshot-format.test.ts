import { beforeAll, describe, expect, it } from 'vitest';
import { type ByteSource, collected, joined } from './byte-reader';
import { decodeCbor, encodeCbor, MAX_VALUES } from './cbor';
import { crc32 } from './crc32';
import {
  FIRST_VERSION,
  HEADER_BYTES,
  Kind,
  MAX_PART_BYTES,
  type NewSection,
  PART_HEADER_BYTES,
  requireVersion,
  SnapshotError,
  type StateSection,
} from './snapshot-format';
import { readSnapshot } from './snapshot-reader';
import { partChecksum, writeSnapshot } from './snapshot-writer';
import type { StateValue } from './state-value';

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

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
    ['9affffffff', /has 4294967295 elements/],
    ['0000', /1 bytes after its value/],
    ['9f01ff', /additional information 31/],
    ['c11a514b67b0', /tag 1/],
    ['a10102', /key that is not text/],
    ['f7', /simple value 23/],
    ['81'.repeat(100), /nested deeper than 64/],
    ['c251' + '01'.repeat(17), /a number of 17 bytes; states have up to 16/],
    ['61ff', /at byte 0 has text that is not UTF-8/],
    ['a161ff00', /at byte 1 has text that is not UTF-8/],
    ['a2616100616100', /has a key twice/],
    ['9a000f424000', /has 1000000 elements, more than its 6 bytes can hold/],
    ['ba000f424000', /has 1000000 elements/],
  ])('refuses %s', (text, sentence) => {
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    expect(() => decodeCbor(bytes)).toThrow(sentence);
  });

  it('has a budget of values, whatever they are and however they nest, for what is read and for what is written', () => {
    const empty = (count: number): Uint8Array =>
      Uint8Array.from([
        0x9a,
        count >>> 24,
        (count >> 16) & 0xff,
        (count >> 8) & 0xff,
        count & 0xff,
        ...Array<number>(count).fill(0xa0),
      ]);
    expect(decodeCbor(empty(MAX_VALUES - 1))).toHaveLength(MAX_VALUES - 1);
    expect(() => decodeCbor(empty(MAX_VALUES))).toThrow(
      `CBOR at byte ${MAX_VALUES + 4} has more than 65536 values; no state has.`,
    );
    const half = Array<number>(MAX_VALUES / 2).fill(1);
    expect(() => encodeCbor([half, half])).toThrow('A saved state cannot hold more than 65536 values.');
  });

  it('refuses what is not plain data', () => {
    expect(() => encodeCbor(undefined as unknown as StateValue)).toThrow('A saved state cannot hold a value of type undefined.');
  });
});

describe('a snapshot', () => {
  const sections: NewSection[] = [
    { name: 'machine', state: { vcpus: 2, x: [1n, 2n ** 64n - 1n], fifo: Uint8Array.of(1, 2), label: 'débian', off: null } },
    { name: 'ram', parts: [Uint8Array.from({ length: 1001 }, (_, i) => i & 0xff), Uint8Array.of(7)] },
    { name: 'empty', parts: [] },
    { name: 'extra', version: { major: 3, minor: 4 }, optional: true, state: 5 },
  ];
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await collected(writeSnapshot(sections));
  });

  /** All there is in a snapshot; bytes as a list of parts. */
  async function read(source: ByteSource): Promise<object[]> {
    const found: object[] = [];
    for await (const section of readSnapshot(source)) {
      if ('state' in section) found.push(section);
      else {
        const parts: Uint8Array[] = [];
        for await (const part of section.parts) parts.push(part);
        found.push({ ...section, parts });
      }
    }
    return found;
  }

  async function failure(of: Uint8Array): Promise<SnapshotError> {
    try {
      await read([of]);
    } catch (error) {
      if (error instanceof SnapshotError) return error;
      throw error;
    }
    throw new Error('It was taken.');
  }

  const expected = () => [
    { ...sections[0], version: FIRST_VERSION, optional: false },
    { ...sections[1], version: FIRST_VERSION, optional: false },
    { name: 'empty', version: FIRST_VERSION, optional: false, parts: [] },
    sections[3],
  ];

  it('comes back as it was', async () => {
    expect(await read([bytes])).toEqual(expected());
    expect(await read([await collected(writeSnapshot([]))])).toEqual([]);
  });

  it('may come in pieces of any size', async () => {
    for (const size of [1, 3, 21, 1000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
      expect(await read(pieces)).toEqual(expected());
    }
  });

  it('cuts what is long into parts, and asks for them one by one', async () => {
    const asked: number[] = [];
    function* parts(): Generator<Uint8Array> {
      for (let n = 0; n < 3; n++) {
        asked.push(n);
        yield new Uint8Array(MAX_PART_BYTES + 1).fill(n);
      }
    }
    const seen: number[] = [];
    for await (const chunk of writeSnapshot([{ name: 'ram', parts: parts() }])) {
      expect(chunk.length).toBeLessThanOrEqual(MAX_PART_BYTES);
      if (chunk.length === MAX_PART_BYTES) seen.push(asked.length);
    }
    // A part is written when the next is known, and no sooner asked for.
    expect(seen).toEqual([1, 2, 3]);
  });

  it('takes a state of more than a part', async () => {
    const state = 'x'.repeat(3 * MAX_PART_BYTES);
    const [section] = await read([await collected(writeSnapshot([{ name: 'long', state }]))]);
    expect((section as StateSection).state === state).toBe(true);
  });

  it('decodes no state that nobody takes', async () => {
    // Bytes that are no CBOR, in a part of the other kind, whose checksum is put right.
    const file = await collected(writeSnapshot([{ name: 'x', parts: [Uint8Array.of(0, 0)] }]));
    const [head, end] = [HEADER_BYTES + PART_HEADER_BYTES + 1, HEADER_BYTES + PART_HEADER_BYTES + 3];
    file[HEADER_BYTES] = Kind.state;
    const checksum = partChecksum(file.subarray(HEADER_BYTES, head), file.subarray(head, end));
    new DataView(file.buffer).setUint32(HEADER_BYTES + 16, checksum, true);
    for await (const section of readSnapshot([file])) {
      expect(section.name).toBe('x');
      expect(() => (section as StateSection).state).toThrow('The snapshot is damaged in its section “x”: CBOR has');
    }
  });

  it('lets sections be passed over, and checks them all the same', async () => {
    const names: string[] = [];
    for await (const section of readSnapshot([bytes])) names.push(section.name);
    expect(names).toEqual(['machine', 'ram', 'empty', 'extra']);
    const damaged = bytes.slice();
    damaged[bytes.length - 600]! ^= 1;
    const pass = async () => {
      for await (const _ of readSnapshot([damaged]));
    };
    await expect(pass()).rejects.toThrow('The snapshot is damaged in its section “ram”.');
  });

  it('closes its source, whoever stops reading', async () => {
    let closed = 0;
    function* source(): Generator<Uint8Array> {
      try {
        yield bytes;
      } finally {
        closed++;
      }
    }
    for await (const _ of readSnapshot(source())) break;
    await read(source());
    expect(closed).toBe(2);
  });

  it('has no names that would break a sentence', async () => {
    const odd = await collected(writeSnapshot([{ name: 'a\nb', state: 1 }]));
    expect((await failure(odd)).message).toBe(
      'The snapshot is damaged in its section “a\ufffdb”: a section has a name that cannot be shown.',
    );
    odd[odd.length - 21]! ^= 1;
    expect((await failure(odd)).message).toMatch(/^The snapshot is damaged in its section “a\ufffdb”\.$/);
  });

  it('refuses to write sections without a name or with the same one', async () => {
    const write = (...wrong: NewSection[]) => collected(writeSnapshot(wrong));
    await expect(write({ name: '', state: 0 })).rejects.toThrow(/cannot have the name/);
    await expect(write(sections[0]!, sections[0]!)).rejects.toThrow('The snapshot has two sections “machine”.');
  });

  it('knows other files', async () => {
    for (const other of [new Uint8Array(0), new TextEncoder().encode('DORMOUS'), new Uint8Array(100)]) {
      expect(await failure(other)).toMatchObject({ code: 'not-a-snapshot', message: 'This file is not a Dormouse snapshot.' });
    }
  });

  it('refuses every other version, and other machines', async () => {
    const patched = async (change: (view: DataView) => void): Promise<string> => {
      const copy = bytes.slice();
      change(new DataView(copy.buffer));
      const { code, message } = await failure(copy);
      expect(code).toBe('unsupported-version');
      return message;
    };
    expect(await patched((view) => view.setUint16(16, 3, true))).toBe(
      'The snapshot has version 3.0, newer than 2.0, which this Dormouse reads.',
    );
    expect(await patched((view) => view.setUint16(18, 7, true))).toBe(
      'The snapshot has version 2.7, newer than 2.0, which this Dormouse reads.',
    );
    expect(await patched((view) => view.setUint16(16, 1, true))).toMatch(/version 1\.0, older than 2\.0/);
    expect(await patched((view) => view.setUint32(8, 1, true))).toBe(
      'The snapshot has version 1.0, of a Dormouse before its release, which cannot be read any more: save the machine anew.',
    );
    expect(await patched((view) => view.setUint8(8, 0x41))).toBe('The snapshot is not of an arm64 machine: it says "Arm64".');
  });

  it('refuses sections of versions that are not read', () => {
    const refused = (major: number, minor: number) => () =>
      requireVersion('The section “x”', { major, minor }, { major: 2, minor: 1 });
    refused(2, 0)();
    refused(2, 1)();
    expect(refused(2, 2)).toThrow('The section “x” has version 2.2, newer than 2.1, which this Dormouse reads.');
    expect(refused(3, 0)).toThrow('newer than 2.1');
    expect(refused(1, 9)).toThrow('older than 2.0');
  });

  it('notices every cut', async () => {
    for (let length = 8; length < bytes.length; length++) {
      const { code, message } = await failure(bytes.subarray(0, length));
      expect(code).toBe('truncated');
      // It knows of one part and the end, and never of more than is missing.
      const missing = Number(/at least (\d+) bytes/.exec(message)?.[1]);
      expect(missing).toBeGreaterThan(0);
      expect(missing).toBeLessThanOrEqual(bytes.length - length);
    }
    expect((await failure(bytes.subarray(0, bytes.length - 200))).message).toBe(
      'The snapshot is truncated: it ends in its section “ram”, at least 125 bytes early; copy it once more, or save the machine anew.',
    );
  });

  it('knows all that a cut in the last section took', async () => {
    const [end, last] = [bytes.length, partsOf(bytes).slice(-2)];
    for (let missing = 1; missing < joined(last).length - 20; missing++)
      expect((await failure(bytes.subarray(0, end - missing))).message).toContain(`at least ${missing} bytes early`);
  });

  it('notices every damaged byte and names the section', async () => {
    for (let at = 8; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x10;
      expect(['damaged', 'truncated', 'unsupported-version']).toContain((await failure(damaged)).code);
    }
    expect((await failure(joined([bytes, new Uint8Array(2)]))).message).toBe('The snapshot has bytes after its end.');
  });

  it('notices parts that are missing, twice there, or not in order', async () => {
    const parts = partsOf(bytes);
    const head = bytes.subarray(0, 20);
    const made = (...list: Uint8Array[]) => failure(joined([head, ...list]));
    expect(parts).toHaveLength(6);
    for (let n = 0; n < 5; n++) {
      expect((await made(...parts.slice(0, n), ...parts.slice(n + 1))).message).toMatch(/parts are not in order/);
      expect((await made(...parts.slice(0, n), parts[n]!, ...parts.slice(n))).message).toMatch(/parts are not in order/);
    }
    expect((await made(...parts.slice(0, 5))).code).toBe('truncated');
  });

  /** Cuts a snapshot into its parts. */
  function partsOf(snapshot: Uint8Array): Uint8Array[] {
    const view = new DataView(snapshot.buffer, snapshot.byteOffset);
    const parts: Uint8Array[] = [];
    for (let at = 20; at < snapshot.length; ) {
      const end = at + 20 + snapshot[at + 2]! + view.getUint32(at + 12, true);
      parts.push(snapshot.subarray(at, end));
      at = end;
    }
    return parts;
  }
});
