/**
 * A port for bytes as they are, beside the agent's lines: a command that the agent was given reads what the host gives, or writes what the host
 * takes. Its first word there is one that the host gave it: until then a command of an earlier host may have the port, and what it says or takes is not
 * for us. A guest that freezes its devices to sleep loses what is on the way and closes the port; the command has it again afterwards, and knows
 * nothing of it. So a port that opens twice has lost something.
 */
import { complain } from './complain';
import type { BytePort } from './gated-port';

/** What the guest is given at once. Its driver has buffers for half of that, and takes it within a turn of the machine. */
const PIECE_BYTES = 1 << 20;

/** What goes in. */
export interface Source {
  readonly size: number;
  piece(at: number, length: number): Promise<Uint8Array>;
}

export class ByteStream {
  private passage: Passage | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param hold lets the machine stand still until a promise settles
   * @param nextNumber of a command: not what an earlier host of this guest began with
   */
  constructor(
    private readonly port: BytePort,
    private readonly hold: (until: Promise<unknown>) => void,
    private nextNumber: number,
  ) {
    port.onOpen = () => this.passage?.opened();
    port.onClose = () => this.passage?.closed();
    port.onGone = () => this.passage?.closed();
    port.onTaken = () => this.passage?.tookAll();
    port.onData = (bytes) => this.passage?.heard(bytes);
  }

  /** Lets one after the other have the stream. `use` is called when it is free, and gives it back when its promise settles. */
  alone<T>(use: () => Promise<T>): Promise<T> {
    const turn = this.last.then(use);
    this.last = turn.catch(() => {});
    return turn;
  }

  /**
   * For one command that is about to open the port.
   * @param take gets what it writes; a promise says when it is ready for more
   */
  begin(take: (bytes: Uint8Array) => void | Promise<unknown> = () => {}): Passage {
    this.passage = new Passage(this.port, `stream ${this.nextNumber++}`, (bytes) => {
      const ready = take(bytes);
      if (ready) this.hold(ready.catch(complain));
    });
    return this.passage;
  }

  /** The machine stopped, or boots anew: what was on the way is lost, and nobody closes the port any more. */
  cut(): void {
    this.passage?.cut();
  }
}

/** The host's side of the port while one command uses it. */
export class Passage {
  /** Called when something was lost on the way. */
  onLost: () => void = () => {};
  lost = false;

  private state: 'before' | 'open' | 'closed' = 'before';
  private over = false;
  private taken = true;
  private wake: () => void = () => {};

  constructor(
    private readonly port: BytePort,
    /** What the command is to write first, as a line in one go. */
    readonly word: string,
    private readonly take: (bytes: Uint8Array) => void,
  ) {}

  /** Gives the command all of `source`, or as much as it takes: until it closes the port, or {@link end}. */
  async give(source: Source, given: (bytes: number) => void | Promise<unknown>): Promise<void> {
    while (this.state === 'before' && !this.over) await this.change();
    for (let at = 0; at < source.size && this.state === 'open'; ) {
      const bytes = await source.piece(at, PIECE_BYTES);
      if (this.state !== 'open') return;
      this.taken = false;
      this.port.send(bytes);
      while (!this.taken && this.state === 'open') await this.change();
      at += bytes.length;
      await given(at);
    }
  }

  /** The command has ended well: waits for what it has written, which may come later than its end. */
  async drained(): Promise<void> {
    while (this.state !== 'closed' && !this.lost) await this.change();
  }

  /** The command has ended. */
  end(): void {
    this.over = true;
    this.wake();
  }

  // The rest is for the stream.

  opened(): void {
    if (this.state === 'before') return;
    this.lost = true;
    this.onLost();
    this.wake();
  }

  /** Who had the port before this command may close it yet. */
  closed(): void {
    if (this.state === 'open') this.state = 'closed';
    this.wake();
  }

  cut(): void {
    this.lost = true;
    this.state = 'closed';
    this.wake();
  }

  tookAll(): void {
    this.taken = true;
    this.wake();
  }

  heard(bytes: Uint8Array): void {
    if (this.state === 'open') this.take(bytes);
    else if (this.state === 'before' && new TextDecoder().decode(bytes) === `${this.word}\n`) {
      this.state = 'open';
      this.wake();
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
