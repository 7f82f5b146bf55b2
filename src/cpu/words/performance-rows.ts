/** Performance Monitors registers (Arm ARM, "Performance Monitors registers"). */
import { PM_COUNTERS, PM_CYCLES, PM_EVENT } from '../sysregs/fields';
import { bit, bits, type FieldRow, mask, type RegisterGroup, register } from './register-fields';

const EVENT_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(PM_EVENT).map(([name, number]) => [number, name]));
const eventWords = (value: bigint): string => EVENT_NAMES.get(Number(value)) ?? 'counts nothing here';

const counters = (name: string): FieldRow[] => [
  bit('C', PM_CYCLES, 'cycle counter: no', 'cycle counter: yes'),
  mask(name, PM_COUNTERS - 1, 0, (n) => `counter ${n}`),
];
const filter: readonly FieldRow[] = [bit('P', 31, 'counts at EL1', 'not at EL1'), bit('U', 30, 'counts at EL0', 'not at EL0')];
const type: readonly FieldRow[] = [...filter, bits('evtCount', 9, 0, eventWords)];
const admits = (name: string, place: number, what: string): FieldRow =>
  bit(name, place, `${what}: traps unless EN is 1`, `${what}: allowed`);
const numbers = Array.from({ length: PM_COUNTERS }, (_, n) => n);

export const PERFORMANCE_ROWS: RegisterGroup = {
  name: 'Performance monitors',
  registers: [
    register(
      'PMCR_EL0',
      'Control Register',
      bits('IMP', 31, 24),
      bits('IDCODE', 23, 16),
      bits('N', 15, 11, (value) => `${value} event counters`),
      bit('LC', 6, 'the cycle counter overflows at 32 bits', 'the cycle counter overflows at 64 bits'),
      bit('E', 0, 'disabled', 'enabled'),
    ),
    register('PMCCNTR_EL0', 'Cycle Count Register'),
    register('PMCCFILTR_EL0', 'Cycle Count Filter Register', ...filter),
    register('PMCNTENSET_EL0', 'Count Enable Set Register', ...counters('P')),
    register('PMCNTENCLR_EL0', 'Count Enable Clear Register', ...counters('P')),
    register('PMOVSSET_EL0', 'Overflow Flag Status Set Register', ...counters('P')),
    register('PMOVSCLR_EL0', 'Overflow Flag Status Clear Register', ...counters('P')),
    register('PMINTENSET_EL1', 'Interrupt Enable Set Register', ...counters('P')),
    register('PMINTENCLR_EL1', 'Interrupt Enable Clear Register', ...counters('P')),
    register(
      'PMSELR_EL0',
      'Event Counter Selection Register',
      bits('SEL', 4, 0, (value) => (value === 31n ? 'the cycle counter' : `counter ${value}`)),
    ),
    register('PMXEVTYPER_EL0', 'Selected Event Type Register', ...type),
    register('PMXEVCNTR_EL0', 'Selected Event Count Register'),
    register(
      'PMUSERENR_EL0',
      'User Enable Register',
      admits('ER', 3, "EL0's reading of event counters"),
      admits('CR', 2, "EL0's reading of the cycle counter"),
      admits('SW', 1, "EL0's software increments"),
      bit('EN', 0, "EL0's other accesses trap", 'EL0 may use all'),
    ),
    register(
      'PMCEID0_EL0',
      'Common Event Identification register 0',
      mask('Events', 31, 0, (n) => EVENT_NAMES.get(n) ?? `0x${n.toString(16)}`),
    ),
    register('PMCEID1_EL0', 'Common Event Identification register 1'),
    ...numbers.flatMap((n) => [
      register(`PMEVCNTR${n}_EL0`, `Event Count Register ${n}`),
      register(`PMEVTYPER${n}_EL0`, `Event Type Register ${n}`, ...type),
    ]),
  ],
};
