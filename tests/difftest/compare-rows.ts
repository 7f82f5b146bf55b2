import { parseBits, type Row } from '../../src/isa/row';
import { decoder, guestBaseFor, Harness, type Instruction } from '../../src/isa/testing/harness';
import { BUFFER_ADDRESS, type OracleCase, type OracleState, type QemuUserOracle, SIGILL } from './oracle-qemu-user';
import { Random, randomState } from './random-state';

/** Random instruction words of a set of rows, executed by the meanings and by the oracle, and compared. */

export interface RowReport {
  name: string;
  cases: number;
  passed: number;
  /** Words that one side takes and the other does not. */
  allocation: number;
  failures: string[];
}

export interface CompareOptions {
  seed: number;
  casesPerRow: number;
  /** Bits of FPSR to compare. */
  fpsr: number;
  fpcr: readonly number[];
  /** One function per row and shape (interpreter's way) instead of one per instruction (JIT's way). */
  shared: boolean;
  memoryBytes(row: Row): number;
  maxFailures: number;
}

/** A random word of the row: its fixed bits, and anything else. */
function randomWord(random: Random, row: Row): number {
  const { mask, value } = parseBits(row);
  return (((random.u32() & ~mask) >>> 0) | value) >>> 0;
}

/** x29 and x30 are the oracle's; vector registers of these numbers are left out with them. */
const untestable = ({ decoded }: Instruction): boolean =>
  [decoded.d, decoded.n, decoded.m, decoded.a].some((slot) => slot === 29 || slot === 30);

const hex = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((b) => b.toString(16).padStart(2, '0'))
    .join('');

/** One line for each register that differs. */
function differences(expected: OracleState, actual: OracleState, before: OracleState, fpsr: number): string[] {
  const lines: string[] = [];
  expected.x.forEach((value, i) => {
    if (value !== actual.x[i]) lines.push(`x${i}: ${actual.x[i]!.toString(16)}, expected ${value.toString(16)}`);
  });
  if (expected.sp !== actual.sp) lines.push(`sp: ${actual.sp.toString(16)}, expected ${expected.sp.toString(16)}`);
  if (expected.nzcv !== actual.nzcv) lines.push(`nzcv: ${actual.nzcv.toString(16)}, expected ${expected.nzcv.toString(16)}`);
  if ((expected.fpsr ^ actual.fpsr) & fpsr)
    lines.push(`fpsr: ${actual.fpsr.toString(16)}, expected ${expected.fpsr.toString(16)}`);
  for (let i = 0; i < 32; i++) {
    const [want, got] = [expected.v, actual.v].map((v) => hex(v.subarray(i * 16, i * 16 + 16)));
    if (want !== got) lines.push(`v${i}: ${got}, expected ${want}, before ${hex(before.v.subarray(i * 16, i * 16 + 16))}`);
  }
  const at = expected.memory.findIndex((byte, i) => byte !== actual.memory[i]);
  if (at >= 0) lines.push(`memory[${at}]: ${actual.memory[at]!.toString(16)}, expected ${expected.memory[at]!.toString(16)}`);
  return lines;
}

export function compareRows(
  all: readonly Row[],
  rows: readonly Row[],
  oracle: QemuUserOracle,
  options: CompareOptions,
): RowReport[] {
  const random = new Random(options.seed);
  const decode = decoder(all);
  const reports = new Map<Row, RowReport>(
    rows.map((row) => [row, { name: row.name, cases: 0, passed: 0, allocation: 0, failures: [] }]),
  );
  const groups = new Map<number, { row: Row; case: OracleCase; instruction: Instruction | undefined }[]>();
  for (const row of rows) {
    const memoryBytes = options.memoryBytes(row);
    const group = groups.get(memoryBytes) ?? [];
    groups.set(memoryBytes, group);
    for (let made = 0, tries = 0; made < options.casesPerRow && tries < options.casesPerRow * 20; tries++) {
      const word = randomWord(random, row);
      const instruction = decode(word);
      if (instruction && (instruction.row !== row || untestable(instruction))) continue;
      // Without a decoded form nothing keeps the word from using the oracle's own registers, so only its being undefined is compared.
      group.push({ row, case: { ...randomState(random, { memoryBytes, fpcr: options.fpcr }), word }, instruction });
      if (instruction) made++;
    }
  }
  for (const group of groups.values()) {
    const expected = oracle.run(group.map((one) => one.case));
    const legal = group.flatMap(({ instruction }, i) => (instruction && expected[i]!.signal === 0 ? [i] : []));
    const harness = new Harness(
      legal.map((i) => group[i]!.instruction!),
      guestBaseFor(BUFFER_ADDRESS),
      options.shared,
    );
    group.forEach(({ row, instruction, case: { word } }, i) => {
      const { signal } = expected[i]!;
      const report = reports.get(row)!;
      if (instruction ? signal === 0 : signal === SIGILL) return;
      report.allocation++;
      if (report.failures.length < options.maxFailures)
        report.failures.push(
          `${word.toString(16)}: ${instruction ? `the oracle stops with signal ${signal}` : `UNALLOCATED here, signal ${signal} there`}`,
        );
    });
    legal.forEach((i, index) => {
      const { row, case: before } = group[i]!;
      const report = reports.get(row)!;
      report.cases++;
      const lines = differences(expected[i]!, harness.run(index, before), before, options.fpsr);
      if (!lines.length) report.passed++;
      else if (report.failures.length < options.maxFailures) {
        const { n = 0, m = 0, a = 0, d = 0 } = group[i]!.instruction!.decoded;
        const source = (slot: number): string => hex(before.v.subarray((slot & 31) * 16, (slot & 31) * 16 + 16));
        report.failures.push(
          `${before.word.toString(16)} ${JSON.stringify(group[i]!.instruction!.shape)} fpcr ${before.fpcr.toString(16)} d=${d} n=${n} m=${m} a=${a}: ${lines.slice(0, 3).join('; ')}\n      Vn ${source(n)} Vm ${source(m)} Va ${source(a)}`,
        );
      }
    });
  }
  return [...reports.values()];
}
