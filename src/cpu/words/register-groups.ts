/** All that the CPU model has of system registers, in the manual's functional groups, in the order a person looks for them. */
import { CPU_INTERFACE_ROWS } from './cpu-interface-rows';
import { DEBUG_ROWS } from './debug-rows';
import { EXCEPTION_ROWS } from './exception-rows';
import { IDENTIFICATION_ROWS } from './identification-rows';
import { PERFORMANCE_ROWS } from './performance-rows';
import { PROCESS_STATE_ROWS } from './process-state-rows';
import type { RegisterGroup, RegisterRow } from './register-fields';
import { TIMER_ROWS } from './timer-rows';
import { TRANSLATION_ROWS } from './translation-rows';

export const REGISTER_GROUPS: readonly RegisterGroup[] = [
  EXCEPTION_ROWS,
  PROCESS_STATE_ROWS,
  TRANSLATION_ROWS,
  TIMER_ROWS,
  CPU_INTERFACE_ROWS,
  IDENTIFICATION_ROWS,
  DEBUG_ROWS,
  PERFORMANCE_ROWS,
];

const byName: ReadonlyMap<string, RegisterRow> = new Map(
  REGISTER_GROUPS.flatMap(({ registers }) => registers.map((row) => [row.name, row] as const)),
);

/** The description of a register by the manual's name. */
export const describedRegister = (name: string): RegisterRow | undefined => byName.get(name);
