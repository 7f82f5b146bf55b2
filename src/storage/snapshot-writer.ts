import { encodeCbor } from './cbor';
import { crc32 } from './crc32';
import {
  ARCHITECTURE,
  FIRST_VERSION,
  Flag,
  HEADER_BYTES,
  Kind,
  MAGIC,
  MAX_PART_BYTES,
  MAX_STATE_BYTES,
  type NewSection,
  PART_HEADER_BYTES,
  SNAPSHOT_VERSION,
  type Version,
} from './snapshot-format';

const encoder = new TextEncoder();

/**
 * A snapshot as chunks to be written one after the other. Parts are asked for one by one and passed on without a copy, so they
 * must stay as they are until the chunks are written. `breathe` is asked before each part, one without bytes too. Throws an Error if two sections have one name, or one has a name that cannot be.
 */
export async function* writeSnapshot(
  sections: Iterable<NewSection> | AsyncIterable<NewSection>,
  breathe: () => Promise<void> | undefined = () => undefined,
): AsyncGenerator<Uint8Array> {
  yield header();
  let number = 0;
  const names = new Set<string>();
  for await (const section of sections) {
    const name = encoder.encode(section.name);
    if (name.length < 1 || name.length > 255) throw new Error(`A section cannot have the name “${section.name}”.`);
    if (names.has(section.name)) throw new Error(`The snapshot has two sections “${section.name}”.`);
    names.add(section.name);
    const kind = 'state' in section ? Kind.state : Kind.bytes;
    const flags = section.optional ? Flag.optional : 0;
    const head = { kind, name, version: section.version ?? FIRST_VERSION };
    // A part goes out when the next one is known: the last one says so.
    let waiting: Uint8Array = new Uint8Array(0);
    for await (const payload of 'state' in section ? stateParts(section) : cut(section.parts, breathe)) {
      if (waiting.length > 0) {
        yield partHeader({ ...head, flags }, number++, waiting);
        yield waiting;
      }
      waiting = payload;
    }
    yield partHeader({ ...head, flags: flags | Flag.last }, number++, waiting);
    yield waiting;
  }
  yield partHeader(
    { kind: Kind.end, flags: Flag.last, name: encoder.encode(''), version: FIRST_VERSION },
    number,
    new Uint8Array(0),
  );
}

function header(): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set(encoder.encode(MAGIC));
  bytes.set(encoder.encode(ARCHITECTURE), 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(16, SNAPSHOT_VERSION.major, true);
  view.setUint16(18, SNAPSHOT_VERSION.minor, true);
  return bytes;
}

function stateParts({ name, state }: { name: string; state: Parameters<typeof encodeCbor>[0] }): Iterable<Uint8Array> {
  const bytes = encodeCbor(state);
  if (bytes.length > MAX_STATE_BYTES)
    throw new Error(`The state “${name}” has ${bytes.length} bytes, more than a snapshot takes.`);
  return pieces(bytes);
}

function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += MAX_PART_BYTES) yield bytes.subarray(at, at + MAX_PART_BYTES);
}

async function* cut(
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  breathe: () => Promise<void> | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    await breathe();
    for (const piece of pieces(part)) {
      yield piece;
      await breathe();
    }
  }
}

interface PartHead {
  kind: number;
  flags: number;
  name: Uint8Array;
  version: Version;
}

/** The header of a part and its name. */
function partHeader({ kind, flags, name, version }: PartHead, number: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PART_HEADER_BYTES + name.length);
  const view = new DataView(bytes.buffer);
  bytes.set([kind, flags, name.length]);
  view.setUint16(4, version.major, true);
  view.setUint16(6, version.minor, true);
  view.setUint32(8, number, true);
  view.setUint32(12, payload.length, true);
  bytes.set(name, PART_HEADER_BYTES);
  view.setUint32(16, partChecksum(bytes, payload), true);
  return bytes;
}

/** The CRC-32 of a part, given its header with its name, and its payload. */
export function partChecksum(header: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(header.subarray(PART_HEADER_BYTES), crc32(header.subarray(0, 16))));
}
