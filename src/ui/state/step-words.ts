/** The steps of a debugger, as buttons offer them. */
import type { IconName } from '../common/icons';
import { DEBUG_KEYS, type DebugCommand } from './debug-keys';

interface StepWords {
  readonly command: Exclude<DebugCommand, 'continue'>;
  readonly icon: IconName;
  /** Of one word, and what it does. */
  readonly text: string;
  readonly label: string;
}

/** In the order of their buttons. */
export const STEPS: readonly StepWords[] = [
  { command: 'back', icon: 'stepBack', text: 'Back', label: 'Step back: before the last instruction' },
  { command: 'over', icon: 'stepOver', text: 'Over', label: 'Step over: one instruction, calls as a whole' },
  { command: 'step', icon: 'stepInto', text: 'Step', label: 'Step: one instruction' },
  { command: 'out', icon: 'stepOut', text: 'Out', label: 'Step out: until this function returns' },
];

/** With its key. */
export const keyed = (label: string, command: DebugCommand): string => `${label} (${DEBUG_KEYS[command].join('+')})`;
