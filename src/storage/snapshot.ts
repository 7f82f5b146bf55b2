/**
 * The container of a saved machine: a header and named sections, each with its own checksum.
 *
 * All numbers are little-endian.
 *
 *     header    magic (8 bytes, "DORMOUSE")  major (2)  minor (2)  number of sections (4)
 *     section   kind (1)  name length (1)  reserved, 0 (2)  CRC-32 (4)  payload length (8)  name (UTF-8)  payload
 *
 * The CRC-32 covers kind, name and payload. A reader takes every minor version of its major one: minor versions only add
 * sections or fields, which older readers leave alone.
 */

import { decodeCbor, encodeCbor } from './cbor';
import { crc32 } from './crc32';
import type { StateValue } from './state';

export const SNAPSHOT_MAJOR = 1;
export const SNAPSHOT_MINOR = 0;
const MAGIC = 'DORMOUSE';
const HEADER_BYTES = 16;
const SECTION_HEADER_BYTES = 16;
const Kind = { state: 1, bytes: 2 } as const;

/** A named part of a snapshot: a device's state, or raw bytes such as RAM. Names are unique in a snapshot. */
export type SnapshotSection = { name: string; state: StateValue } | { name: string; bytes: Uint8Array };

export interface Snapshot {
  major: number;
  minor: number;
  sections: SnapshotSection[];
}

/** Why bytes cannot be taken as a snapshot; the message is one sentence for people. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';

  constructor(
    readonly code: 'not-a-snapshot' | 'unsupported-version' | 'truncated' | 'damaged',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The snapshot as chunks to be written one after the other. Raw sections are passed through without a copy, so their
 * bytes must not change until the chunks are written.
 */
export function encodeSnapshot(sections: readonly SnapshotSection[]): Uint8Array[] {
  const encoder = new TextEncoder();
  const header = new Uint8Array(HEADER_BYTES);
  header.set(encoder.encode(MAGIC));
  const view = new DataView(header.buffer);
  view.setUint16(8, SNAPSHOT_MAJOR, true);
  view.setUint16(10, SNAPSHOT_MINOR, true);
  view.setUint32(12, sections.length, true);

  const chunks: Uint8Array[] = [header];
  const names = new Set<string>();
  for (const section of sections) {
    const name = encoder.encode(section.name);
    if (name.length < 1 || name.length > 255) throw new Error(`A section cannot have the name “${section.name}”.`);
    if (names.has(section.name)) throw new Error(`The snapshot has two sections “${section.name}”.`);
    names.add(section.name);
    const kind = 'bytes' in section ? Kind.bytes : Kind.state;
    const payload = 'bytes' in section ? section.bytes : encodeCbor(section.state);
    const head = new Uint8Array(SECTION_HEADER_BYTES + name.length);
    const headView = new DataView(head.buffer);
    head[0] = kind;
    head[1] = name.length;
    headView.setUint32(4, checksum(kind, name, payload), true);
    headView.setBigUint64(8, BigInt(payload.length), true);
    head.set(name, SECTION_HEADER_BYTES);
    chunks.push(head, payload);
  }
  return chunks;
}

/**
 * Reads a snapshot. Raw sections are views on `bytes`, not copies.
 * Throws a SnapshotError: not a snapshot, a newer version, truncated, or the name of the damaged section.
 */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = new TextEncoder().encode(MAGIC);
  if (bytes.length < MAGIC.length || magic.some((byte, index) => bytes[index] !== byte)) {
    throw new SnapshotError('not-a-snapshot', 'This file is not a Dormouse snapshot.');
  }
  if (bytes.length < HEADER_BYTES) throw truncated('in its header', HEADER_BYTES - bytes.length);
  const major = view.getUint16(8, true);
  const minor = view.getUint16(10, true);
  if (major !== SNAPSHOT_MAJOR) {
    const age = major > SNAPSHOT_MAJOR ? 'newer' : 'older';
    throw new SnapshotError(
      'unsupported-version',
      `The snapshot has version ${major}.${minor}, ${age} than ${SNAPSHOT_MAJOR}.x, which this Dormouse reads.`,
    );
  }
  const count = view.getUint32(12, true);
  const sections: SnapshotSection[] = [];
  const names = new Set<string>();
  let at = HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    const { section, end } = decodeSection(bytes, view, at, `section ${index + 1} of ${count}`);
    if (names.has(section.name)) throw new SnapshotError('damaged', `The snapshot has two sections “${section.name}”.`);
    names.add(section.name);
    sections.push(section);
    at = end;
  }
  if (at !== bytes.length) {
    throw new SnapshotError('damaged', `The snapshot has ${bytes.length - at} bytes after its last section.`);
  }
  return { major, minor, sections };
}

function decodeSection(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  place: string,
): { section: SnapshotSection; end: number } {
  const nameStart = start + SECTION_HEADER_BYTES;
  if (nameStart > bytes.length) throw truncated(`at ${place}`, nameStart - bytes.length);
  const kind = bytes[start]!;
  const payloadStart = nameStart + bytes[start + 1]!;
  if (payloadStart > bytes.length) throw truncated(`at ${place}`, payloadStart - bytes.length);
  const nameBytes = bytes.subarray(nameStart, payloadStart);
  const name = new TextDecoder().decode(nameBytes);
  const length = Number(view.getBigUint64(start + 8, true));
  const end = payloadStart + length;
  if (end > bytes.length) throw truncated(`in section “${name}”`, end - bytes.length);
  const payload = bytes.subarray(payloadStart, end);
  const damaged = (cause?: unknown) =>
    new SnapshotError('damaged', `The snapshot is damaged in its section “${name}”.`, cause === undefined ? {} : { cause });
  if (checksum(kind, nameBytes, payload) !== view.getUint32(start + 4, true)) throw damaged();
  if (kind === Kind.bytes) return { section: { name, bytes: payload }, end };
  if (kind !== Kind.state) throw damaged(new Error(`Its kind is ${kind}.`));
  try {
    return { section: { name, state: decodeCbor(payload) }, end };
  } catch (error) {
    throw damaged(error);
  }
}

function checksum(kind: number, name: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(name, crc32(Uint8Array.of(kind))));
}

function truncated(where: string, missing: number): SnapshotError {
  return new SnapshotError('truncated', `The snapshot is truncated: it ends ${missing} bytes early ${where}.`);
}
