import { AGENT_PORT } from '../machine/devices/virtio/port-names';

/** Tells a person whose command (--exec) waits for the guest's agent that it does, and for what. */

/** Host milliseconds after which a wait is worth a word (a Debian takes five to ten seconds to its agent), and another. */
export const WORTH_A_WORD_MS = 10_000;
export const WORTH_ANOTHER_MS = 60_000;

export interface WaitHints {
  /** The guest's console is shown already. */
  verbose: boolean;
  /** The wait has an end. */
  maxSeconds?: number;
}

/** A wait that begins now. Says nothing if it is short, and never more than three lines. */
export class AgentWait {
  private readonly timers: NodeJS.Timeout[];
  private readonly began = performance.now();
  private told = false;

  constructor(
    command: string,
    { verbose, maxSeconds }: WaitHints,
    private readonly say: (sentence: string) => void,
  ) {
    const look = verbose ? '' : '; --verbose shows the guest’s console';
    const end = maxSeconds === undefined ? '; --max-seconds N would end the wait' : '';
    this.timers = [
      this.after(
        WORTH_A_WORD_MS,
        (s) => `“${command}” waits for the guest's agent, which has not opened its port ${AGENT_PORT} after ${s} s${look}.`,
      ),
      this.after(
        WORTH_ANOTHER_MS,
        (s) => `“${command}” still waits for the guest's agent after ${s} s, and a guest without one never runs it${end}.`,
      ),
    ];
  }

  private after(ms: number, words: (seconds: number) => string): NodeJS.Timeout {
    return setTimeout(() => {
      this.told = true;
      this.say(words(ms / 1000));
    }, ms);
  }

  /** The agent is there: of interest to whoever was told that it was not. */
  came(): void {
    if (this.told) this.say(`The guest's agent came after ${Math.round((performance.now() - this.began) / 1000)} s.`);
    this.end();
  }

  end(): void {
    this.told = false;
    for (const timer of this.timers) clearTimeout(timer);
  }
}
