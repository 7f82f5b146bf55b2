/** Debug registers (Arm ARM, "Debug registers"). */
import { BREAKPOINTS, WATCHPOINTS } from '../models/implemented';
import { bit, bits, type FieldRow, mask, type RegisterGroup, type RegisterRow, register } from './register-fields';

const BREAKPOINT_TYPES: Readonly<Record<number, string>> = {
  0: 'an address',
  1: 'an address, linked to a context',
  2: 'a context (CONTEXTIDR_EL1)',
  3: 'a context, for others to link to',
};
const who: readonly FieldRow[] = [bit('HMC', 13, 'not at EL2', 'at EL2, too')];
const levels = (value: bigint): string => ['no EL', 'EL1', 'EL0', 'EL1 and EL0'][Number(value)]!;

const breakpoint = (n: number): RegisterRow[] => [
  register(`DBGBVR${n}_EL1`, `Breakpoint Value Register ${n}`),
  register(
    `DBGBCR${n}_EL1`,
    `Breakpoint Control Register ${n}`,
    bits('BT', 23, 20, BREAKPOINT_TYPES),
    bits('LBN', 19, 16, (value) => `linked to breakpoint ${value}, if it is linked`),
    bits('SSC', 15, 14),
    ...who,
    bits('BAS', 8, 5, { 15: 'the whole instruction' }),
    bits('PMC', 2, 1, levels),
    bit('E', 0, 'disabled', 'enabled'),
  ),
];
const watchpoint = (n: number): RegisterRow[] => [
  register(`DBGWVR${n}_EL1`, `Watchpoint Value Register ${n}`),
  register(
    `DBGWCR${n}_EL1`,
    `Watchpoint Control Register ${n}`,
    bits('MASK', 28, 24, (value) => (value === 0n ? 'no mask' : `${value} bits of the address do not count`)),
    bit('WT', 20, 'not linked', 'linked to a context'),
    bits('LBN', 19, 16, (value) => `linked to breakpoint ${value}, if it is linked`),
    bits('SSC', 15, 14),
    ...who,
    mask('BAS', 12, 5, (byte) => `+${byte}`),
    bits('LSC', 4, 3, ['nothing', 'loads', 'stores', 'loads and stores']),
    bits('PAC', 2, 1, levels),
    bit('E', 0, 'disabled', 'enabled'),
  ),
];
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

export const DEBUG_ROWS: RegisterGroup = {
  name: 'Debug',
  registers: [
    register(
      'MDSCR_EL1',
      'Monitor Debug System Control Register',
      bits('Other', 31, 16, () => 'keeps what is written, no effect here'),
      bit('MDE', 15, 'breakpoints and watchpoints are off', 'breakpoints and watchpoints are on'),
      bits('HDE', 14, 14),
      bit('KDE', 13, 'no debug exceptions from EL1', 'debug exceptions from EL1, too'),
      bit('TDCC', 12, 'EL0 may use the Debug Communications Channel', "EL0's access to the Debug Communications Channel traps"),
      bits('Other', 11, 1, () => 'keeps what is written, no effect here'),
      bit('SS', 0, 'no software step', 'software step'),
    ),
    register(
      'MDCCINT_EL1',
      'Monitor DCC Interrupt Enable Register',
      bits('Other', 31, 0, () => 'keeps what is written, no effect here'),
    ),
    register(
      'MDCCSR_EL0',
      'Monitor DCC Status Register',
      bit('RXfull', 30, 'no data', 'data to read'),
      bit('TXfull', 29, 'room to write', 'no room'),
    ),
    register('MDRAR_EL1', 'Monitor Debug ROM Address Register'),
    register(
      'OSLSR_EL1',
      'OS Lock Status Register',
      bits('OSLM[1]', 3, 3, ['no OS Lock', 'OS Lock implemented']),
      bit('nTT', 2, '32-bit access', '64-bit access'),
      bit('OSLK', 1, 'the OS Lock is unlocked', 'the OS Lock is locked: no debug exceptions'),
      bits('OSLM[0]', 0, 0),
    ),
    register('OSDLR_EL1', 'OS Double Lock Register', bit('DLK', 0, 'unlocked', 'locked')),
    register('OSDTRRX_EL1', 'OS Lock Data Transfer Register, Receive'),
    register('OSDTRTX_EL1', 'OS Lock Data Transfer Register, Transmit'),
    register('OSECCR_EL1', 'OS Lock Exception Catch Control Register'),
    register('DBGDTR_EL0', 'Debug Data Transfer Register, half-duplex'),
    register('DBGDTRRX_EL0', 'Debug Data Transfer Register, Receive'),
    register('DBGPRCR_EL1', 'Debug Power Control Register', bit('CORENPDRQ', 0, 'power down on request', 'emulated power down')),
    register(
      'DBGCLAIMSET_EL1',
      'Debug CLAIM Tag Set register',
      mask('CLAIM', 7, 0, (n) => `tag ${n} exists`),
    ),
    register(
      'DBGCLAIMCLR_EL1',
      'Debug CLAIM Tag Clear register',
      mask('CLAIM', 7, 0, (n) => `tag ${n} is set`),
    ),
    register(
      'DBGAUTHSTATUS_EL1',
      'Debug Authentication Status register',
      ...(['SNID', 'SID', 'NSNID', 'NSID'] as const).map((name, n) =>
        bits(name, 7 - n * 2, 6 - n * 2, { 0: 'not implemented', 2: 'implemented, disabled', 3: 'implemented, enabled' }),
      ),
    ),
    ...numbers(BREAKPOINTS).flatMap(breakpoint),
    ...numbers(WATCHPOINTS).flatMap(watchpoint),
  ],
};
