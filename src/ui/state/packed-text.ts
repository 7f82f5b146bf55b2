/** Text for the hash of an address: gzip, then base64 with the alphabet of URLs (RFC 4648, section 5) and no padding, which chat programs eat. */

/** Bytes of a program, or of whatever else is in an address, unpacked. */
const LONGEST = 1 << 20;

/** The bytes of `packed`, unpacked or the other way; rejects with {@link TooLong} as soon as there are more than `most`. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    length += value.length;
    // A few bytes can unpack to gigabytes.
    if (length > most) {
      await reader.cancel();
      throw new TooLong(most);
    }
  }
}

class TooLong extends Error {
  constructor(readonly most: number) {
    super(`longer than ${most} bytes`);
  }
}

export async function packText(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('gzip'));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Rejects with a sentence for what was not made by {@link packText}, or is longer than a program ever is. @param what it is called in the sentence */
export async function unpackText(packed: string, what = 'program'): Promise<string> {
  try {
    const binary = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(await through(bytes, new DecompressionStream('gzip'), LONGEST));
  } catch (error) {
    if (error instanceof TooLong)
      throw new Error(`The ${what} in this address is longer than ${error.most} bytes: more are not taken.`);
    throw new Error(`The ${what} in this address is damaged: perhaps the address was cut off where it was copied.`);
  }
}

/** The program in a page's hash (`#program=…`), if there is one. */
export async function programInHash(hash: string): Promise<string | undefined> {
  const packed = new URLSearchParams(hash.replace(/^#/, '')).get('program');
  return packed === null ? undefined : unpackText(packed);
}

/** What file a program is in that nobody has named. */
export const UNNAMED_PROGRAM = 'program.s';
/** In UTF-16 units; whoever names a program longer than that has it cut. */
const LONGEST_TITLE = 80;

/** What the program in a page's hash is called (`#program=…&title=…`), if that is said. */
export function titleInHash(hash: string): string | undefined {
  const title = new URLSearchParams(hash.replace(/^#/, '')).get('title') ?? '';
  return (
    title
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, LONGEST_TITLE) || undefined
  );
}

/** A program for the hash of an address, with its name unless it is {@link UNNAMED_PROGRAM}. */
export async function programForHash(text: string, name: string): Promise<{ program: string; title?: string }> {
  const program = await packText(text);
  return name === UNNAMED_PROGRAM ? { program } : { program, title: encodeURIComponent(name.slice(0, LONGEST_TITLE)) };
}
