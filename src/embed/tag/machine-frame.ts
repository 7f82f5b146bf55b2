/** One frame with one machine in it, from when a tag makes it to when the tag removes it. */
import type { CallName, FileOrigins, FrameCalls, GivenBytes, Told, ViewOptions } from '../protocol';
import { FrameLine } from './frame-line';

/** What the frame may do: see docs/embedding.md. */
const ALLOW = 'fullscreen; clipboard-write';

/** What the page hands over. */
export interface HandedFiles {
  files: GivenBytes;
  from: FileOrigins;
}

export interface MachineFrameOptions {
  /** Of the frame, on its site. */
  address: URL;
  title: string;
  /** Rejects with a sentence. */
  handed: Promise<HandedFiles>;
  /** How it looks, when it asks. */
  view(): ViewOptions;
  hear(told: Told): void;
}

export class MachineFrame {
  readonly element = document.createElement('iframe');
  private readonly line: FrameLine;
  private given: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: MachineFrameOptions) {
    const { element } = this;
    element.part.add('frame');
    element.title = options.title;
    element.allow = ALLOW;
    // A page that is isolated lets frames of other sites in only without their cookies and storage.
    if (crossOriginIsolated && 'credentialless' in element) element.setAttribute('credentialless', '');
    element.src = options.address.href;
    options.handed.catch(() => undefined);
    this.line = new FrameLine(element, options.address.origin, {
      greet: () => this.greet(),
      hear: options.hear,
    });
  }

  /** The frame is there: what is to be known before anything starts. */
  private greet(): void {
    this.look();
    this.given = this.options.handed.then(({ files, from }) =>
      Object.keys(files).length > 0 ? this.line.post('give', files, from) : undefined,
    );
    this.given.catch(() => undefined);
  }

  name(title: string): void {
    this.element.title = title;
  }

  /** Tells it anew how it looks; one that is not there yet asks itself. */
  look(): void {
    if (this.line.open) this.line.post('set', this.options.view()).catch((error: Error) => console.warn(error.message));
  }

  /** Settles when the frame is there and has what the page hands over; rejects with a sentence. */
  async ready(): Promise<void> {
    // What cannot be handed over need not wait for the frame.
    await Promise.all([this.options.handed, this.line.connected]);
    await this.given;
  }

  async call<Name extends CallName>(name: Name, ...args: Parameters<FrameCalls[Name]>): Promise<ReturnType<FrameCalls[Name]>> {
    await this.ready();
    return this.line.post(name, ...args);
  }

  /** Removes it, and with it worker, memory and disk; open calls reject with `sentence`. */
  remove(sentence: string): void {
    this.line.close(sentence);
    this.element.remove();
  }
}
