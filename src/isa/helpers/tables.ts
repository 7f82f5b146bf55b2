/** Constant tables that meanings read: their addresses in the machine's memory and their contents. */
export const TABLES = {
  /** 256 i32 each, reflected: CRC-32 (0x04c11db7) and CRC-32C (0x1edc6f41). */
  CRC32: 0x1000,
  CRC32C: 0x1400,
} as const;

function crcTable(reflectedPolynomial: number): Int32Array {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? reflectedPolynomial : 0);
    table[i] = crc;
  }
  return table;
}

/** Fills the tables; `words` is a view of the whole memory. */
export function writeTables(words: Int32Array): void {
  words.set(crcTable(0xedb88320), TABLES.CRC32 >> 2);
  words.set(crcTable(0x82f63b78), TABLES.CRC32C >> 2);
}
