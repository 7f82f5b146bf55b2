import type { SymbolEntry } from '../../debug/symbol-table';
import { isElf } from '../kernel/elf';

/** Symbols of an ELF file. Source: System V ABI (gABI), chapter 4, "Sections" and "Symbol Table". */

const [SECTION_BYTES, SYMBOL_BYTES] = [64, 24] as const;
const SHT_SYMTAB = 2;
const [STT_NOTYPE, STT_OBJECT, STT_FUNC] = [0, 1, 2] as const;
const SHN_UNDEF = 0;
/** Mapping symbols begin with it. */
const DOLLAR = 0x24;
const SHN_LORESERVE = 0xff00;

/** What is taken of a file, whoever made it: a kernel has some 100,000 symbols, and few names of more than 100 bytes. */
const MOST_SYMBOLS = 500_000;
const MOST_NAME_BYTES = 1024;
const MOST_BYTES = 32 << 20;

/**
 * Named functions, objects and labels; none of a file that is no ELF, was stripped, or is damaged. Mapping symbols (`$x`, `$d`) name nothing.
 * A longer name is left out, and so is what goes beyond 500,000 symbols or 32 MiB of names.
 */
export function elfSymbols(bytes: Uint8Array): SymbolEntry[] {
  if (!isElf(bytes)) return [];
  try {
    return [...symbolsOf(bytes)];
  } catch {
    // A machine runs without names as well.
    return [];
  }
}

function* symbolsOf(bytes: Uint8Array): Generator<SymbolEntry> {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = Number(data.getBigUint64(40, true));
  const count = data.getUint16(60, true);
  const section = (index: number) => {
    const at = first + index * SECTION_BYTES;
    return {
      type: data.getUint32(at + 4, true),
      offset: Number(data.getBigUint64(at + 24, true)),
      size: Number(data.getBigUint64(at + 32, true)),
      link: data.getUint32(at + 40, true),
    };
  };
  const decoder = new TextDecoder();
  let symbolsLeft = MOST_SYMBOLS;
  let bytesLeft = MOST_BYTES;
  for (let index = 0; index < count; index++) {
    const { type, offset, size, link } = section(index);
    if (type !== SHT_SYMTAB) continue;
    const names = section(link);
    for (let at = offset; at + SYMBOL_BYTES <= offset + size; at += SYMBOL_BYTES) {
      const kind = data.getUint8(at + 4) & 0xf;
      const where = data.getUint16(at + 6, true);
      if (where === SHN_UNDEF || where >= SHN_LORESERVE) continue;
      if (kind !== STT_NOTYPE && kind !== STT_OBJECT && kind !== STT_FUNC) continue;
      const from = names.offset + data.getUint32(at, true);
      const room = bytes.subarray(from, from + MOST_NAME_BYTES + 1);
      const length = room.indexOf(0);
      if (length <= 0 || room[0] === DOLLAR) continue;
      bytesLeft -= length;
      if (bytesLeft < 0 || symbolsLeft-- === 0) return;
      yield { name: decoder.decode(room.subarray(0, length)), address: data.getBigUint64(at + 8, true) };
    }
    // The ABI has at most one.
    return;
  }
}
