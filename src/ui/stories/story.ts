/** A story: a guided run of a few steps. Steps are data; `story-run.svelte.ts` follows them and `deeds.ts` does what they ask for. */
import type { StoryName } from '../state/parameters';
import type { WakeTarget } from '../state/wake-plan';
import type { PlaceName } from './places';
import type { CalledWish, Condition, MachineWish } from './step-condition';

/** What “Do it for me” does, and what a person does by hand. */
export type Deed =
  | { readonly start: MachineWish }
  /** Assembles the program of the step, as it stands in the editor, and starts a machine with it. */
  | { readonly run: true }
  /** In the editor puts another text in place of a part of the program, then runs it. */
  | { readonly edit: readonly [from: string, to: string] }
  /** A line at the console. */
  | { readonly type: string }
  /** `name=value` into a firmware pseudo-register of the living machine. */
  | { readonly write: string }
  | { readonly hibernate: true }
  | { readonly wake: WakeTarget }
  | { readonly save: true }
  /** The machine that was saved in this story, on this host. */
  | { readonly restoreOn: string }
  | { readonly powerOff: true };

export interface Step {
  readonly title: string;
  /** What to do, and why. Text in backticks is shown as code. */
  readonly text: string;
  readonly deed: Deed;
  /** When it is done. */
  readonly until: Condition;
  /** Where to look, and for what: told when it is done. */
  readonly place: PlaceName;
  readonly look: string;
  /** The row that is spoken of: of the function, or of the register. */
  readonly row?: string;
  /** The line of the console, likewise; left out: the newest. */
  readonly line?: RegExp;
  /** The call, by its name and words, that is chosen in the firmware's list then; left out: the one that the step waited for, if it did. */
  readonly call?: CalledWish;
  /** The machine it begins with, if it can be begun with nothing at hand: such a step can be gone back to. */
  readonly from?: MachineWish;
  /** A program that a person may change before it is run: it is in the editor while the step is on. */
  readonly program?: string;
}

export interface Story {
  readonly name: StoryName;
  readonly steps: readonly [Step, ...Step[]];
  /** What to take home, when it is over. */
  readonly moral: string;
  /** What to run next. */
  readonly next: StoryName;
}

/** Whether a deed brings a machine to life, in place of any that is there. */
export const begetsMachine = (deed: Deed): boolean => 'start' in deed || 'run' in deed || 'edit' in deed;

/** What to do, by the button that is there to start a machine: steps speak of the one that there is before the first. */
export const textOf = ({ text }: Step, startButton: string): string =>
  text.replaceAll('“Start the machine”', () => `“${startButton}”`);
