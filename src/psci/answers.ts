/**
 * Ways to answer a call, shared by all services.
 */

import { toRegister } from './results';
import type { Answer, CallRegisters, Effect, Lazy } from './state';

/** The value in x0 (sign-extended to 64 bits), x1..x3 zeroed: KVM's ordinary return. */
export function returnValue(value: number | bigint, resultText: Lazy, why: Lazy, effects: readonly Effect[] = []): Answer {
  const result = toRegister(value);
  return {
    regs: [result, 0n, 0n, 0n],
    effects,
    result,
    resultText,
    why,
    outcome: BigInt.asIntN(64, result) < 0n ? 'error' : 'ok',
  };
}

/** Four result registers, as the services beside PSCI use them. */
export function returnRegisters(regs: CallRegisters, resultText: Lazy, why: Lazy, effects: readonly Effect[] = []): Answer {
  return { regs, effects, result: regs[0], resultText, why, outcome: 'ok' };
}
