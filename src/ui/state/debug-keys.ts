/** The debugger's keys, as other debuggers have them. */
export type DebugCommand = 'continue' | 'over' | 'step' | 'out';

export const DEBUG_KEYS: Readonly<Record<DebugCommand, readonly string[]>> = {
  continue: ['F8'],
  over: ['F10'],
  step: ['F11'],
  out: ['Shift', 'F11'],
};

/** The command a key asks for. The browser's own (full screen) are taken from it only where there is something to step: that is for the caller to say. */
export function debugCommandFor(event: {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}): DebugCommand | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const keys = event.shiftKey ? `Shift ${event.key}` : event.key;
  const found = Object.entries(DEBUG_KEYS).find(([, names]) => names.join(' ') === keys);
  return found?.[0] as DebugCommand | undefined;
}
