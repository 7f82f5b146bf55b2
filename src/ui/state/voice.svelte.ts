/** What Dormouse says for itself: amber lines in the console, and sentences for those who listen to the page. */
import { ConsoleFeed } from './console-feed';

export type Tone = 'info' | 'warning' | 'error';

/** The poster shows this many of Dormouse's latest sentences: more than an address can cause. */
const RECENT_NOTICES = 200;

export class Voice {
  /** The sentence the live region reads out. */
  announcement = $state('');
  /** What was said since the last start: shown on the poster, which hides the console. */
  recent = $state.raw<string[]>([]);
  readonly console = new ConsoleFeed();

  /** @param isLive the console is in sight */
  constructor(private readonly isLive: () => boolean) {}

  announce(sentence: string): void {
    this.announcement = sentence;
  }

  /** @param over the guest does not go on where it was: see {@link ConsoleItem} */
  notice(sentence: string, tone: Tone, { over = false, unprinted = 0 } = {}): void {
    this.console.push({ kind: 'notice', sentence, tone, ...(over && { over }), ...(unprinted && { unprinted }) });
    if (!this.isLive()) this.recent = [...this.recent, sentence].slice(-RECENT_NOTICES);
    if (tone !== 'info') this.announce(sentence);
  }

  /** A machine begins: what was said before is of no interest to it. */
  begin(): void {
    this.recent = [];
    this.console.push({ kind: 'fresh' });
  }
}
