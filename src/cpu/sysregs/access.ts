/** MRS, MSR (register) and MSR (immediate): the slow path, complete for every register. */
import { dataAbort, fpAccessTrap, fpTrap, SPSR, systemTrap, undefinedInstruction, watchpoint } from '../exceptions';
import { CPU, SLOT } from '../layout';
import { EFFECT, FAILED, type SystemContext } from './context';
import { sysregKey } from './encoding';
import { daifTrap, writeDaif, writePan, writeSpsel, writeUao } from './processor-state';
import { canRead, canWrite, type SysregRow } from './register-row';
import { executeSys } from './sys-instructions';
import { lookupSysreg } from './table';

/** Why an access cannot be done now, as EFFECT bits, or 0. */
function refusal(context: SystemContext, entry: SysregRow, isRead: boolean): number {
  const el0 = context.vcpu.get32(CPU.EL) === 0;
  const access = el0 ? entry.el0 : entry.el1;
  if (!(isRead ? canRead(access) : canWrite(access))) return EFFECT.UNDEFINED;
  const { trapAtEl0, undefinedNow, floatingPoint, feature } = entry.guards;
  if (feature && !context.vcpu.model.has(feature)) return EFFECT.UNDEFINED;
  if (undefinedNow?.(context)) return EFFECT.UNDEFINED;
  if (el0 && trapAtEl0?.(context, isRead)) return EFFECT.TRAP;
  if (floatingPoint && fpAccessTrap(context.vcpu)) return EFFECT.FP_TRAP;
  return 0;
}

/** MRS to a register slot (SLOT.SINK for XZR). Returns EFFECT bits; when one of FAILED is set, nothing was done. */
export function mrs(context: SystemContext, key: number, slot: number): number {
  const entry = lookupSysreg(key);
  if (!entry) return EFFECT.UNDEFINED;
  const refused = refusal(context, entry, true);
  if (refused) return refused;
  const { vcpu } = context;
  const { behaviour } = entry;
  const target = CPU.X + slot * 8;
  switch (behaviour.kind) {
    case 'plain':
      vcpu.setLoHi(target, vcpu.lo(behaviour.offset), vcpu.hi(behaviour.offset));
      break;
    case 'constant':
      vcpu.set64(target, behaviour.value);
      break;
    case 'handled': {
      if (!behaviour.read) return EFFECT.UNDEFINED;
      context.hi = 0;
      const lo = behaviour.read(context);
      vcpu.setLoHi(target, lo, context.hi);
    }
  }
  return entry.guards.readEffect ?? 0;
}

/** MSR from a register slot (SLOT.ZERO for XZR). Returns EFFECT bits; when one of FAILED is set, nothing was done. */
export function msr(context: SystemContext, key: number, slot: number): number {
  const entry = lookupSysreg(key);
  if (!entry) return EFFECT.UNDEFINED;
  const refused = refusal(context, entry, false);
  if (refused) return refused;
  const { vcpu } = context;
  const { behaviour } = entry;
  const lo = vcpu.lo(CPU.X + slot * 8);
  const hi = vcpu.hi(CPU.X + slot * 8);
  switch (behaviour.kind) {
    case 'plain':
      if (behaviour.write) return behaviour.write(context, lo & behaviour.maskLo, hi & behaviour.maskHi);
      vcpu.setLoHi(behaviour.offset, lo & behaviour.maskLo, hi & behaviour.maskHi);
      return 0;
    case 'constant':
      return EFFECT.UNDEFINED;
    case 'handled':
      return behaviour.write ? behaviour.write(context, lo, hi) : EFFECT.UNDEFINED;
  }
}

/** MSR (immediate): op1 and op2 name the PSTATE field, the immediate is CRm. */
export const PSTATE_FIELD = {
  UAO: sysregKey(0, 0, 4, 0, 3),
  PAN: sysregKey(0, 0, 4, 0, 4),
  SPSEL: sysregKey(0, 0, 4, 0, 5),
  DAIFSET: sysregKey(0, 3, 4, 0, 6),
  DAIFCLR: sysregKey(0, 3, 4, 0, 7),
} as const;

/** MSR (immediate). TCO belongs to a feature we lack: UNDEFINED. SSBS, DIT and the flags are the engine's. */
export function msrImmediate(context: SystemContext, op1: number, op2: number, imm: number): number {
  const { vcpu } = context;
  const el0 = vcpu.get32(CPU.EL) === 0;
  const field = sysregKey(0, op1, 4, 0, op2);
  switch (field) {
    case PSTATE_FIELD.DAIFSET:
    case PSTATE_FIELD.DAIFCLR: {
      if (el0 && daifTrap(context)) return EFFECT.TRAP;
      const bits = (imm & 15) << 6;
      const daif = vcpu.get32(CPU.DAIF) & SPSR.DAIF;
      return writeDaif(context, field === PSTATE_FIELD.DAIFSET ? daif | bits : daif & ~bits);
    }
    case PSTATE_FIELD.UAO:
      return el0 ? EFFECT.UNDEFINED : writeUao(context, (imm & 1) !== 0);
    case PSTATE_FIELD.PAN:
      return el0 ? EFFECT.UNDEFINED : writePan(context, (imm & 1) !== 0);
    case PSTATE_FIELD.SPSEL:
      return el0 ? EFFECT.UNDEFINED : writeSpsel(context, imm & 1);
    default:
      return EFFECT.UNDEFINED;
  }
}

/**
 * Any instruction of the system class that names a register or operation by op0..op2: MRS and MSR (op0 2, 3), SYS (op0 1,
 * DC ZVA excepted) and MSR immediate (op0 0, CRm is the immediate). An access that is refused takes its exception here.
 * `pc` is the instruction's address. Returns EFFECT bits without those of FAILED; REDISPATCH after an exception.
 */
export function executeSystem(context: SystemContext, pc: bigint, key: number, slot: number, isRead: boolean): number {
  const op0 = key >>> 14;
  const effects =
    op0 === 0
      ? msrImmediate(context, (key >>> 11) & 7, key & 7, (key >>> 3) & 15)
      : op0 === 1
        ? isRead
          ? EFFECT.UNDEFINED // SYSL: none is defined for what we implement.
          : executeSys(context, key, slot)
        : isRead
          ? mrs(context, key, slot)
          : msr(context, key, slot);
  if ((effects & FAILED) === 0) return effects;
  const { vcpu } = context;
  if (effects & EFFECT.TRAP) systemTrap(vcpu, pc, key, op0 === 0 ? SLOT.SP : slot, isRead);
  else if (effects & EFFECT.FP_TRAP) fpTrap(vcpu, pc);
  else if (effects & EFFECT.WATCHPOINT) watchpoint(vcpu, pc, context.faultLo, context.faultHi, true, true);
  else if (effects & EFFECT.ABORT) dataAbort(vcpu, pc, context.faultLo, context.faultHi, context.fault, true, true);
  else undefinedInstruction(vcpu, pc);
  return EFFECT.REDISPATCH;
}
