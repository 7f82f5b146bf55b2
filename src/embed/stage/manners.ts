/** What a machine in somebody else's page does unasked: it stands still where nobody sees it, and makes room for those started after it. */
import { MOST_RUNNING } from '../running-bound';

/** Out of sight for less than this (ms) is scrolling past. */
const HIDDEN_FOR = 500;
/** Those that wait for room look for it one after the other, after so long (ms). */
const TURN = { least: 50, most: 400 } as const;
const CHANNEL = 'dormouse-running';

type Word = { id: string; runs: boolean };

export interface MannersHost {
  pause(why: 'hidden' | 'others'): void;
  resume(): void;
}

export class Manners {
  private readonly id = crypto.getRandomValues(new Uint32Array(4)).join('-');
  /** Those that began to run after this one, and run. */
  private readonly later = new Set<string>();
  private channel: BroadcastChannel | undefined;
  private running = false;
  /** What the others believe of this one. */
  private said = false;
  private paused: 'hidden' | 'others' | undefined;
  private inSight = true;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;

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
    addEventListener('pageshow', () => this.look());
  }

  /** Why it stands still, if these manners are why. */
  get why(): 'hidden' | 'others' | undefined {
    return this.paused;
  }

  private get seen(): boolean {
    return this.inSight && document.visibilityState === 'visible';
  }

  /** The machine began or ceased to run, whoever wanted it. */
  runs(running: boolean): void {
    if (running === this.running) return;
    this.running = running;
    if (running) {
      this.paused = undefined;
      clearTimeout(this.waiting);
      this.later.clear();
    } else this.say(false);
    this.look();
  }

  /** Somebody else paused it, or it ended: it is not resumed unasked. */
  forget(): void {
    this.paused = undefined;
    clearTimeout(this.waiting);
  }

  private say(runs: boolean): void {
    if (runs === this.said) return;
    this.said = runs;
    const word: Word = { id: this.id, runs };
    this.channel?.postMessage(word);
  }

  private hear({ id, runs }: Word): void {
    if (runs) this.later.add(id);
    else this.later.delete(id);
    if (this.running && this.later.size >= MOST_RUNNING) this.pause('others');
    else this.look();
  }

  private pause(why: 'hidden' | 'others'): void {
    this.paused = why;
    this.host.pause(why);
  }

  private look(): void {
    const { seen } = this;
    clearTimeout(this.hiding);
    clearTimeout(this.waiting);
    if (this.running) {
      // Nobody gives way to what is not seen: it is about to stand still itself.
      if (seen) this.say(true);
      else
        this.hiding = setTimeout(() => {
          if (this.running) this.pause('hidden');
        }, HIDDEN_FOR);
    } else if (seen && this.paused === 'hidden') this.host.resume();
    else if (seen && this.paused === 'others' && this.later.size < MOST_RUNNING) {
      const turn = TURN.least + Math.random() * (TURN.most - TURN.least);
      // Whoever's turn is first is heard by the others before theirs.
      this.waiting = setTimeout(() => {
        if (this.paused === 'others' && this.later.size < MOST_RUNNING) this.host.resume();
      }, turn);
    }
  }
}
