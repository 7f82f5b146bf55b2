/** `<dormouse-vm>`: an arm64 machine in a page. Its frame (`embed.html` of the site this script is from) is made when somebody runs it. */
import { PARAMETERS, type Parameter, type ParameterName } from '../../ui/state/parameters';
import { playgroundAddress, withProgram } from '../playground-link';
import { makePoster, type Poster, posterStyles } from '../poster/poster';
import { downloadWords, whatRuns } from '../poster/poster-words';
import type { EventDetails, EventName, FrameCalls, GivenBytes, StyleName, Told } from '../protocol';
import { STYLE_NAMES } from '../protocol';
import css from './element.css?inline';
import { FrameLine } from './frame-line';
import { pageIsDark, watchPageTheme } from './page-theme';
import { addressesOf, heightOf, isOn, queryOf, VIEW_ATTRIBUTES, viewOf } from './settings-of';
import { SITE_ROOT } from './site-root';

/** A program within the tag. In a `pre` it is at the same time what stands there before: frameworks that make pages leave no scripts in them. */
const PROGRAM = 'script[type="text/x-a64"], pre[data-a64]';
/** What the frame may do: see docs/embedding.md. */
const ALLOW = 'fullscreen; clipboard-write';
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

type Listener<Name extends EventName> = (event: CustomEvent<EventDetails[Name]>) => void;

export class DormouseVm extends HTMLElement {
  static readonly observedAttributes: readonly string[] = [...(PARAMETERS as readonly Parameter[]).map(({ name }) => name)];

  private readonly root = this.attachShadow({ mode: 'open' });
  /** Holds what the tag has within it; by default the program that runs. */
  private readonly slotted = document.createElement('slot');
  private readonly stage = document.createElement('div');
  private readonly poster: Poster;
  private frame: HTMLIFrameElement | undefined;
  private line: FrameLine | undefined;
  private running: Promise<void> | undefined;
  /** What machine the frame was made for. */
  private made = '';
  /** The frame's machine has ended, and whether it hibernated. */
  private ended = false;
  private asleep = false;
  private unwatch: (() => void) | undefined;
  private eye: IntersectionObserver | undefined;

  constructor() {
    super();
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
    this.setAttribute('role', this.getAttribute('role') ?? 'group');
    if (!this.hasAttribute('aria-label')) this.setAttribute('aria-label', 'arm64 machine');
    this.size();
    this.paint();
    // The children of a tag that is still being parsed are not there yet.
    queueMicrotask(() => this.describe());
    this.unwatch = watchPageTheme(() => this.paint());
    if (isOn(this.getAttribute('autorun'))) this.runUnasked();
  }

  /** Removed from the page: its frame goes, and with it worker, memory and disk. */
  disconnectedCallback(): void {
    this.unwatch?.();
    this.eye?.disconnect();
    this.takeDown('The machine was removed from its page.');
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === 'height') this.size();
    else if (name === 'theme') this.paint();
    else if ((VIEW_ATTRIBUTES as readonly string[]).includes(name)) {
      this.tellView();
      this.describe();
    } else if (name === 'autorun' && isOn(now)) this.runUnasked();
    else this.describe();
  }

  // What a page can do with it. All of these reject with one clear sentence.

  /** Runs the machine, as the Run button does; one that ended boots again, or wakes if it sleeps on its disk. */
  async start(): Promise<void> {
    if (this.running) return this.running;
    // Attributes that say what machine it is count from the next start; but who sleeps on the frame's disk is not thrown away with it.
    if (this.line && this.ended && !this.asleep && this.wanted() !== this.made) this.takeDown('The machine was made anew.');
    if (this.line) return this.line.call('start');
    return this.run(false);
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
    this.frame ??= await this.makeFrame();
    await this.call('restore', ...given);
    this.showFrame();
  }
  registers = (): Promise<ReturnType<FrameCalls['registers']>> => this.call('registers');
  readMemory = (...what: Parameters<FrameCalls['readMemory']>): Promise<Uint8Array> => this.call('readMemory', ...what);
  setPsci = (version: string): Promise<void> => this.call('setPsci', version);

  /** Listens to one of the machine's events; returns the way to stop. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    this.addEventListener(name, listener as EventListener);
    return () => this.removeEventListener(name, listener as EventListener);
  }

  private async call<Name extends keyof FrameCalls>(
    name: Name,
    ...args: Parameters<FrameCalls[Name]>
  ): Promise<ReturnType<FrameCalls[Name]>> {
    if (!this.line) throw new Error(`“${name}” needs a machine, and this one has not been started: call start() first.`);
    return this.line.call(name, ...args);
  }

  // From poster to machine.

  private runUnasked(): void {
    const run = (): void => void this.run(false).catch(() => undefined);
    this.eye?.disconnect();
    if (!isOn(this.getAttribute('lazy'))) return run();
    this.eye = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.eye?.disconnect();
        run();
      },
      { rootMargin: NEAR },
    );
    this.eye.observe(this);
  }

  /** @param clicked by a reader, who is then led on by keyboard */
  private run(clicked: boolean): Promise<void> {
    this.running ??= this.bring(clicked).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async bring(clicked: boolean): Promise<void> {
    this.poster.clearNotes();
    this.poster.setBusy('Loading…');
    let waits = false;
    try {
      this.frame ??= await this.makeFrame();
      const foreign = Object.values(addressesOf(this)).some(({ origin }) => origin !== location.origin);
      // What is of another site the frame names, and waits for a click of its own.
      waits = foreign && !clicked;
      if (!foreign) await this.line?.call('start');
      const led = clicked && this.root.activeElement === this.poster.run;
      this.showFrame();
      if (led) this.frame.focus({ preventScroll: true });
    } catch (error) {
      const sentence = (error as Error).message;
      // A machine that could not start says so itself, in its frame; without a frame the poster does.
      if (this.frame && this.line && (await this.isThere())) this.showFrame();
      else {
        this.takeDown(sentence);
        this.poster.note(sentence);
        this.emit('error', { sentence });
      }
      throw error;
    }
    if (waits)
      throw new Error('The machine needs files of another site, which its frame names: it waits for the reader’s click there.');
  }

  /** The frame's stage is loaded: it can speak for itself. */
  private isThere(): Promise<boolean> {
    return (
      this.line?.call('registers').then(
        () => true,
        () => false,
      ) ?? Promise.resolve(false)
    );
  }

  /** What machine the attributes ask for. */
  private wanted(): string {
    const files = Object.values(addressesOf(this)).map(({ href }) => href);
    return [queryOf(this).toString(), ...files, this.program ?? ''].join('\n');
  }

  private async makeFrame(): Promise<HTMLIFrameElement> {
    const files = await this.files();
    if (!this.isConnected) throw new Error('The machine was removed from its page.');
    this.made = this.wanted();
    this.ended = this.asleep = false;
    const frame = document.createElement('iframe');
    frame.part.add('frame');
    frame.title = this.getAttribute('aria-label') ?? 'arm64 machine';
    frame.allow = ALLOW;
    // A page that is isolated lets frames of other sites in only without their cookies and storage.
    if (crossOriginIsolated && 'credentialless' in frame) frame.setAttribute('credentialless', '');
    const address = new URL('embed.html', SITE_ROOT);
    address.search = queryOf(this).toString();
    frame.src = address.href;
    this.line = new FrameLine(frame, SITE_ROOT.origin, (told) => this.hear(told));
    this.stage.append(frame);
    this.frame = frame;
    this.tellView();
    if (Object.keys(files).length > 0) await this.line.call('give', files);
    return frame;
  }

  private hear({ event, detail }: Told): void {
    if (event === 'state' && detail.state === 'running') this.ended = this.asleep = false;
    if (event === 'ended') {
      this.ended = true;
      this.asleep = detail.how === 'hibernated';
    }
    this.emit(event, detail as never);
  }

  private showFrame(): void {
    this.stage.classList.add('live');
    this.poster.root.inert = true;
  }

  private takeDown(sentence: string): void {
    this.line?.close(sentence);
    this.line = undefined;
    this.frame?.remove();
    this.frame = undefined;
    this.stage.classList.remove('live');
    this.poster.root.inert = false;
    this.poster.setBusy(undefined);
  }

  /** What the page itself can give: a program within the tag, and files of its own origin. */
  private async files(): Promise<GivenBytes> {
    const files: GivenBytes = {};
    const program = this.program;
    if (program !== undefined) files.src = new Blob([program], { type: 'text/plain' });
    for (const [name, url] of Object.entries(addressesOf(this))) {
      if (url.origin !== location.origin) continue;
      const response = await fetch(url).catch((error: Error) => {
        throw new Error(`The file ${url.pathname} could not be fetched: ${error.message}.`);
      });
      if (!response.ok) throw new Error(`The file ${url.pathname} could not be fetched: the server answered ${response.status}.`);
      files[name as keyof GivenBytes] = await response.blob();
    }
    return files;
  }

  /** The program that stands within the tag. */
  private get program(): string | undefined {
    return this.querySelector(PROGRAM)?.textContent ?? undefined;
  }

  // How it looks.

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
    this.tellView();
  }

  private tellView(): void {
    const style = getComputedStyle(this);
    const colours = Object.fromEntries(
      (Object.keys(STYLE_NAMES) as StyleName[]).map((name) => [name, style.getPropertyValue(`--dormouse-${name}`).trim()]),
    );
    const theme = this.stage.classList.contains('dark') ? 'dark' : 'light';
    this.line?.call('set', { ...viewOf(this), theme, style: colours }).catch(() => undefined);
  }

  private describe(): void {
    const wanted = (name: ParameterName): string | undefined => this.getAttribute(name) ?? undefined;
    const program = this.program;
    const facts = {
      guest: wanted('guest'),
      kernel: wanted('kernel'),
      src: wanted('src'),
      program: program !== undefined,
      snapshot: wanted('snapshot'),
      psci: wanted('psci'),
      cpus: wanted('cpus'),
      panels: wanted('panels'),
    };
    this.poster.setWords(whatRuns(facts), downloadWords(facts));
    this.showFallback(program);
    const link = playgroundAddress(SITE_ROOT, queryOf(this));
    this.poster.link.href = link.href;
    if (program !== undefined) void withProgram(link, program).then((url) => (this.poster.link.href = url.href));
  }

  /** Without a text to show the program stands there, without one the emblem. */
  private showFallback(program: string | undefined): void {
    const shows = [...this.childNodes].some(
      (node) => !(node instanceof HTMLScriptElement) && !(node instanceof Comment) && node.textContent?.trim(),
    );
    this.poster.setBare(!shows && program === undefined);
    const source = this.root.querySelector('.source');
    source?.remove();
    if (shows || program === undefined) return;
    const code = document.createElement('pre');
    code.className = 'source';
    code.textContent = program;
    this.slotted.after(code);
  }

  private emit<Name extends EventName>(name: Name, detail: EventDetails[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** Each attribute is a property too, camel-cased; a flag is a boolean. */
for (const { name, kind } of PARAMETERS as readonly Parameter[]) {
  const property = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  // `type` and `register` of the table are methods or lists here: what is typed after the boot stays an attribute.
  if (property in DormouseVm.prototype || property === 'type') continue;
  Object.defineProperty(DormouseVm.prototype, property, {
    get(this: DormouseVm): string | boolean | null {
      return kind === 'flag' ? isOn(this.getAttribute(name)) : this.getAttribute(name);
    },
    set(this: DormouseVm, value: unknown) {
      if (value === null || value === undefined || value === false) this.removeAttribute(name);
      else this.setAttribute(name, value === true ? '' : Array.isArray(value) ? value.join(' ') : String(value));
    },
    enumerable: true,
    configurable: true,
  });
}
