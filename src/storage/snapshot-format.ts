/**
 * The container of a saved machine, written and read as a stream: a header, then parts, each with its own checksum. A *section* is a name and
 * one or more parts one after the other: the state of one thing (CBOR), or bytes such as pages of RAM. See docs/snapshots.md.
 *
 * All numbers are little-endian.
 *
 *     header   magic (8 bytes, "DORMOUSE")  architecture (8, ASCII, zero-padded)  major (2)  minor (2)
 *     part     kind (1)  flags (1)  name length (1)  reserved, 0 (1)  section's major (2)  minor (2)
 *              number of the part in the file (4)  payload length (4)  CRC-32 (4)  name (UTF-8)  payload
 *
 * The CRC-32 covers the part but itself. The last part is of kind `end` and has no name and no payload.
 */
import type { StateValue } from './state-value';

export const MAGIC = 'DORMOUSE';
export const ARCHITECTURE = 'arm64';
/** The container's own version; sections have theirs. */
export const SNAPSHOT_VERSION: Version = { major: 2, minor: 0 };

export const HEADER_BYTES = 20;
export const PART_HEADER_BYTES = 20;
/** Most bytes in the payload of a part: what a reader holds at once. */
export const MAX_PART_BYTES = 1 << 20;
/** Most bytes of a state: a bank of flash of 64 MiB of which every block was changed, and what says which they are. */
export const MAX_STATE_BYTES = 65 << 20;

export const Kind = { state: 1, bytes: 2, end: 3 } as const;
/** Flags of a part. */
export const Flag = {
  /** The section's last part. */
  last: 1,
  /** A reader that does not know the section may leave it out. */
  optional: 2,
} as const;

/** A reader of major version M, minor N reads M.0 to M.N and refuses all others. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

export const FIRST_VERSION: Version = { major: 1, minor: 0 };

interface SectionHead {
  /** Unique in a snapshot, 1 to 255 bytes of UTF-8. */
  readonly name: string;
}

/** A section to be written. Left out, `version` is 1.0. Parts may have any size: the writer cuts them. */
export type NewSection = SectionHead & { readonly version?: Version; readonly optional?: boolean } & (
    | { readonly state: StateValue }
    | { readonly parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array> }
  );

/** A section as it was read. Its parts can be read once, before the next section is asked for. */
export type Section = StateSection | BytesSection;
export type StateSection = SectionHead & {
  readonly version: Version;
  readonly optional: boolean;
  /** Made from the file's bytes each time it is asked for; throws a SnapshotError if they are none. */
  readonly state: StateValue;
};
export type BytesSection = SectionHead & {
  readonly version: Version;
  readonly optional: boolean;
  readonly parts: AsyncIterable<Uint8Array>;
};

export type SnapshotErrorCode = 'not-a-snapshot' | 'unsupported-version' | 'truncated' | 'damaged' | 'unfit';

/** Why bytes cannot be taken as a snapshot; the message is one sentence for people. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';

  constructor(
    readonly code: SnapshotErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throws unless `version` is one that a reader of `known` reads. `what` begins the sentence, e.g. `The snapshot`. */
export function requireVersion(what: string, version: Version, known: Version): void {
  if (version.major === known.major && version.minor <= known.minor) return;
  const newer = version.major > known.major || (version.major === known.major && version.minor > known.minor);
  throw new SnapshotError(
    'unsupported-version',
    `${what} has version ${version.major}.${version.minor}, ${newer ? 'newer' : 'older'} than ${known.major}.${newer ? known.minor : 0}, which this Dormouse reads.`,
  );
}
