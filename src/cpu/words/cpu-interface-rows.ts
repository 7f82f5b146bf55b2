/** The GIC's CPU interface as system registers (GIC architecture specification IHI 0069, "AArch64 System register descriptions"). */
import { bit, bits, mask, type RegisterGroup, type RegisterRow, register } from './register-fields';

/** INTIDs that mean something else than an interrupt. */
const intid = (value: bigint): string => {
  const id = Number(value);
  if (id >= 1020 && id <= 1023) return id === 1023 ? 'no interrupt' : 'special';
  return id < 16 ? `SGI ${id}` : id < 32 ? `PPI ${id - 16}` : `SPI ${id - 32}`;
};
const PRIORITY = (value: bigint): string => (value === 0xffn ? 'idle' : '');
const priorityBit = (n: number): string => `0x${(n * 8).toString(16).padStart(2, '0')}`;

const grouped = (n: 0 | 1): RegisterRow[] => [
  register(`ICC_IAR${n}_EL1`, `Interrupt Acknowledge Register ${n}: what a read would acknowledge`, bits('INTID', 23, 0, intid)),
  register(`ICC_HPPIR${n}_EL1`, `Highest Priority Pending Interrupt Register ${n}`, bits('INTID', 23, 0, intid)),
  register(`ICC_BPR${n}_EL1`, `Binary Point Register ${n}`, bits('BinaryPoint', 2, 0)),
  register(`ICC_AP${n}R0_EL1`, `Active Priorities Group ${n} Register 0`, mask('Active priorities', 31, 0, priorityBit)),
  register(
    `ICC_IGRPEN${n}_EL1`,
    `Interrupt Group ${n} Enable Register`,
    bit('Enable', 0, `group ${n} is disabled`, `group ${n} is enabled`),
  ),
];

export const CPU_INTERFACE_ROWS: RegisterGroup = {
  name: 'Interrupt controller',
  registers: [
    register(
      'ICC_PMR_EL1',
      'Interrupt Priority Mask Register',
      bits('Priority', 7, 0, (value) => `lower values are signalled${value === 0n ? ': none' : ''}`),
    ),
    register('ICC_RPR_EL1', 'Running Priority Register', bits('Priority', 7, 0, PRIORITY)),
    register(
      'ICC_CTLR_EL1',
      'Control Register',
      bit('ExtRange', 19, 'no INTIDs from 1024 to 8191', 'INTIDs from 1024 to 8191'),
      bit('RSS', 18, 'SGIs reach Aff0 0 to 15', 'SGIs reach Aff0 0 to 255'),
      bit('A3V', 15, 'Aff3 is zero', 'Aff3 counts'),
      bit('SEIS', 14, 'no local SEIs', 'local SEIs'),
      bits('IDbits', 13, 11, ['16 bits', '24 bits']),
      bits('PRIbits', 10, 8, (value) => `${value + 1n} bits of priority`),
      bit('PMHE', 6, 'ICC_PMR_EL1 is no hint', 'ICC_PMR_EL1 is a hint'),
      bit('EOImode', 1, 'EOIR drops the priority and deactivates', 'EOIR drops the priority, DIR deactivates'),
      bit('CBPR', 0, 'a binary point for each group', 'ICC_BPR0_EL1 is for both groups'),
    ),
    register(
      'ICC_SRE_EL1',
      'System Register Enable register',
      bit('DIB', 2, 'IRQ bypass', 'IRQ bypass is disabled'),
      bit('DFB', 1, 'FIQ bypass', 'FIQ bypass is disabled'),
      bit('SRE', 0, 'the memory-mapped interface', 'the System register interface'),
    ),
    ...grouped(0),
    ...grouped(1),
  ],
};
