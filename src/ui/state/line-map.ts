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

/** The line whose bytes an address is one of. */
export const lineOfAddress = (lines: readonly ProgramLine[], address: bigint): number | undefined =>
  lines.find((each) => address >= each.address && address < each.address + BigInt(each.size))?.line;
