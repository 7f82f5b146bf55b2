/** Where in its run the machine stands, and the ways to other moments of it. Times are nanoseconds of machine time. */
import type { VmState, VmWorker } from '../../vm/api';
import type { Moment, NamedMoment, PastView, TravelTarget } from '../../vm/api/time-travel';
import { sentenceOf } from '../../vm/sentence';
import { timeWords } from './timeline/lane-words';

/** A moment with a name. */
export interface Bookmark extends NamedMoment {
  readonly id: number;
  /** Left out: it is known by its time. */
  readonly moment?: Moment;
  /** It came with a saved machine. */
  readonly isSaved?: boolean;
}

/** What of the session this needs. */
interface Travelled {
  readonly state: VmState;
  readonly hasMachine: boolean;
  readonly view: { readonly past: PastView | undefined };
  worker(): VmWorker;
  announce(sentence: string): void;
  notice(sentence: string, tone: 'warning'): void;
}

export const timeOf = (ns: number): string => timeWords(ns, 1e5);

export class TimeTravel {
  /** It is on its way: what share of it was made. */
  share = $state<number | undefined>();
  /** By time. */
  bookmarks = $state.raw<readonly Bookmark[]>([]);
  /** Somebody wants to change the machine's past: what came after would be thrown away by that. */
  question = $state.raw<{ readonly words: string; readonly action: () => void } | undefined>();
  private controller: AbortController | undefined;
  private named = 0;

  constructor(private readonly session: Travelled) {}

  /** Where the machine stands, if that is not its present. */
  get past(): PastView | undefined {
    return this.session.view.past;
  }
  get travels(): boolean {
    return this.share !== undefined;
  }

  /** Another machine: nothing of this one is of interest to it. */
  begin(): void {
    this.bookmarks = [];
    this.question = undefined;
    this.named = 0;
  }

  /** What came after a time has not happened. */
  cut(time: number): void {
    this.bookmarks = this.bookmarks.filter((bookmark) => bookmark.time <= time);
    this.question = undefined;
  }

  // Ways to other moments. The machine is paused there.

  toTime = (time: number): Promise<void> => this.travel({ to: 'time', time: Math.max(0, time) });
  toBookmark = ({ moment, time }: Bookmark): Promise<void> =>
    moment ? this.travel({ to: 'moment', moment }) : this.toTime(time);
  toPresent = (): Promise<void> => this.travel({ to: 'present' });
  /** To the last time that somebody came to a breakpoint, called the firmware, or wrote to what is watched. */
  backTo = (what: 'breakpoint' | 'call' | 'write'): Promise<void> => this.travel({ to: what });

  private async travel(target: TravelTarget): Promise<void> {
    if (!this.session.hasMachine || this.travels) return;
    this.question = undefined;
    this.share = 0;
    const controller = new AbortController();
    this.controller = controller;
    try {
      await this.session.worker().travel(
        target,
        (share) => {
          if (this.controller === controller) this.share = share;
        },
        controller.signal,
      );
    } catch (error) {
      // Whoever gave it up knows.
      if (controller.signal.aborted) this.session.announce('The machine is where it was.');
      else this.session.notice(sentenceOf(error), 'warning');
    } finally {
      this.controller = undefined;
      this.share = undefined;
    }
  }

  /** Gives the way up: the machine is where it was then. */
  cancel(): void {
    this.controller?.abort();
  }

  // Changes of the past.

  /**
   * Does what would change the machine: at once in its present; in its past not before its person has said that what came after may be thrown away.
   * @param words what is to be done, as `to type here`
   */
  change(words: string, action: () => void): void {
    if (this.past) this.question = { words, action };
    else action();
  }

  answer(yes: boolean): void {
    const { question } = this;
    this.question = undefined;
    if (yes) question?.action();
  }

  // Bookmarks.

  /** Gives a moment a name, and returns that if it had none. @param at its machine time (ns); left out: where the machine stands, or what it passes */
  async mark(at?: number): Promise<Bookmark | undefined> {
    if (!this.session.hasMachine) return undefined;
    try {
      const now = at === undefined ? (await this.session.worker().inspect('history', {})).now : { time: Math.round(at) };
      const there = this.bookmarks.find(({ time }) => time === now.time);
      if (there) {
        this.session.announce(`This moment is marked already, as “${there.name}”.`);
        return undefined;
      }
      const bookmark: Bookmark = { id: ++this.named, name: this.freeName(), ...now };
      this.bookmarks = [...this.bookmarks, bookmark].sort((a, b) => a.time - b.time);
      this.session.announce(`${bookmark.name} is marked at ${timeOf(now.time)}.`);
      return bookmark;
    } catch (error) {
      this.session.notice(sentenceOf(error), 'warning');
      return undefined;
    }
  }

  private freeName(): string {
    const names = new Set(this.bookmarks.map(({ name }) => name));
    let number = this.named;
    while (names.has(`Moment ${number}`)) number++;
    return `Moment ${number}`;
  }

  /** Those that a saved machine came with. */
  remember(bookmarks: readonly NamedMoment[]): void {
    this.bookmarks = bookmarks.map((each) => ({ ...each, id: ++this.named, isSaved: true })).sort((a, b) => a.time - b.time);
  }

  /** Those of what the machine has been through where it stands. */
  get passed(): NamedMoment[] {
    const now = this.past?.time ?? Number.POSITIVE_INFINITY;
    return this.bookmarks.filter(({ time }) => time <= now).map(({ name, time }) => ({ name, time }));
  }

  rename(id: number, name: string): void {
    const text = name.trim();
    if (text) this.bookmarks = this.bookmarks.map((bookmark) => (bookmark.id === id ? { ...bookmark, name: text } : bookmark));
  }

  remove(id: number): void {
    this.bookmarks = this.bookmarks.filter((bookmark) => bookmark.id !== id);
  }
}
