/** What is told to a debugger, and what it tells: plain data that survives structured clone. */

/** A place where whoever comes by stops, before the instruction there. */
export interface Breakpoint {
  /** Virtual address of an instruction, a multiple of 4; whatever is mapped there when somebody comes. */
  readonly address: bigint;
  readonly enabled: boolean;
  /** Stops only where this holds: see `condition.ts`. */
  readonly condition?: string;
}

/**
 * How a paused machine can be let run a little. `step`: one instruction of the vCPU. `over`: the same, but a call or a system call with all it does. `out`: until
 * the function, or the exception handler, returns. `to`: until somebody comes to an address.
 */
export type StepKind = 'step' | 'over' | 'out' | 'to';

/** Why a machine stands where it does. */
export interface Stop {
  readonly vcpu: number;
  readonly reason: 'breakpoint' | StepKind;
  /** Of the instruction that the vCPU runs next. */
  readonly address: bigint;
}
