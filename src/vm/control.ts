import type { VmState } from './api';

/** What a machine can be told to do. */
export type Command =
  | 'start'
  | 'pause'
  | 'resume'
  | 'reset'
  | 'stop'
  | 'save'
  | 'write'
  | 'step'
  | 'back'
  | 'break'
  | 'watch'
  | 'travel';

type Answer =
  /** Carried out. */
  | 'do'
  /** It is so already: nothing to do. */
  | 'done';

/** What comes of a command in which state; left out: it is refused. */
const ANSWERS: Record<Command, Partial<Record<VmState, Answer>>> = {
  start: { ready: 'do' },
  pause: { running: 'do', paused: 'done' },
  resume: { paused: 'do', running: 'done' },
  reset: { running: 'do', paused: 'do' },
  stop: { ready: 'do', running: 'do', paused: 'do', off: 'done', hibernated: 'done', crashed: 'done' },
  save: { ready: 'do', running: 'do', paused: 'do' },
  write: { ready: 'do', running: 'do', paused: 'do', off: 'do', hibernated: 'do', crashed: 'do' },
  step: { paused: 'do' },
  back: { paused: 'do', off: 'do', hibernated: 'do', crashed: 'do' },
  travel: { running: 'do', paused: 'do', off: 'do', hibernated: 'do', crashed: 'do' },
  // One that has ended can be brought back.
  watch: { ready: 'do', running: 'do', paused: 'do', off: 'do', hibernated: 'do', crashed: 'do' },
  break: { ready: 'do', running: 'do', paused: 'do', off: 'done', hibernated: 'done', crashed: 'done' },
};

const IN_WORDS: Record<Command, string> = {
  start: 'be started',
  pause: 'be paused',
  resume: 'go on',
  reset: 'be reset',
  stop: 'be switched off',
  save: 'be saved',
  write: 'be written to',
  step: 'be stepped',
  back: 'be stepped back',
  travel: 'go to another moment',
  break: 'be given breakpoints',
  watch: 'be given watchpoints',
};
const STATE_IN_WORDS: Record<VmState, string> = {
  empty: 'there is none',
  loading: 'it is still loading',
  ready: 'it has not been started',
  running: 'it is running',
  paused: 'it is paused',
  off: 'it is switched off',
  hibernated: 'it has hibernated',
  crashed: 'it has crashed',
};

/** Why a command is refused in a state, as a sentence. */
export const refusal = (command: Command, state: VmState): string =>
  `The machine cannot ${IN_WORDS[command]}: ${STATE_IN_WORDS[state]}.`;

export interface Controlled {
  readonly state: VmState;
  /** Lets the machine run for a while, and the host breathe. */
  turn(): Promise<void>;
  /** After every command and every turn: tells what happened. */
  between(): void;
  /** A turn threw. Must leave a state that is not `running`. */
  failed(error: unknown): void;
}

/**
 * The machine's commands and its turns, strictly one after the other in one loop: a command is carried out between two turns, after all that
 * were given before it, and its promise settles when it is done, or refused in the state that it finds.
 */
export class Control {
  private readonly queue: (() => Promise<void>)[] = [];
  private looping = false;
  private wakeUp: (() => void) | undefined;
  /** Somebody woke the machine before it rested. */
  private woken = false;

  constructor(private readonly machine: Controlled) {}

  /** Rejects with one sentence if the machine's state does not allow it when its turn comes, and with what `action` throws. */
  order<T>(command: Command, action: () => T | Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.queue.push(async () => {
        try {
          resolve(await this.carryOut(command, action));
        } catch (error) {
          reject(error);
        }
      });
      this.wake();
      if (!this.looping) void this.loop();
    });
  }

  private async carryOut<T>(command: Command, action: () => T | Promise<T>): Promise<T | undefined> {
    const { state } = this.machine;
    const answer = ANSWERS[command][state];
    try {
      if (!answer) throw new Error(refusal(command, state));
      return answer === 'do' ? await action() : undefined;
    } finally {
      // What the command did is told before its promise settles, even if it failed half-way. (A listener beyond a message port, and one
      // that is still busy, hears of it when its messages come.)
      this.machine.between();
    }
  }

  private async loop(): Promise<void> {
    this.looping = true;
    for (;;) {
      const command = this.queue.shift();
      if (command) await command();
      else if (this.machine.state === 'running') {
        this.woken = false;
        try {
          await this.machine.turn();
        } catch (error) {
          this.machine.failed(error);
        }
        this.machine.between();
      } else break;
    }
    this.looping = false;
  }

  /** For a turn: rests until `until` settles, or somebody {@link wake}s the machine. */
  rest(until: Promise<unknown>): Promise<void> {
    if (this.woken) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        if (this.wakeUp === done) this.wakeUp = undefined;
        resolve();
      };
      this.wakeUp = done;
      void until.then(done);
    });
  }

  /** There is something to do: a machine that rests gets its next turn. */
  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }
}
