import type { ProgramLine } from '../../vm/api/assembly';

/** The address of the first instruction of a line, or of the next line that has one, as debuggers have it. */
export function addressOfLine(lines: readonly ProgramLine[], line: number): { line: number; address: bigint } | undefined {
  let best: { line: number; address: bigint } | undefined;
  for (const each of lines) {
    if (each.line < line) continue;
    const better = !best || each.line < best.line || (each.line === best.line && each.address < best.address);
    if (better) best = { line: each.line, address: each.address };
  }
  return best;
}

/** An address in words: its line, and which of its instructions where that made several, as a macro does. Undefined outside of the program. */
export function placeInLines(lines: readonly ProgramLine[], address: bigint): string | undefined {
  const line = lineOfAddress(lines, address);
  if (line === undefined) return undefined;
  let start = address;
  while (lineOfAddress(lines, start - 4n) === line) start -= 4n;
  const isAlone = start === address && lineOfAddress(lines, address + 4n) !== line;
  return isAlone ? `line ${line}` : `line ${line}, instruction ${(address - start) / 4n + 1n}`;
}

/** The line whose bytes an address is one of. */
export const lineOfAddress = (lines: readonly ProgramLine[], address: bigint): number | undefined =>
  lines.find((each) => address >= each.address && address < each.address + BigInt(each.size))?.line;
