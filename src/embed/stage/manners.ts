/** What a machine in somebody else's page does unasked: it stands still where nobody sees it, and makes room for those started after it. */

/** So many machines of one site run at once; the one started longest ago gives way to the next. */
export const MOST_RUNNING = 2;
/** Out of sight for less than this (ms) is scrolling past. */
const HIDDEN_FOR = 500;
const CHANNEL = 'dormouse-running';

type Word = { id: string; runs: boolean };

export interface MannersHost {
  pause(why: 'hidden' | 'others'): void;
  resume(): void;
}

export class Manners {
  private readonly id = crypto.randomUUID();
  /** Those that were started after this one and run. */
  private readonly later = new Set<string>();
  private channel: BroadcastChannel | undefined;
  private running = false;
  private paused: 'hidden' | 'others' | undefined;
  private inSight = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: MannersHost) {
    try {
      this.channel = new BroadcastChannel(CHANNEL);
      this.channel.onmessage = ({ data }: MessageEvent<Word>) => this.hear(data);
    } catch {
      // Where channels are forbidden, machines do not know of each other.
    }
    const eye = new IntersectionObserver((entries) => {
      this.inSight = entries.at(-1)?.isIntersecting ?? true;
      this.look();
    });
    eye.observe(document.documentElement);
    document.addEventListener('visibilitychange', () => this.look());
    addEventListener('pagehide', () => this.say(false));
    addEventListener('pageshow', () => this.running && this.say(true));
  }

  /** Why it stands still, if these manners are why. */
  get why(): 'hidden' | 'others' | undefined {
    return this.paused;
  }

  /** The machine began or ceased to run, whoever wanted it. */
  runs(running: boolean): void {
    if (running === this.running) return;
    this.running = running;
    this.say(running);
    if (!running) return;
    this.paused = undefined;
    this.later.clear();
    this.look();
  }

  /** Somebody else paused it, or it ended: it is not resumed unasked. */
  forget(): void {
    this.paused = undefined;
  }

  private say(runs: boolean): void {
    const word: Word = { id: this.id, runs };
    this.channel?.postMessage(word);
  }

  private hear({ id, runs }: Word): void {
    if (!runs) this.later.delete(id);
    else if (this.running) this.later.add(id);
    if (this.running && this.later.size >= MOST_RUNNING) this.pause('others');
  }

  private pause(why: 'hidden' | 'others'): void {
    this.paused = why;
    this.host.pause(why);
  }

  private look(): void {
    clearTimeout(this.timer);
    const seen = this.inSight && document.visibilityState === 'visible';
    if (seen && this.paused === 'hidden') this.host.resume();
    if (!seen && this.running)
      this.timer = setTimeout(() => {
        if (this.running) this.pause('hidden');
      }, HIDDEN_FOR);
  }
}
