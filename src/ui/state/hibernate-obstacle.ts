/** Why a machine cannot be asked to hibernate now. */
import type { GuestInfo, Rest, VmState } from '../../vm/api';
import { REST_WORDS } from './state-words';

export interface Askable {
  state: VmState;
  /** The guest has been asked already. */
  hibernating: boolean;
  agentReady: boolean;
  /** Undefined for a person's own kernel. */
  guest: Pick<GuestInfo, 'agent'> | undefined;
  /** It runs, and rests. */
  rest?: Rest | undefined;
}

/** One sentence, or undefined if it can be asked. */
export function hibernateObstacle({ state, hibernating, agentReady, guest, rest }: Askable): string | undefined {
  if (hibernating) return 'The guest has been asked and is writing its memory to the disk.';
  if (state === 'paused') return 'The machine is paused: resume it first.';
  if (state === 'hibernated') return 'The machine sleeps already: wake it first.';
  if (state !== 'running') return 'Start a machine first.';
  if (rest) return `The machine is ${REST_WORDS[rest.how]} and hears nobody: wake it first.`;
  if (agentReady) return undefined;
  if (!guest) return 'Your own kernel has no agent: write “disk” to /sys/power/state in its shell.';
  if (!guest.agent) return 'This guest has no agent to ask: hibernate it from its own shell.';
  return 'The guest is still starting: its agent has not answered yet.';
}
