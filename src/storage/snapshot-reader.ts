import { ByteReader, type ByteSource, joined } from './byte-reader';
import { decodeCbor } from './cbor';
import { printable } from './printable';
import {
  ARCHITECTURE,
  type BytesSection,
  Flag,
  HEADER_BYTES,
  Kind,
  MAGIC,
  MAX_PART_BYTES,
  MAX_STATE_BYTES,
  PART_HEADER_BYTES,
  requireVersion,
  type Section,
  SNAPSHOT_VERSION,
  SnapshotError,
  type StateSection,
  type Version,
} from './snapshot-format';
import { partChecksum } from './snapshot-writer';

interface Part {
  kind: number;
  last: boolean;
  optional: boolean;
  name: string;
  version: Version;
  payload: Uint8Array;
}

const damaged = (sentence: string, cause?: unknown): SnapshotError =>
  new SnapshotError('damaged', sentence, cause === undefined ? {} : { cause });

/**
 * Reads a snapshot, section by section, holding one part at a time (and a state whole). Parts of a section that nobody reads are passed over,
 * but checked like all others. Throws a SnapshotError: not a snapshot, another version, truncated, or the name of the damaged section.
 */
export async function* readSnapshot(source: ByteSource): AsyncGenerator<Section, void> {
  const parts = new PartReader(source);
  try {
    await parts.header();
    const names = new Set<string>();
    for (;;) {
      const first = await parts.next();
      if (first.kind === Kind.end) return await parts.finish();
      if (names.has(first.name)) throw damaged(`The snapshot has two sections “${first.name}”.`);
      names.add(first.name);
      if (first.kind === Kind.state) {
        yield await stateSection(first, parts);
        continue;
      }
      const rest = restOf(first, parts);
      const { name, version, optional } = first;
      const section: BytesSection = { name, version, optional, parts: { [Symbol.asyncIterator]: () => rest } };
      yield section;
      while (!(await rest.next()).done);
    }
  } finally {
    await parts.close();
  }
}

/** The parts of a section: can be left and taken up again, unlike a generator. */
function restOf(first: Part, parts: PartReader): AsyncIterator<Uint8Array, void> {
  let part: Part | undefined;
  return {
    next: async () => {
      while (!part?.last) {
        part = part === undefined ? first : await parts.next(first);
        if (part.payload.length > 0) return { done: false, value: part.payload };
      }
      return { done: true, value: undefined };
    },
  };
}

async function stateSection(first: Part, parts: PartReader): Promise<StateSection> {
  const { name, version, optional } = first;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let part = first; ; part = await parts.next(first)) {
    length += part.payload.length;
    if (length > MAX_STATE_BYTES) throw damaged(`The snapshot has more than ${MAX_STATE_BYTES} bytes in its state “${name}”.`);
    pieces.push(part.payload);
    if (part.last) break;
  }
  const bytes = joined(pieces);
  return {
    name,
    version,
    optional,
    // What nobody takes is not decoded, and what is decoded is nobody's to keep: values take far more memory than their bytes.
    get state() {
      try {
        return decodeCbor(bytes);
      } catch (error) {
        throw damaged(`The snapshot is damaged in its section “${name}”: ${(error as Error).message}`, error);
      }
    },
  };
}

const lossy = new TextDecoder();

class PartReader {
  private readonly bytes: ByteReader;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private number = 0;

  constructor(source: ByteSource) {
    this.bytes = new ByteReader(source);
  }

  async header(): Promise<void> {
    const header = await this.bytes.take(HEADER_BYTES);
    const ascii = String.fromCharCode(...header);
    if (!ascii.startsWith(MAGIC)) throw new SnapshotError('not-a-snapshot', 'This file is not a Dormouse snapshot.');
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    // Before 2.0 the version stood where the architecture is now.
    if (header.length >= 12 && view.getUint16(8, true) === 1) {
      throw new SnapshotError(
        'unsupported-version',
        `The snapshot has version 1.${view.getUint16(10, true)}, of a Dormouse before its release, which cannot be read any more: save the machine anew.`,
      );
    }
    if (header.length < HEADER_BYTES) throw truncated('in its header', HEADER_BYTES - header.length + PART_HEADER_BYTES);
    const architecture = ascii.slice(MAGIC.length, MAGIC.length + 8).replace(/\0+$/, '');
    if (architecture !== ARCHITECTURE) {
      throw new SnapshotError(
        'unsupported-version',
        `The snapshot is not of an ${ARCHITECTURE} machine: it says ${JSON.stringify(architecture)}.`,
      );
    }
    const version = { major: view.getUint16(16, true), minor: view.getUint16(18, true) };
    requireVersion('The snapshot', version, SNAPSHOT_VERSION);
  }

  /** The next part; of the section that `first` began, if it is given. */
  async next(first?: Part): Promise<Part> {
    let place = first === undefined ? `at part ${this.number + 1}` : `in its section “${first.name}”`;
    const fixed = await this.bytes.take(PART_HEADER_BYTES);
    // Behind every part but the last comes at least that one, which is a header only.
    const behind = fixed.length > 0 && fixed[0] !== Kind.end ? PART_HEADER_BYTES : 0;
    if (fixed.length < PART_HEADER_BYTES) throw truncated(place, PART_HEADER_BYTES - fixed.length + behind);
    const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.length);
    const [kind, flags, nameLength, reserved] = [fixed[0]!, fixed[1]!, fixed[2]!, fixed[3]!];
    const version = { major: view.getUint16(4, true), minor: view.getUint16(6, true) };
    const [number, length, checksum] = [view.getUint32(8, true), view.getUint32(12, true), view.getUint32(16, true)];
    if (length > MAX_PART_BYTES) throw damaged(`The snapshot is damaged ${place}: ${length} bytes are too many for a part.`);
    const header = joined([fixed, await this.bytes.take(nameLength)]);
    const named = PART_HEADER_BYTES + nameLength;
    if (header.length < named) throw truncated(place, named - header.length + length + behind);
    if (nameLength > 0) place = `in its section “${printable(lossy.decode(header.subarray(PART_HEADER_BYTES)))}”`;
    const payload = await this.bytes.take(length);
    if (payload.length < length) throw truncated(place, length - payload.length + behind);
    if (partChecksum(header, payload) !== checksum) throw damaged(`The snapshot is damaged ${place}.`);
    if (number !== this.number) {
      throw damaged(`The snapshot is damaged ${place}: its parts are not in order (${number} where ${this.number} should be).`);
    }
    this.number++;
    const isKnown = (kind === Kind.state || kind === Kind.bytes || kind === Kind.end) && reserved === 0 && flags <= 3;
    if (!isKnown) throw damaged(`The snapshot is damaged ${place}: no part has kind ${kind} and flags ${flags}.`);
    if (kind !== Kind.end && nameLength === 0) throw damaged(`The snapshot is damaged ${place}: a section has no name.`);
    const part = {
      kind,
      last: (flags & Flag.last) !== 0,
      optional: (flags & Flag.optional) !== 0,
      name: this.nameOf(header.subarray(PART_HEADER_BYTES), place),
      version,
      payload,
    };
    if (first && (part.name !== first.name || kind !== first.kind)) {
      throw damaged(`The snapshot is damaged ${place}: its last part is missing.`);
    }
    return part;
  }

  private nameOf(bytes: Uint8Array, place: string): string {
    let name: string;
    try {
      name = this.decoder.decode(bytes);
    } catch {
      throw damaged(`The snapshot is damaged ${place}: a section has a name that is not UTF-8.`);
    }
    if (printable(name, 255) !== name)
      throw damaged(`The snapshot is damaged ${place}: a section has a name that cannot be shown.`);
    return name;
  }

  async finish(): Promise<void> {
    if (!(await this.bytes.ended())) throw damaged('The snapshot has bytes after its end.');
  }

  async close(): Promise<void> {
    await this.bytes.close();
  }
}

/** How long the whole was nothing says: `missing` bytes are known of. */
function truncated(where: string, missing: number): SnapshotError {
  return new SnapshotError(
    'truncated',
    `The snapshot is truncated: it ends ${where}, at least ${missing} bytes early; copy it once more, or save the machine anew.`,
  );
}
