/** What a person looks for in memory, as bytes. */

export type WantedKind = 'text' | 'bytes';

/** Longest search: a page. */
const MOST = 4096;

/** Text is looked for as UTF-8; bytes are pairs of hexadecimal digits, with or without spaces. Returns a sentence for what cannot be looked for. */
export function wantedBytes(kind: WantedKind, text: string): Uint8Array | string {
  const bytes = kind === 'text' ? new TextEncoder().encode(text) : pairs(text);
  if (bytes === undefined) return `“${text.trim()}” are no bytes: write pairs of hexadecimal digits, such as d2 80 00 20.`;
  if (bytes.length === 0) return kind === 'text' ? 'Give a text to look for.' : 'Give bytes to look for, such as d2 80 00 20.';
  return bytes.length > MOST ? `${bytes.length} bytes are more than can be looked for: ${MOST} at most.` : bytes;
}

function pairs(text: string): Uint8Array | undefined {
  const digits = text.replace(/0x|[\s,]/gi, '');
  if (!/^(?:[\da-f]{2})*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
