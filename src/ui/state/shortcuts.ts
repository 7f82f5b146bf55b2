/** The page's keys: listed in the help, and looked up when one is pressed. */

import { DEBUG_KEYS } from './debug-keys';

export interface Shortcut {
  keys: string[];
  /** What stands between the keys, if not a plus. */
  joined?: string;
  does: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['Ctrl', 'Alt'], does: 'leave the terminal, tapped together' },
  { keys: ['Esc', 'Esc'], joined: ' ', does: 'leave the terminal, twice quickly' },
  { keys: ['Ctrl', 'Shift', 'F'], does: 'search the console' },
  { keys: ['Ctrl', 'Shift', 'C'], does: 'copy what is selected in the console' },
  { keys: ['Alt', 'S'], does: 'start, or wake what sleeps' },
  { keys: ['Alt', 'P'], does: 'pause, or go on' },
  { keys: ['Alt', 'H'], does: 'hibernate' },
  { keys: [...DEBUG_KEYS.continue], does: 'go on, or pause' },
  { keys: [...DEBUG_KEYS.over], does: 'step over a call, while the machine is paused' },
  { keys: [...DEBUG_KEYS.step], does: 'step one instruction' },
  { keys: [...DEBUG_KEYS.out], does: 'step out of a function' },
  { keys: ['F9'], does: 'set a breakpoint, or take it away, in Code' },
  { keys: ['?'], does: 'this help' },
];

export type Command = 'start' | 'pause' | 'hibernate' | 'help';

/** The command a key asks for, outside of the terminal and of fields. Physical keys, so that layouts do not matter. */
export function commandFor(event: {
  code: string;
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}): Command | undefined {
  if (event.ctrlKey || event.metaKey) return undefined;
  if (!event.altKey) return event.key === '?' ? 'help' : undefined;
  const commands: Record<string, Command> = { KeyS: 'start', KeyP: 'pause', KeyH: 'hibernate' };
  return commands[event.code];
}
