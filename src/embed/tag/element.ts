/** `<dormouse-vm>`: an arm64 machine in a page. Its frame (`embed.html` of the site this script is from) is made when somebody runs it. */
import { PARAMETERS, type Parameter, type ParameterName } from '../../ui/state/parameters';
import { playgroundAddress, withProgram } from '../playground-link';
import { makePoster, type Poster, posterStyles } from '../poster/poster';
import { downloadWords, whatRuns } from '../poster/poster-words';
import { shownProgram } from '../poster/shown-program';
import type { EventDetails, EventName, FrameCalls, StyleName, Told } from '../protocol';
import { STYLE_NAMES } from '../protocol';
import { MOST_RUNNING } from '../running-bound';
import css from './element.css?inline';
import { enliven } from './enliven';
import { type HandedFiles, MachineFrame } from './machine-frame';
import { pageIsDark, watchPageTheme } from './page-theme';
import { isPlain } from './plain-program';
import {
  askedForBy,
  flagOn,
  frameQueryOf,
  heightOf,
  ownFiles,
  queryOf,
  unknownAttributes,
  VIEW_ATTRIBUTES,
  viewOf,
} from './settings-of';
import { SITE_ROOT } from './site-root';
import type { DormouseVmElement, TagListener, TagProperties } from './tag-types';

/** A program within the tag. In a `pre` it is at the same time what stands there before: frameworks that make pages leave no scripts in them. */
const PROGRAM = 'script[type="text/x-a64"], pre[data-a64]';
/** `lazy`: so far from the viewport (CSS pixels) it counts as near. */
const NEAR = '200px';

let sheets: CSSStyleSheet[] | undefined;
function styles(): CSSStyleSheet[] {
  if (!sheets) {
    const own = new CSSStyleSheet();
    own.replaceSync(css);
    sheets = [posterStyles(), own];
  }
  return sheets;
}

/** Tags of this page whose machines run, or are about to. */
const busy = new Set<DormouseVm>();
/** Those in sight that want to start by themselves, when there is room. */
const waiting = new Map<DormouseVm, () => void>();
const REMOVED = 'The machine was removed from its page.';

/** Nobody gives way to a machine that no reader asked for. */
function admit(): void {
  const isBefore = (one: Node, other: Node): boolean =>
    Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  const inOrder = [...waiting].sort(([one], [other]) => (isBefore(one, other) ? -1 : 1));
  for (const [, begin] of inOrder.slice(0, Math.max(0, MOST_RUNNING - busy.size))) begin();
}

/** Its properties are defined below, one for each row of the table. */
export interface DormouseVm extends TagProperties {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: as above.
export class DormouseVm extends HTMLElement implements DormouseVmElement {
  static readonly observedAttributes: readonly string[] = [
    ...(PARAMETERS as readonly Parameter[]).map(({ name }) => name),
    'aria-label',
  ];
  /** Makes static blocks below `root` live that were put into the page after this script ran; those there before need no call. */
  static readonly enliven = enliven;

  private readonly root = this.attachShadow({ mode: 'open' });
  private readonly internals = this.attachInternals();
  /** Holds what the tag has within it; by default the program that runs. */
  private readonly slotted = document.createElement('slot');
  private readonly stage = document.createElement('div');
  private readonly poster: Poster;
  /** The frame there is, with its machine. */
  private machine: MachineFrame | undefined;
  private starting: Promise<void> | undefined;
  private runs = false;
  /** What machine the frame was made for. */
  private made = '';
  /** Why it could not be started, until it is tried again. */
  private failure: string | undefined;
  private unwatch: (() => void) | undefined;
  private eye: IntersectionObserver | undefined;

  constructor() {
    super();
    this.internals.role = 'group';
    this.root.adoptedStyleSheets = styles();
    this.poster = makePoster({
      what: '',
      size: '',
      playground: SITE_ROOT.href,
      fallback: this.slotted,
      onrun: () => void this.run(true).catch(() => undefined),
    });
    this.slotted.addEventListener('slotchange', () => this.describe());
    this.stage.className = 'stage';
    this.stage.append(this.poster.root);
    this.root.append(this.stage);
  }

  connectedCallback(): void {
    this.adoptProperties();
    this.size();
    this.paint();
    // The children of a tag that is still being parsed are not there yet.
    queueMicrotask(() => this.describe());
    this.watch();
    for (const name of unknownAttributes(this))
      console.warn(`<dormouse-vm> has an attribute that nobody here knows, “${name}”: ignored.`);
    this.runUnasked();
  }

  /** Removed from the page: its frame goes, and with it worker, memory and disk. */
  disconnectedCallback(): void {
    this.unwatch?.();
    this.eye?.disconnect();
    waiting.delete(this);
    this.starting = undefined;
    this.takeDown(REMOVED);
    this.failure = undefined;
  }

  /** Moved by `moveBefore`, which keeps frames alive: only what is around it is new. */
  connectedMoveCallback(): void {
    this.unwatch?.();
    this.watch();
    this.paint();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === 'height') this.size();
    else if (name === 'theme') this.paint();
    else if ((VIEW_ATTRIBUTES as readonly string[]).includes(name)) this.machine?.look();
    else if (name === 'autorun' || name === 'lazy') this.runUnasked();
    this.describe();
  }

  // What a page can do with it. All of these reject with one clear sentence.

  /** Runs the machine, as the Run button does: one that ended boots again, or wakes if it sleeps on its disk; one that is paused goes on. */
  start = (): Promise<void> => this.run(false);
  /** How it stands; at any time. */
  async status(): Promise<ReturnType<FrameCalls['status']>> {
    return this.machine ? this.machine.call('status') : { state: 'empty', asleep: false };
  }
  pause = (): Promise<void> => this.call('pause');
  resume = (): Promise<void> => this.call('resume');
  stop = (): Promise<void> => this.call('stop');
  reset = (): Promise<void> => this.call('reset');
  /** Types at the console. `\n` is a line feed; Enter is `\r`. */
  type = (text: string): Promise<void> => this.call('type', text);
  exec = (command: string): Promise<{ status: number; output: string }> => this.call('exec', command);
  hibernate = (): Promise<void> => this.call('hibernate');
  wake = (...target: Parameters<FrameCalls['wake']>): Promise<void> => this.call('wake', ...target);
  save = (): Promise<Blob> => this.call('save');
  /** Replaces the machine, running or not begun, by a saved one, which goes on. */
  async restore(...given: Parameters<FrameCalls['restore']>): Promise<void> {
    await this.withFrame(false, (machine) => machine.call('restore', ...given));
  }
  registers = (): Promise<ReturnType<FrameCalls['registers']>> => this.call('registers');
  readMemory = (...what: Parameters<FrameCalls['readMemory']>): Promise<Uint8Array> => this.call('readMemory', ...what);
  setPsci = (version: string): Promise<void> => this.call('setPsci', version);

  /** Listens to one of the machine's events; returns the way to stop. */
  on<Name extends EventName>(name: Name, listener: TagListener<Name>): () => void {
    this.addEventListener(name, listener as EventListener);
    return () => this.removeEventListener(name, listener as EventListener);
  }

  private async call<Name extends keyof FrameCalls>(
    name: Name,
    ...args: Parameters<FrameCalls[Name]>
  ): Promise<ReturnType<FrameCalls[Name]>> {
    if (!this.machine) throw new Error(`“${name}” needs a machine, and this one has not been started: call start() first.`);
    return this.machine.call(name, ...args);
  }

  // From poster to machine.

  /** Starts it if its attributes say so: at once, or when it comes near the viewport. Of many on a page no more begin than can run. */
  private runUnasked(): void {
    this.eye?.disconnect();
    waiting.delete(this);
    if (!flagOn(this, 'autorun') || this.machine || !this.isConnected) return;
    // What is within a tag that is still being parsed is not there yet.
    if (document.readyState === 'loading')
      return document.addEventListener('DOMContentLoaded', () => this.runUnasked(), { once: true });
    const begin = (): void => {
      this.eye?.disconnect();
      this.run(false).catch(() => undefined);
    };
    if (!flagOn(this, 'lazy') && busy.size < MOST_RUNNING) return begin();
    this.eye = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting) waiting.set(this, begin);
        else waiting.delete(this);
        admit();
      },
      { rootMargin: NEAR },
    );
    this.eye.observe(this);
  }

  /** @param clicked by a reader, who is then led on by keyboard */
  private run(clicked: boolean): Promise<void> {
    if (this.starting) return this.starting;
    this.eye?.disconnect();
    waiting.delete(this);
    const begin = (): Promise<void> => this.withFrame(clicked, (machine) => machine.call('start'));
    const { machine } = this;
    const starting = (machine && this.wanted() !== this.made ? this.renew(machine).then(begin) : begin()).finally(() => {
      if (this.starting === starting) this.starting = undefined;
    });
    this.starting = starting;
    return starting;
  }

  /** Attributes that say what machine it is count from the next start; but who sleeps on the frame's disk is not thrown away with it. */
  private async renew(machine: MachineFrame): Promise<void> {
    const { state, asleep } = await machine.call('status');
    const stands = ['empty', 'off', 'hibernated', 'crashed'].includes(state);
    if (stands && !asleep && this.machine === machine) this.takeDown('The machine was made anew.');
  }

  /** Makes the frame if there is none, and does something with it. What fails in the frame is said there, what fails before that on the poster. */
  private async withFrame(clicked: boolean, work: (machine: MachineFrame) => Promise<void>): Promise<void> {
    if (!this.isConnected) throw new Error('This tag is in no page: put it into one, and start it then.');
    this.failure = undefined;
    this.machine ??= this.makeFrame();
    const { machine } = this;
    this.counts(true);
    this.poster.setBusy('Loading…');
    this.describe();
    try {
      await machine.ready();
    } catch (error) {
      // Removed in the meantime, and perhaps begun anew.
      if (this.machine === machine) {
        this.failure = (error as Error).message;
        this.takeDown(this.failure);
        this.describe();
        this.emit('error', { sentence: this.failure });
      }
      throw error;
    }
    try {
      await work(machine);
    } catch (error) {
      if (this.machine === machine) this.counts(this.runs);
      throw error;
    } finally {
      if (this.machine === machine) this.showFrame(machine, clicked);
    }
  }

  /** What machine the attributes ask for. */
  private wanted(): string {
    const asked = askedForBy(this);
    return [frameQueryOf(this, asked).toString(), ...ownFiles(asked).flat().map(String), this.program ?? ''].join('\n');
  }

  private makeFrame(): MachineFrame {
    const address = new URL('embed.html', SITE_ROOT);
    address.search = frameQueryOf(this, askedForBy(this)).toString();
    this.made = this.wanted();
    const machine: MachineFrame = new MachineFrame({
      address,
      title: this.spokenName,
      handed: this.handed(),
      view: () => this.view(),
      hear: (told: Told) => {
        if (this.machine === machine) this.hear(told);
      },
    });
    this.stage.append(machine.element);
    return machine;
  }

  private hear({ event, detail }: Told): void {
    if (event === 'state') {
      this.runs = detail.state === 'running' || detail.state === 'loading';
      this.counts(this.runs);
    }
    this.emit(event, detail as never);
  }

  /** Whether its machine is one of those that run. */
  private counts(runs: boolean): void {
    if (runs) busy.add(this);
    else if (busy.delete(this)) admit();
  }

  private showFrame(machine: MachineFrame, clicked: boolean): void {
    // The Run button goes: whoever pressed it by keyboard goes on in the frame.
    const led = clicked && this.root.activeElement === this.poster.run;
    this.stage.classList.add('live');
    this.poster.root.inert = true;
    if (led) machine.element.focus({ preventScroll: true });
  }

  private takeDown(sentence: string): void {
    this.machine?.remove(sentence);
    this.machine = undefined;
    this.runs = false;
    this.counts(false);
    this.stage.classList.remove('live');
    this.poster.root.inert = false;
    this.poster.setBusy(undefined);
  }

  /** What the page itself can give: a program within the tag, and files of its own origin. */
  private async handed(): Promise<HandedFiles> {
    const handed: HandedFiles = { files: {}, from: {} };
    const { program } = this;
    if (program !== undefined) handed.files.src = new Blob([program], { type: 'text/plain' });
    for (const [role, url] of ownFiles(askedForBy(this))) {
      const response = await fetch(url).catch((error: Error) => {
        throw new Error(`The file ${url.pathname} could not be fetched: ${error.message}.`);
      });
      if (!response.ok) throw new Error(`The file ${url.pathname} could not be fetched: the server answered ${response.status}.`);
      handed.files[role] = await response.blob();
      handed.from[role] = url.href;
    }
    return handed;
  }

  /** The program that stands within the tag. */
  private get program(): string | undefined {
    return this.querySelector(PROGRAM)?.textContent ?? undefined;
  }

  // How it looks.

  private watch(): void {
    this.unwatch = watchPageTheme(this, () => this.paint());
  }

  /** What a page set before this script was there are properties of nobody's: they become what they were meant to be. */
  private adoptProperties(): void {
    for (const name of Object.keys(this)) {
      if (!(name in DormouseVm.prototype)) continue;
      const self = this as unknown as Record<string, unknown>;
      const value = self[name];
      delete self[name];
      self[name] = value;
    }
  }

  private size(): void {
    const height = heightOf(this.getAttribute('height'));
    if (height) this.stage.style.setProperty('--dormouse-height', height);
    else this.stage.style.removeProperty('--dormouse-height');
  }

  private paint(): void {
    const theme = this.getAttribute('theme');
    const dark = theme === 'dark' || (theme !== 'light' && pageIsDark(this));
    this.stage.classList.toggle('dark', dark);
    this.poster.setDark(dark);
    this.poster.setPaper(pageIsDark(this.stage) ? 'dark' : 'light');
    this.machine?.look();
  }

  private view(): Parameters<FrameCalls['set']>[0] {
    const style = getComputedStyle(this);
    const colours = Object.fromEntries(
      (Object.keys(STYLE_NAMES) as StyleName[]).map((name) => [name, style.getPropertyValue(`--dormouse-${name}`).trim()]),
    );
    const theme = this.stage.classList.contains('dark') ? 'dark' : 'light';
    return { ...viewOf(this), theme, style: colours };
  }

  /** What it is called where it cannot be seen. */
  private get spokenName(): string {
    return this.getAttribute('aria-label') ?? this.internals.ariaLabel ?? 'arm64 machine';
  }

  private describe(): void {
    const { wishes, complaints } = askedForBy(this);
    const { program } = this;
    const facts = { ...wishes, program: program !== undefined };
    const what = whatRuns(facts);
    this.poster.setWords(what, downloadWords(facts));
    this.poster.setNotes([...complaints, ...(this.failure === undefined ? [] : [this.failure])]);
    this.internals.ariaLabel = `arm64 machine: ${what}`;
    this.machine?.name(this.spokenName);
    this.showFallback(program);
    const link = playgroundAddress(SITE_ROOT, queryOf(this));
    this.poster.link.href = link.href;
    if (program !== undefined) void withProgram(link, program).then((url) => (this.poster.link.href = url.href));
  }

  /** Without a text to show the program stands there, without one the emblem. */
  private showFallback(program: string | undefined): void {
    // A program in a block of its own is shown as one in a script is.
    const block = this.querySelector(PROGRAM);
    const shows = [...this.childNodes].some(
      (node) =>
        !(node instanceof HTMLScriptElement) &&
        !(node instanceof Comment) &&
        !(node === block && isPlain(block)) &&
        node.textContent?.trim(),
    );
    this.slotted.style.display = shows ? '' : 'none';
    this.poster.setBare(!shows && program === undefined);
    const source = this.root.querySelector('.source');
    source?.remove();
    if (shows || program === undefined) return;
    const code = document.createElement('pre');
    code.className = 'source';
    code.textContent = shownProgram(program);
    this.slotted.after(code);
  }

  private emit<Name extends EventName>(name: Name, detail: EventDetails[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** Each attribute is a property too, camel-cased; a flag is a boolean. */
for (const { name, kind } of PARAMETERS as readonly Parameter[]) {
  const property = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  // `append` is a method of every element, and `type` one of this: what these rows mean stays an attribute.
  if (property in DormouseVm.prototype || property === 'type') continue;
  Object.defineProperty(DormouseVm.prototype, property, {
    get(this: DormouseVm): string | boolean | null {
      return kind === 'flag' ? flagOn(this, name as ParameterName) : this.getAttribute(name);
    },
    set(this: DormouseVm, value: unknown) {
      if (value === null || value === undefined || value === false) this.removeAttribute(name);
      else this.setAttribute(name, value === true ? '' : Array.isArray(value) ? value.join(' ') : String(value));
    },
    enumerable: true,
    configurable: true,
  });
}
