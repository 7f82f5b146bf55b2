/** The value of a system register for an onlooker: what an MRS would give, whatever EL the vCPU is at, and without anything that an MRS does besides. */
import { readField } from '../vcpu-state';
import type { SystemContext } from './context';
import { canRead } from './register-row';
import { sysregNamed } from './table';

/** Whose value a look would change, or make up. */
const NEVER_LOOKED_AT = /^RNDR/;
/** While it is selected, a stack pointer is elsewhere than its bank. */
const STACK_POINTERS: readonly string[] = ['SP_EL0', 'SP_EL1'];

/**
 * `context` must have ports that change nothing by being read (the interrupt controller's acknowledge, the timers' wires, the monitors' catching up).
 * Undefined: the register cannot be read, or this CPU has it not.
 */
export function observeRegister(context: SystemContext, name: string): bigint | undefined {
  const { vcpu } = context;
  if (STACK_POINTERS.includes(name)) return readField(vcpu, name);
  const found = sysregNamed(name);
  if (!found) return undefined;
  const { el1, behaviour, guards } = found;
  if (!canRead(el1) || NEVER_LOOKED_AT.test(name) || guards.undefinedNow?.(context)) return undefined;
  if (guards.feature && !vcpu.model.has(guards.feature)) return undefined;
  switch (behaviour.kind) {
    case 'plain':
      return vcpu.get64(behaviour.offset);
    case 'constant':
      return behaviour.value;
    case 'handled': {
      if (!behaviour.read) return undefined;
      context.hi = 0;
      const lo = behaviour.read(context);
      return (BigInt(context.hi >>> 0) << 32n) | BigInt(lo >>> 0);
    }
  }
}
