/** Text for the hash of an address: gzip, then base64 with the alphabet of URLs (RFC 4648, section 5) and no padding, which chat programs eat. */

const LONGEST = 1 << 20;

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

export async function packText(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('gzip'));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Rejects with a sentence for what was not made by {@link packText}, or is longer than a program ever is. */
export async function unpackText(packed: string): Promise<string> {
  let text: string;
  try {
    const binary = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    text = new TextDecoder('utf-8', { fatal: true }).decode(
      await through(
        Uint8Array.from(binary, (character) => character.charCodeAt(0)),
        new DecompressionStream('gzip'),
      ),
    );
  } catch {
    throw new Error('The program in this address is damaged: perhaps the address was cut off where it was copied.');
  }
  if (text.length > LONGEST)
    throw new Error(`The program in this address has ${text.length} characters; at most ${LONGEST} are taken.`);
  return text;
}

/** The program in a page's hash (`#program=…`), if there is one. */
export async function programInHash(hash: string): Promise<string | undefined> {
  const packed = new URLSearchParams(hash.replace(/^#/, '')).get('program');
  return packed === null ? undefined : unpackText(packed);
}
