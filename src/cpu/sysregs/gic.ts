/** GICv3 CPU interface registers: access rights; what they do is behind the GicCpuPort. */
import { EFFECT } from './context';
import { ICC } from './icc-registers';
import { type Access, handled, row, type SysregRow } from './register-row';

const icc = (name: keyof typeof ICC, el1: Access): SysregRow => {
  const register = ICC[name];
  return row(
    `ICC_${name}_EL1`,
    'none',
    el1,
    handled(
      ({ gic, vcpu }) => gic!.readIcc(vcpu.index, register) >>> 0,
      ({ gic, vcpu }, lo, hi) => {
        gic!.writeIcc(vcpu.index, register, lo, hi);
        return EFFECT.INTERRUPTS;
      },
    ),
    {
      undefinedNow: ({ gic }) => gic === undefined,
      // Acknowledging raises the running priority and so takes the interrupt line away.
      ...(name.startsWith('IAR') ? { readEffect: EFFECT.INTERRUPTS } : {}),
    },
  );
};

/** AP0R1 to AP0R3 and AP1R1 to AP1R3 are UNDEFINED with five bits of priority. */
export const GIC: readonly SysregRow[] = [
  icc('PMR', 'rw'),
  icc('IAR0', 'ro'),
  icc('EOIR0', 'wo'),
  icc('HPPIR0', 'ro'),
  icc('BPR0', 'rw'),
  icc('AP0R0', 'rw'),
  icc('AP1R0', 'rw'),
  icc('DIR', 'wo'),
  icc('RPR', 'ro'),
  icc('SGI1R', 'wo'),
  icc('ASGI1R', 'wo'),
  icc('SGI0R', 'wo'),
  icc('IAR1', 'ro'),
  icc('EOIR1', 'wo'),
  icc('HPPIR1', 'ro'),
  icc('BPR1', 'rw'),
  icc('CTLR', 'rw'),
  icc('SRE', 'rw'),
  icc('IGRPEN0', 'rw'),
  icc('IGRPEN1', 'rw'),
];
