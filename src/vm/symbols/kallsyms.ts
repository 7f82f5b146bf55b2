import type { SymbolEntry } from '../../debug/symbol-table';

/** What of Linux's own list is asked for: functions, as address and name (proc(5), /proc/kallsyms). Addresses are zero for whoever is not root. */
export const KALLSYMS_COMMAND = `awk '$2 ~ /^[tTwW]$/ {print $1, $3}' /proc/kallsyms`;

/** Reads what {@link KALLSYMS_COMMAND} prints. Throws one sentence if the kernel keeps its addresses to itself, or has no such list. */
export function parseKallsyms(text: string): SymbolEntry[] {
  const symbols: SymbolEntry[] = [];
  for (const line of text.split('\n')) {
    const [digits, name] = line.split(' ');
    if (!digits || !name || !/^[\da-f]{16}$/.test(digits) || name.startsWith('$')) continue;
    const address = BigInt(`0x${digits}`);
    if (address !== 0n) symbols.push({ name, address });
  }
  if (symbols.length === 0)
    throw new Error(
      'The guest’s kernel does not tell the addresses of its functions (/proc/kallsyms): it keeps no list, or hides it.',
    );
  return symbols;
}
