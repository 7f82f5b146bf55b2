import type { GicView, InterruptView } from '../../machine/gic/gic-view';
import type { VcpuPower } from '../api';

/** What besides the interrupt controller decides whether a vCPU takes an interrupt. */
export interface TakerState {
  power: VcpuPower;
  /** PSTATE.I and PSTATE.F. */
  maskedIrq: boolean;
  maskedFiq: boolean;
}

const hex = (priority: number): string => `0x${priority.toString(16).padStart(2, '0')}`;

/** Names of the CPU interface's registers by architecture version. */
const REGISTERS = {
  2: { pmr: 'GICC_PMR', rpr: 'GICC_RPR', enable: ['GICC_CTLR.EnableGrp0', 'GICC_CTLR.EnableGrp1'], route: 'GICD_ITARGETSR' },
  3: { pmr: 'ICC_PMR_EL1', rpr: 'ICC_RPR_EL1', enable: ['ICC_IGRPEN0_EL1', 'ICC_IGRPEN1_EL1'], route: 'GICD_IROUTER' },
} as const;

/** Why no vCPU can take a pending interrupt, in one sentence; undefined if it is up to the vCPUs. */
export function whyNobodyTakes(gic: GicView, interrupt: InterruptView): string | undefined {
  const { group, enabled, active, targets, intid } = interrupt;
  if (!enabled) return `It is not enabled: its bit in ${isPrivate(gic, intid) ? 'GICR' : 'GICD'}_ISENABLER is 0.`;
  if (active) return 'It is active: a vCPU handles it, and has not deactivated it yet.';
  if (!(group === 0 ? gic.group0 : gic.group1))
    return `The distributor forwards nothing of group ${group}: GICD_CTLR.EnableGrp${group} is 0.`;
  if (targets.length === 0) return `It is routed to no vCPU: ${REGISTERS[gic.version].route} names none that is there.`;
  return undefined;
}

const isPrivate = (gic: GicView, intid: number): boolean => gic.version === 3 && intid < 32;

/** What becomes of a pending interrupt at one of its targets, in one sentence without the vCPU's name: `is off`. */
function whyNotTaken(gic: GicView, interrupt: InterruptView, vcpu: number, state: TakerState): string {
  const cpu = gic.cpus[vcpu]!;
  const { group, intid, priority } = interrupt;
  const names = REGISTERS[gic.version];
  if (state.power === 'off') return 'is off';
  if (!(group === 0 ? cpu.group0 : cpu.group1)) return `takes nothing of group ${group}: ${names.enable[group]} is 0`;
  if (priority >= cpu.pmr)
    return `lets only priorities higher than ${hex(cpu.pmr)} through (${names.pmr}; a smaller number is higher), and this one has ${hex(priority)}`;
  if (cpu.highest && (cpu.highest.intid !== intid || cpu.highest.group !== group))
    return `has ${cpu.highest.intid} to take first, of priority ${hex(cpu.highest.priority)}`;
  if (!cpu.signals) return `handles priority ${hex(cpu.runningPriority)} (${names.rpr}), and only a higher one interrupts that`;
  const asFiq = cpu.fiq;
  const [masked, kind, flag] = asFiq ? [state.maskedFiq, 'FIQ', 'F'] : [state.maskedIrq, 'IRQ', 'I'];
  if (masked) return `is told (its ${kind} line is up), and masks ${kind}s: PSTATE.${flag} is 1`;
  if (state.power === 'suspended') return 'is suspended, and wakes for it';
  if (state.power === 'ready') return 'takes it when it has its turn';
  return 'takes it before its next instruction';
}

/** Why a pending interrupt was not taken yet: one sentence, or one for each vCPU that it is for. */
export function whyPending(gic: GicView, interrupt: InterruptView, states: readonly TakerState[]): string[] {
  const nobody = whyNobodyTakes(gic, interrupt);
  if (nobody !== undefined) return [nobody];
  return interrupt.targets.map((vcpu) => `vCPU ${vcpu} ${whyNotTaken(gic, interrupt, vcpu, states[vcpu]!)}.`);
}
