/**
 * Every function × version × argument class, written by hand from KVM's behaviour. The columns are versions; a cell is x0 (signed) or
 * an event. Nothing here reads the firmware's own table. The pure function and machines with real HVC and SMC are held against it.
 */
import type { PowerState } from './state';
import type { PsciVersion } from './versions';

/** The columns of a row, in order. */
export const EXPECTED_VERSIONS = ['0.1', '0.2', '1.0', '1.1', '1.2', '1.3'] as const satisfies readonly PsciVersion[];

/** x0 as a signed number, or what happens instead of an answer. */
export type Cell = number | 'off' | 'shutdown 0' | 'shutdown 1' | 'reset 0' | 'reset 1' | 'suspend';
export interface ExpectationRow {
  what: string;
  /** x0 to x3; what is left out is 0. */
  call: (number | bigint)[];
  /** The VM has the system-suspend capability. */
  suspend?: boolean;
  aarch32?: boolean;
  /** 0.1, 0.2, 1.0, 1.1, 1.2, 1.3 */
  cells: [Cell, Cell, Cell, Cell, Cell, Cell];
}

const NS = -1;
const IP = -2;
const never: ExpectationRow['cells'] = [NS, NS, NS, NS, NS, NS];
const from02 = (cell: Cell): ExpectationRow['cells'] => [NS, cell, cell, cell, cell, cell];
const from10 = (cell: Cell): ExpectationRow['cells'] => [NS, NS, cell, cell, cell, cell];
const from11 = (cell: Cell): ExpectationRow['cells'] => [NS, NS, NS, cell, cell, cell];
const from13 = (cell: Cell): ExpectationRow['cells'] => [NS, NS, NS, NS, NS, cell];
const only01 = (cell: Cell): ExpectationRow['cells'] => [cell, NS, NS, NS, NS, NS];

/** Power states of the four vCPUs of the table's machine, affinities 0 to 3. */
export const EXPECTATION_POWER = ['runnable', 'stopped', 'suspended', 'runnable'] as const satisfies readonly PowerState[];

const CPU1 = 1;
const CPU2 = 2;
const CPU3 = 3;
const NOBODY = 9;
const RAW_MPIDR = 0x8000_0001;

/** On {@link EXPECTATION_POWER}, vCPU 0 calling. */
export const EXPECTATIONS: ExpectationRow[] = [
  { what: 'PSCI_VERSION', call: [0x84000000], cells: [NS, 0x2, 0x10000, 0x10001, 0x10002, 0x10003] },
  { what: 'PSCI_VERSION as SMC64', call: [0xc4000000], cells: never },
  { what: 'CPU_SUSPEND 32', call: [0x84000001, 0, 0, 0], cells: from02(0) },
  { what: 'CPU_SUSPEND 64, power down', call: [0xc4000001, 0x10000, 0x1234, 5], cells: from02(0) },
  { what: 'CPU_SUSPEND 64, garbage', call: [0xc4000001, 0xffff_ffff_ffffn, 3, 5], cells: from02(0) },
  { what: 'CPU_OFF', call: [0x84000002], cells: from02('off') },
  { what: 'CPU_OFF as Linux calls it', call: [0x84000002, 0x10000], cells: from02('off') },
  { what: 'CPU_OFF as SMC64', call: [0xc4000002], cells: never },
  { what: 'CPU_ON 32', call: [0x84000003, CPU1, 0x1000, 7], cells: from02(0) },
  { what: 'CPU_ON 64', call: [0xc4000003, CPU1, 0x1000, 7], cells: from02(0) },
  { what: 'CPU_ON 64, unaligned entry outside RAM', call: [0xc4000003, CPU1, 0xfeedf00d, 7], cells: from02(0) },
  { what: 'CPU_ON 32, garbage in upper halves', call: [0x84000003, 0xdead_0000_0001n, 0x1000, 7], cells: from02(0) },
  { what: 'CPU_ON 64, garbage in upper halves', call: [0xc4000003, 0xdead_0000_0001n, 0x1000, 7], cells: from02(IP) },
  { what: 'CPU_ON 64, MPIDR with bit 31', call: [0xc4000003, RAW_MPIDR, 0x1000, 7], cells: from02(IP) },
  { what: 'CPU_ON 32, MPIDR with bit 31', call: [0x84000003, RAW_MPIDR, 0x1000, 7], cells: from02(IP) },
  { what: 'CPU_ON 64, no such CPU', call: [0xc4000003, NOBODY, 0x1000, 7], cells: from02(IP) },
  { what: 'CPU_ON 64, the caller', call: [0xc4000003, 0, 0x1000, 7], cells: from02(-4) },
  { what: 'CPU_ON 64, running', call: [0xc4000003, CPU3, 0x1000, 7], cells: from02(-4) },
  { what: 'CPU_ON 64, suspended', call: [0xc4000003, CPU2, 0x1000, 7], cells: from02(-4) },
  { what: 'AFFINITY_INFO 32, on', call: [0x84000004, 0, 0], cells: from02(0) },
  { what: 'AFFINITY_INFO 64, off', call: [0xc4000004, CPU1, 0], cells: from02(1) },
  { what: 'AFFINITY_INFO 64, suspended', call: [0xc4000004, CPU2, 0], cells: from02(0) },
  { what: 'AFFINITY_INFO 64, nobody', call: [0xc4000004, NOBODY, 0], cells: from02(IP) },
  { what: 'AFFINITY_INFO 64, level 1 ignores Aff0', call: [0xc4000004, NOBODY, 1], cells: from02(0) },
  { what: 'AFFINITY_INFO 64, level 2', call: [0xc4000004, 0x1234, 2], cells: from02(0) },
  { what: 'AFFINITY_INFO 64, level 3 matches all', call: [0xc4000004, 0xff1234, 3], cells: from02(0) },
  { what: 'AFFINITY_INFO 64, level 3 of another Aff3', call: [0xc4000004, 0x1_0000_0000n, 3], cells: from02(IP) },
  { what: 'AFFINITY_INFO 64, level 4', call: [0xc4000004, 0, 4], cells: from02(IP) },
  { what: 'AFFINITY_INFO 64, huge level', call: [0xc4000004, 0, 0x1_0000_0000n], cells: from02(IP) },
  { what: 'AFFINITY_INFO 32, level with garbage above', call: [0x84000004, 0, 0x1_0000_0000n], cells: from02(0) },
  { what: 'AFFINITY_INFO 64, bit 31', call: [0xc4000004, RAW_MPIDR, 0], cells: from02(IP) },
  { what: 'MIGRATE 32', call: [0x84000005, CPU1], cells: never },
  { what: 'MIGRATE 64', call: [0xc4000005, CPU1], cells: never },
  { what: 'MIGRATE_INFO_TYPE', call: [0x84000006], cells: from02(2) },
  { what: 'MIGRATE_INFO_TYPE as SMC64', call: [0xc4000006], cells: never },
  { what: 'MIGRATE_INFO_UP_CPU 32', call: [0x84000007], cells: never },
  { what: 'MIGRATE_INFO_UP_CPU 64', call: [0xc4000007], cells: never },
  { what: 'SYSTEM_OFF', call: [0x84000008, 1, 2, 3], cells: from02('shutdown 0') },
  { what: 'SYSTEM_OFF as SMC64', call: [0xc4000008], cells: never },
  { what: 'SYSTEM_RESET', call: [0x84000009], cells: from02('reset 0') },
  { what: 'SYSTEM_RESET as SMC64', call: [0xc4000009], cells: never },
  { what: 'PSCI_FEATURES as SMC64', call: [0xc400000a, 0x84000000], cells: never },
  { what: 'CPU_FREEZE', call: [0x8400000b], cells: never },
  { what: 'CPU_FREEZE as SMC64', call: [0xc400000b], cells: never },
  { what: 'CPU_DEFAULT_SUSPEND 32', call: [0x8400000c], cells: never },
  { what: 'CPU_DEFAULT_SUSPEND 64', call: [0xc400000c], cells: never },
  { what: 'NODE_HW_STATE 32', call: [0x8400000d], cells: never },
  { what: 'NODE_HW_STATE 64', call: [0xc400000d], cells: never },
  { what: 'SYSTEM_SUSPEND 32, no capability', call: [0x8400000e, 0x1000, 1], cells: never },
  { what: 'SYSTEM_SUSPEND 64, no capability', call: [0xc400000e, 0x1000, 1], cells: never },
  { what: 'SYSTEM_SUSPEND 32', call: [0x8400000e, 0x1000, 1], suspend: true, cells: from10('suspend') },
  { what: 'SYSTEM_SUSPEND 64', call: [0xc400000e, 0x1000, 1], suspend: true, cells: from10('suspend') },
  { what: 'PSCI_SET_SUSPEND_MODE', call: [0x8400000f, 0], cells: never },
  { what: 'PSCI_SET_SUSPEND_MODE as SMC64', call: [0xc400000f, 0], cells: never },
  { what: 'PSCI_STAT_RESIDENCY 32', call: [0x84000010], cells: never },
  { what: 'PSCI_STAT_RESIDENCY 64', call: [0xc4000010], cells: never },
  { what: 'PSCI_STAT_COUNT 32', call: [0x84000011], cells: never },
  { what: 'PSCI_STAT_COUNT 64', call: [0xc4000011], cells: never },
  { what: 'SYSTEM_RESET2 32, warm', call: [0x84000012, 0, 0x55], cells: from11('reset 1') },
  { what: 'SYSTEM_RESET2 64, warm', call: [0xc4000012, 0, 0x55], cells: from11('reset 1') },
  { what: 'SYSTEM_RESET2 64, type 1', call: [0xc4000012, 1, 0], cells: from11(IP) },
  { what: 'SYSTEM_RESET2 64, type 7fffffff', call: [0xc4000012, 0x7fffffff, 0], cells: from11(IP) },
  { what: 'SYSTEM_RESET2 64, vendor', call: [0xc4000012, 0x80000000, 0], cells: from11('reset 1') },
  { what: 'SYSTEM_RESET2 32, vendor', call: [0x84000012, 0xffffffff, 0], cells: from11('reset 1') },
  { what: 'SYSTEM_RESET2 64, upper half dropped', call: [0xc4000012, 0x1_0000_0000n, 0], cells: from11('reset 1') },
  { what: 'SYSTEM_RESET2 64, upper half dropped, type 1', call: [0xc4000012, 0x1_0000_0001n, 0], cells: from11(IP) },
  { what: 'MEM_PROTECT', call: [0x84000013, 1], cells: never },
  { what: 'MEM_PROTECT as SMC64', call: [0xc4000013, 1], cells: never },
  { what: 'MEM_PROTECT_CHECK_RANGE 32', call: [0x84000014, 0, 1], cells: never },
  { what: 'MEM_PROTECT_CHECK_RANGE 64', call: [0xc4000014, 0, 1], cells: never },
  { what: 'SYSTEM_OFF2 32, type 0', call: [0x84000015, 0, 0], cells: from13('shutdown 1') },
  { what: 'SYSTEM_OFF2 64, type 0', call: [0xc4000015, 0, 0], cells: from13('shutdown 1') },
  { what: 'SYSTEM_OFF2 32, type 1', call: [0x84000015, 1, 0], cells: from13('shutdown 1') },
  { what: 'SYSTEM_OFF2 64, type 1', call: [0xc4000015, 1, 0], cells: from13('shutdown 1') },
  { what: 'SYSTEM_OFF2 64, x3 unchecked', call: [0xc4000015, 1, 0, 99], cells: from13('shutdown 1') },
  { what: 'SYSTEM_OFF2 64, type 2', call: [0xc4000015, 2, 0], cells: from13(IP) },
  { what: 'SYSTEM_OFF2 64, type 80000000', call: [0xc4000015, 0x80000000, 0], cells: from13(IP) },
  { what: 'SYSTEM_OFF2 64, upper half of the type dropped', call: [0xc4000015, 0x1_0000_0001n, 0], cells: from13('shutdown 1') },
  { what: 'SYSTEM_OFF2 64, cookie 1', call: [0xc4000015, 0, 1], cells: from13(IP) },
  { what: 'SYSTEM_OFF2 64, cookie in the upper half', call: [0xc4000015, 0, 0x1_0000_0000n], cells: from13(IP) },
  { what: 'SYSTEM_OFF2 32, cookie in the upper half', call: [0x84000015, 0, 0x1_0000_0000n], cells: from13('shutdown 1') },
  { what: 'CLEAN_INV_MEMREGION', call: [0xc4000016], cells: never },
  { what: 'CLEAN_INV_MEMREGION as SMC32', call: [0x84000016], cells: never },
  { what: 'CLEAN_INV_MEMREGION_ATTRIBUTES', call: [0x84000017], cells: never },
  { what: 'CLEAN_INV_MEMREGION_ATTRIBUTES as SMC64', call: [0xc4000017], cells: never },
  ...[0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f].flatMap((n): ExpectationRow[] => [
    { what: `reserved ${n} SMC32`, call: [0x84000000 + n], cells: never },
    { what: `reserved ${n} SMC64`, call: [0xc4000000 + n], cells: never },
  ]),
  { what: '0.1 CPU_SUSPEND', call: [0x95c1ba5e], cells: never },
  { what: '0.1 CPU_OFF', call: [0x95c1ba5f], cells: only01('off') },
  { what: '0.1 CPU_ON', call: [0x95c1ba60, CPU1, 0x1000, 7], cells: only01(0) },
  { what: '0.1 CPU_ON, the caller', call: [0x95c1ba60, 0, 0x1000, 7], cells: only01(IP) },
  { what: '0.1 CPU_ON, running', call: [0x95c1ba60, CPU3, 0x1000, 7], cells: only01(IP) },
  { what: '0.1 CPU_ON, nobody', call: [0x95c1ba60, NOBODY, 0x1000, 7], cells: only01(IP) },
  { what: '0.1 CPU_ON, bit 31', call: [0x95c1ba60, RAW_MPIDR, 0x1000, 7], cells: only01(IP) },
  { what: '0.1 MIGRATE', call: [0x95c1ba61, 0], cells: never },
  { what: 'one id below the 0.1 range', call: [0x95c1ba5d], cells: never },
  { what: 'one id above the 0.1 range', call: [0x95c1ba62], cells: never },
  { what: 'upper half of x0 ignored', call: [0xdead_beef_8400_0006n], cells: from02(2) },
  { what: 'AArch32 may use SMC32', call: [0x84000006], aarch32: true, cells: from02(2) },
  { what: 'AArch32 may not use SMC64', call: [0xc4000003, CPU1, 0, 0], aarch32: true, cells: never },
  { what: 'unknown 1337', call: [1337], cells: never },
];

// PSCI_FEATURES(x1)
const feature = (id: number): (number | bigint)[] => [0x8400000a, id];
const FEATURES: [ids: number[], cells: ExpectationRow['cells'], suspend?: boolean][] = [
  [[0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003, 0xc4000003, 0x84000004, 0xc4000004], from10(0)],
  [[0x84000006, 0x84000008, 0x84000009, 0x8400000a], from10(0)],
  [[0x80000000], from10(0)],
  [[0x8400000e, 0xc400000e], never, false],
  [[0x8400000e, 0xc400000e], from10(0), true],
  [[0x84000012, 0xc4000012], from11(0)],
  [[0x84000015, 0xc4000015], from13(1)],
  [[0x84000005, 0xc4000005, 0x84000007, 0xc4000007, 0x8400000b, 0x8400000c, 0xc400000c, 0x8400000d, 0xc400000d], never],
  [[0x8400000f, 0x84000010, 0xc4000010, 0x84000011, 0xc4000011, 0x84000013, 0x84000014, 0xc4000014], never],
  [[0x80000001, 0x80000002, 0x84000050, 0xc4000053, 0xc5000020, 0x95c1ba5f, 0x95c1ba60], never],
  [[0xc4000000, 0xc4000002, 0xc4000006, 0xc4000008, 0xc4000009, 0xc400000a, 0xc4000016, 0x84000017, 0x8400001f, 0], never],
];
for (const [ids, cells, suspend] of FEATURES) {
  for (const id of ids) {
    EXPECTATIONS.push({ what: `PSCI_FEATURES(${id.toString(16)})`, call: feature(id), cells, ...(suspend ? { suspend } : {}) });
  }
}
EXPECTATIONS.push({ what: 'PSCI_FEATURES reads x1 as u32', call: [0x8400000a, 0xffff_ffff_8400_0000n], cells: from10(0) });
EXPECTATIONS.push({ what: 'PSCI_FEATURES(SMC64 id) from AArch32', call: feature(0xc4000003), aarch32: true, cells: never });
EXPECTATIONS.push({ what: 'PSCI_FEATURES(SMC32 id) from AArch32', call: feature(0x84000003), aarch32: true, cells: from10(0) });
