import type { Expr } from '../../wasm';
import { BTYPE, CPU_STATE as STATE } from '../cpu-state';
import type { Emitter, Reg } from '../emitter';
import type { DecodeContext } from '../row';

/** What indirect branches leave in PSTATE.BTYPE (Arm ARM, "Effect of instructions on PSTATE.BTYPE"), as a small number in a register byte: nothing without FEAT_BTI. */

const HAS_BTI = 'FEAT_BTI';

/** BR and its relatives: X16 and X17 are what linkers' veneers use. */
export function jumpType(register: number, context: DecodeContext): number {
  if (!context.has(HAS_BTI)) return BTYPE.NONE;
  return register === 16 || register === 17 ? BTYPE.JUMP_BY_IP : BTYPE.JUMP;
}

/** BLR and its relatives. */
export const callType = (context: DecodeContext): number => (context.has(HAS_BTI) ? BTYPE.CALL : BTYPE.NONE);

/** A jump whose kind depends on where it lies. */
export function jumpTo(k: Emitter, target: Expr, type: Reg): void {
  k.put('i64', STATE.BTYPE_FROM, k.pc());
  k.jump(target, k.byte(type));
}
