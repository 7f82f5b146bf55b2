/** GICv3 CPU interface registers: names and access rights; what they do is behind the GicCpuPort. */
import { EFFECT } from './context';
import { type Access, handled, row, type SysregRow } from './row';

const icc = (name: string, el1: Access, crn: number, crm: number, op2: number): SysregRow =>
  row(
    name,
    [3, 0, crn, crm, op2],
    'none',
    el1,
    handled(
      ({ gic, vcpu }, key) => gic.readIcc(vcpu.index, key) >>> 0,
      ({ gic, vcpu }, lo, hi, key) => {
        gic.writeIcc(vcpu.index, key, lo, hi);
        return EFFECT.INTERRUPTS;
      },
    ),
    // Acknowledging raises the running priority and so takes the interrupt line away.
    name.startsWith('ICC_IAR') ? { readEffect: EFFECT.INTERRUPTS } : {},
  );

export const GIC: readonly SysregRow[] = [
  icc('ICC_PMR_EL1', 'rw', 4, 6, 0),
  icc('ICC_IAR0_EL1', 'ro', 12, 8, 0),
  icc('ICC_EOIR0_EL1', 'wo', 12, 8, 1),
  icc('ICC_HPPIR0_EL1', 'ro', 12, 8, 2),
  icc('ICC_BPR0_EL1', 'rw', 12, 8, 3),
  icc('ICC_AP0R0_EL1', 'rw', 12, 8, 4),
  icc('ICC_AP1R0_EL1', 'rw', 12, 9, 0),
  icc('ICC_DIR_EL1', 'wo', 12, 11, 1),
  icc('ICC_RPR_EL1', 'ro', 12, 11, 3),
  icc('ICC_SGI1R_EL1', 'wo', 12, 11, 5),
  icc('ICC_ASGI1R_EL1', 'wo', 12, 11, 6),
  icc('ICC_SGI0R_EL1', 'wo', 12, 11, 7),
  icc('ICC_IAR1_EL1', 'ro', 12, 12, 0),
  icc('ICC_EOIR1_EL1', 'wo', 12, 12, 1),
  icc('ICC_HPPIR1_EL1', 'ro', 12, 12, 2),
  icc('ICC_BPR1_EL1', 'rw', 12, 12, 3),
  icc('ICC_CTLR_EL1', 'rw', 12, 12, 4),
  icc('ICC_SRE_EL1', 'rw', 12, 12, 5),
  icc('ICC_IGRPEN0_EL1', 'rw', 12, 12, 6),
  icc('ICC_IGRPEN1_EL1', 'rw', 12, 12, 7),
];
