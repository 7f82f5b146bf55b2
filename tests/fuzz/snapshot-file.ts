/** Snapshot files taken apart and put together again with numbers and checksums that are right, whatever is inside. */
import { joined } from '../../src/storage/byte-reader';
import { Flag, HEADER_BYTES, MAX_PART_BYTES, PART_HEADER_BYTES } from '../../src/storage/snapshot-format';
import { partChecksum } from '../../src/storage/snapshot-writer';

export interface FilePart {
  kind: number;
  flags: number;
  name: Uint8Array;
  major: number;
  minor: number;
  payload: Uint8Array;
}

export interface SnapshotFile {
  header: Uint8Array;
  parts: FilePart[];
}

export function takeApart(file: Uint8Array): SnapshotFile {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const parts: FilePart[] = [];
  for (let at = HEADER_BYTES; at < file.length; ) {
    const payloadAt = at + PART_HEADER_BYTES + file[at + 2]!;
    const end = payloadAt + view.getUint32(at + 12, true);
    parts.push({
      kind: file[at]!,
      flags: file[at + 1]!,
      name: file.slice(at + PART_HEADER_BYTES, payloadAt),
      major: view.getUint16(at + 4, true),
      minor: view.getUint16(at + 6, true),
      payload: file.slice(payloadAt, end),
    });
    at = end;
  }
  return { header: file.slice(0, HEADER_BYTES), parts };
}

/** A section as the parts that its length takes. */
export function partsOf(part: FilePart, payload: Uint8Array): FilePart[] {
  const parts: FilePart[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += MAX_PART_BYTES) {
    const isLast = at + MAX_PART_BYTES >= payload.length;
    const flags = isLast ? part.flags | Flag.last : part.flags & ~Flag.last;
    parts.push({ ...part, flags, payload: payload.subarray(at, at + MAX_PART_BYTES) });
  }
  return parts;
}

/** Parts that were put together before, by their numbers: most of a mutant is as it was. */
const made = new WeakMap<FilePart, Map<number, Uint8Array>>();

function bytesOf(part: FilePart, number: number): Uint8Array {
  const known = made.get(part) ?? new Map<number, Uint8Array>();
  made.set(part, known);
  const found = known.get(number);
  if (found) return found;
  const { kind, flags, name, major, minor, payload } = part;
  const payloadAt = PART_HEADER_BYTES + name.length;
  const bytes = new Uint8Array(payloadAt + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set([kind, flags, name.length]);
  view.setUint16(4, major, true);
  view.setUint16(6, minor, true);
  view.setUint32(8, number, true);
  view.setUint32(12, payload.length, true);
  bytes.set(name, PART_HEADER_BYTES);
  bytes.set(payload, payloadAt);
  view.setUint32(16, partChecksum(bytes.subarray(0, payloadAt), payload), true);
  known.set(number, bytes);
  return bytes;
}

export function putTogether({ header, parts }: SnapshotFile): Uint8Array {
  return joined([header, ...parts.map(bytesOf)]);
}
