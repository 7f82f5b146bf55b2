/** Bytes as text: for the clipboard, and what the memory panel shows in its right column. */
import { hex64 } from './format';

const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** A byte's ASCII character, or a dot. */
export const asciiOf = (byte: number): string =>
  byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE ? String.fromCharCode(byte) : '.';
export const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Sixteen bytes a line: address, bytes in hexadecimal, ASCII. A byte that cannot be read is `??`. */
export function hexDump(address: bigint, bytes: Uint8Array, readable: (offset: number) => boolean): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const offsets = Array.from({ length: Math.min(16, bytes.length - start) }, (_, n) => start + n);
    const cells = offsets.map((offset) => (readable(offset) ? hexByte(bytes[offset]!) : '??'));
    const halves = [cells.slice(0, 8).join(' '), cells.slice(8).join(' ')].join('  ');
    const text = offsets.map((offset) => (readable(offset) ? asciiOf(bytes[offset]!) : ' ')).join('');
    lines.push(`${hex64(address + BigInt(start))}  ${halves.padEnd(48)}  |${text}|\n`);
  }
  return lines.join('');
}
