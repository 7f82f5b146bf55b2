import type { CallReply } from '../psci';
import type { VmEvent } from './api';
import { complain } from './complain';
import { FirmwareCalls } from './firmware-calls';
import type { TraceFeed } from './trace-feed';

/**
 * Takes a machine's events, in batches. A promise says when the listener is ready for the next; until it settles, events gather, and
 * what gathers is bounded.
 */
export type EventListener = (events: VmEvent[]) => void | Promise<unknown>;

/** Console bytes that may wait for the listener. A machine with more stands still: its UART is slow, as a real one would be. */
export const CONSOLE_WINDOW = 32 * 1024;
/** Sentences of a batch; a guest whose driver is at fault can cause thousands. */
const MOST_NOTICES = 32;

/** Gathers what happens in a turn of the machine and tells it as one batch, when the listener is ready. */
export class EventStream {
  readonly calls: FirmwareCalls;
  /** What is traced of the machine, if it is. */
  trace: TraceFeed | undefined;
  private events: VmEvent[] = [];
  private output = new Uint8Array(4096);
  private outputLength = 0;
  private waitingBytes = 0;
  private notices = 0;
  private moreNotices = 0;
  private busy: Promise<void> | undefined;
  private readonly held = new Set<Promise<void>>();

  constructor(
    private readonly listener: EventListener,
    options: { allCalls?: boolean } = {},
  ) {
    this.calls = new FirmwareCalls(options.allCalls);
  }

  /** So much of the console waits that the machine must stand still, or somebody asked for it. */
  get full(): boolean {
    return this.held.size > 0 || (this.busy !== undefined && this.waitingBytes + this.outputLength >= CONSOLE_WINDOW);
  }

  /** Settles when the listener is ready for a batch, and nobody holds the machine. */
  get ready(): Promise<unknown> {
    return Promise.all([this.busy, ...this.held]);
  }

  /** The machine is to stand still until this settles: somebody who takes what it says by other ways cannot keep up. */
  hold(until: Promise<unknown>): void {
    const settled = until.then(
      () => {},
      () => {},
    );
    this.held.add(settled);
    void settled.then(() => this.held.delete(settled));
  }

  /** The guest has written to its console. */
  hasPrinted = false;

  console(byte: number): void {
    this.hasPrinted = true;
    if (this.outputLength === this.output.length) {
      const larger = new Uint8Array(2 * this.output.length);
      larger.set(this.output);
      this.output = larger;
    }
    this.output[this.outputLength++] = byte;
  }

  call(reply: CallReply, time: number): void {
    this.calls.add(reply, time);
  }

  /** Everything but console bytes and calls. */
  add(event: VmEvent): void {
    this.takeConsole();
    switch (event.type) {
      // Only the latest is of interest.
      case 'vcpus':
      case 'stats':
        this.drop((other) => other.type === event.type);
        break;
      case 'progress':
        this.drop((other) => other.type === 'progress' && other.what === event.what);
        break;
      case 'agent': {
        // An agent that comes and goes is told as one that came, or one that went and came back.
        const before = this.events.filter((other) => other.type === 'agent');
        if (before.length === 2) {
          if (event.ready === before[0]!.ready) this.drop((other) => other === before[1]);
          return;
        }
        break;
      }
      case 'notice':
        if (++this.notices > MOST_NOTICES) {
          this.moreNotices++;
          return;
        }
        break;
      default:
        break;
    }
    this.events.push(event);
  }

  private drop(unwanted: (event: VmEvent) => boolean): void {
    this.events = this.events.filter((event) => !unwanted(event));
  }

  private takeConsole(): void {
    if (this.outputLength === 0) return;
    const data = this.output.slice(0, this.outputLength);
    this.outputLength = 0;
    this.waitingBytes += data.length;
    const last = this.events.at(-1);
    if (last?.type !== 'console') {
      this.events.push({ type: 'console', data });
      return;
    }
    const both = new Uint8Array(last.data.length + data.length);
    both.set(last.data);
    both.set(data, last.data.length);
    last.data = both;
  }

  /** Tells what there is, if the listener is ready; otherwise it is told as soon as it is. */
  flush(): void {
    if (this.busy) return;
    this.takeConsole();
    const calls = this.calls.take();
    const trace = this.trace?.take(calls !== undefined);
    const told: VmEvent[] = [];
    if (trace) told.push({ type: 'trace', trace });
    if (calls) told.push({ type: 'firmware', ...calls });
    // First: whoever hears of an end knows then which call it was. But what happens on another course is told behind that.
    let first = this.events.length;
    while (first > 0 && this.events[first - 1]!.type !== 'course') first--;
    this.events.splice(first, 0, ...told);
    if (this.moreNotices > 0)
      this.events.push({ type: 'notice', sentence: `${this.moreNotices} more such messages.`, tone: 'warning' });
    if (this.events.length === 0) return;
    const { events } = this;
    this.events = [];
    this.waitingBytes = this.notices = this.moreNotices = 0;
    this.tell(events);
  }

  private tell(events: VmEvent[]): void {
    let told: void | Promise<unknown>;
    try {
      told = this.listener(events);
    } catch (error) {
      return complain(error);
    }
    if (!told) return;
    this.busy = told
      .then(() => undefined, complain)
      .then(() => {
        this.busy = undefined;
        this.flush();
      });
  }
}
