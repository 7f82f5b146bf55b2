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
  fpsr(row: Row): number;
  /** Values of FPCR to choose from. */
  fpcr(row: Row): readonly number[];
  /** Instructions whose result the architecture leaves open. */
  unpredictable?(instruction: Instruction): boolean;
  /** Words that the oracle executes although the table rightly has them UNALLOCATED (extensions of the oracle's CPU). */
  foreign?(word: number): boolean;
  /** One function per row and shape (interpreter's way) instead of one per instruction (JIT's way). */
  shared: boolean;
  memoryBytes(row: Row): number;
  maxFailures: number;
}

/** A random word of the row: its fixed bits, and anything else. */
export function randomWord(random: Random, row: Row): number {
  const { mask, value } = parseBits(row);
  return (((random.u32() & ~mask) >>> 0) | value) >>> 0;
}

/** x29 and x30 are the oracle's; vector registers of these numbers are left out with them. */
export const untestable = ({ decoded }: Instruction): boolean =>
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

interface PreparedCase {
  row: Row;
  case: OracleCase;
  instruction: Instruction | undefined;
}

/** Cases per process of the oracle and per module of the harness. */
const BATCH = 8000;

/** Random words of `rows`, decoded by the whole table `all`. */
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
  const batches = new Map<number, PreparedCase[]>();
  for (const row of rows) {
    const memoryBytes = options.memoryBytes(row);
    const batch = batches.get(memoryBytes) ?? [];
    for (let made = 0, tries = 0; made < options.casesPerRow && tries < options.casesPerRow * 20; tries++) {
      const word = randomWord(random, row);
      const instruction = decode(word);
      if (
        instruction
          ? instruction.row !== row || untestable(instruction) || options.unpredictable?.(instruction)
          : options.foreign?.(word)
      )
        continue;
      // Words without a decoded form may use the oracle's own registers: only their being UNDEFINED is compared, and few suffice.
      if (!instruction && tries > 2 * options.casesPerRow) continue;
      batch.push({ row, case: { ...randomState(random, { memoryBytes, fpcr: options.fpcr(row) }), word }, instruction });
      if (instruction) made++;
    }
    if (batch.length < BATCH) batches.set(memoryBytes, batch);
    else {
      compareBatch(batch, oracle, options, reports);
      batches.delete(memoryBytes);
    }
  }
  for (const batch of batches.values()) compareBatch(batch, oracle, options, reports);
  return [...reports.values()];
}

function compareBatch(
  batch: readonly PreparedCase[],
  oracle: QemuUserOracle,
  options: CompareOptions,
  reports: ReadonlyMap<Row, RowReport>,
): void {
  const expected = oracle.run(batch.map((one) => one.case));
  const legal = batch.flatMap(({ instruction }, i) => (instruction && expected[i]!.signal === 0 ? [i] : []));
  const harness = new Harness(
    legal.map((i) => batch[i]!.instruction!),
    guestBaseFor(BUFFER_ADDRESS),
    options.shared,
  );
  const fail = (report: RowReport, text: string): void => {
    if (report.failures.length < options.maxFailures) report.failures.push(text);
  };
  batch.forEach(({ row, instruction, case: { word } }, i) => {
    const { signal } = expected[i]!;
    // Addresses are random: what faults in the oracle (outside the buffer, or a misaligned atomic) is not compared.
    if (instruction ? signal !== SIGILL : signal === SIGILL) return;
    const report = reports.get(row)!;
    report.allocation++;
    fail(
      report,
      `${word.toString(16)}: ${instruction ? `the oracle stops with signal ${signal}` : `UNALLOCATED here, signal ${signal} there`}`,
    );
  });
  legal.forEach((i, index) => {
    const { row, case: before, instruction } = batch[i]!;
    const report = reports.get(row)!;
    report.cases++;
    const lines = differences(expected[i]!, harness.run(index, before), before, options.fpsr(row));
    if (!lines.length) {
      report.passed++;
      return;
    }
    const { d = 0, n = 0, m = 0, a = 0 } = instruction!.decoded;
    const source = (slot: number): string => hex(before.v.subarray((slot & 31) * 16, (slot & 31) * 16 + 16));
    fail(
      report,
      `${before.word.toString(16)} ${JSON.stringify(instruction!.shape)} fpcr ${before.fpcr.toString(16)} d=${d} n=${n} m=${m} a=${a}: ` +
        `${lines.slice(0, 3).join('; ')}\n      Vn ${source(n)} Vm ${source(m)} Va ${source(a)}`,
    );
  });
}
