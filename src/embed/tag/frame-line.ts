/** A page's end of the line to one frame. */
import {
  type Answer,
  type CallName,
  type FrameCalls,
  type FrameHello,
  type FrameRefusal,
  type PageHello,
  PROTOCOL_VERSION,
  type Told,
} from '../protocol';

/** Our frames speak before their page is loaded: one that was loaded and has said nothing for so long (ms) is not one of ours, or was kept out. */
const PATIENCE = 5_000;
/** Firefox keeps a frame out without an event (ms): where that is likely, and where it is the network that is slow. */
const LOADING = { isolated: 10_000, open: 60_000 } as const;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const isAnswer = (data: Answer | Told): data is Answer => 'id' in data;

export interface FrameEnds {
  /** The frame is there, for the first time or loaded anew: what is posted now is the first it hears. */
  greet(): void;
  hear(told: Told): void;
}

const ANEW = 'The machine’s frame was loaded anew: what ran in it is gone.';

/** Calls reject with an Error whose message is one clear sentence. */
export class FrameLine {
  /** Settles when the frame has answered for the first time. */
  readonly connected: Promise<void>;
  private readonly waiting = new Map<number, Waiting>();
  private port: MessagePort | undefined;
  private serial = 0;
  private accept: () => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Why nothing comes any more. */
  private closed: string | undefined;

  constructor(
    private readonly frame: HTMLIFrameElement,
    /** Of the site the frame is of. */
    private readonly origin: string,
    private readonly ends: FrameEnds,
  ) {
    this.connected = new Promise((resolve, reject) => {
      this.accept = resolve;
      this.fail = reject;
    });
    this.connected.catch(() => undefined);
    addEventListener('message', this.onmessage);
    const wait = (milliseconds: number): void => {
      clearTimeout(this.timer);
      if (!this.port && this.closed === undefined) this.timer = setTimeout(() => this.close(this.silence()), milliseconds);
    };
    wait(crossOriginIsolated && !('credentialless' in frame) ? LOADING.isolated : LOADING.open);
    frame.addEventListener('load', () => wait(PATIENCE));
  }

  private silence(): string {
    const why = crossOriginIsolated
      ? 'this page is isolated (COEP), and this browser then keeps frames of other sites out'
      : `a Content-Security-Policy of this page may not name ${this.origin} in its frame-src, or the site is not there`;
    return `The machine’s frame did not answer: ${why}.`;
  }

  private readonly onmessage = (event: MessageEvent<Partial<FrameHello | FrameRefusal> | null>): void => {
    if (event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
    const { data } = event;
    if (data?.dormouse === 'refused') this.close((data as FrameRefusal).sentence);
    if (data?.dormouse !== 'frame') return;
    clearTimeout(this.timer);
    const again = this.port !== undefined;
    this.port?.close();
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = (message: MessageEvent<Answer | Told>) => this.take(message.data);
    const hello: PageHello = { dormouse: 'hello', version: PROTOCOL_VERSION };
    this.frame.contentWindow?.postMessage(hello, this.origin, [port2]);
    if (again) {
      this.giveUp(ANEW);
      this.ends.hear({ event: 'state', detail: { state: 'empty' } });
      this.ends.hear({ event: 'error', detail: { sentence: ANEW } });
    }
    this.ends.greet();
    this.accept();
  };

  private take(data: Answer | Told): void {
    if (!isAnswer(data)) {
      this.ends.hear(data);
      return;
    }
    const waiting = this.waiting.get(data.id);
    this.waiting.delete(data.id);
    if ('error' in data) {
      const error = new Error(data.error.message);
      error.name = data.error.name;
      waiting?.reject(error);
    } else waiting?.resolve(data.value);
  }

  get open(): boolean {
    return this.port !== undefined && this.closed === undefined;
  }

  /** Calls at once. Rejects where there is no connection, yet or any more. */
  post<Name extends CallName>(name: Name, ...args: Parameters<FrameCalls[Name]>): Promise<ReturnType<FrameCalls[Name]>> {
    const { port, closed } = this;
    if (!port || closed !== undefined) return Promise.reject(new Error(closed ?? 'The machine’s frame is not loaded yet.'));
    this.serial += 1;
    const id = this.serial;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: (value) => resolve(value as ReturnType<FrameCalls[Name]>), reject });
      port.postMessage({ id, call: name, args });
    });
  }

  private giveUp(sentence: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(sentence));
    this.waiting.clear();
  }

  /** Nothing comes any more; open calls and later ones reject with `sentence`. */
  close(sentence: string): void {
    if (this.closed !== undefined) return;
    this.closed = sentence;
    clearTimeout(this.timer);
    removeEventListener('message', this.onmessage);
    this.fail(new Error(sentence));
    this.giveUp(sentence);
    this.port?.close();
  }
}
