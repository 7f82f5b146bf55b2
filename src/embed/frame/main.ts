/**
 * The light part of `embed.html`: a poster, and the line to the page around it. Nothing else is fetched before somebody runs the machine. A classic
 * script without imports at run time, so that it also works in a frame of an opaque origin, where modules of this very site are foreign.
 */
import { FORMER_NAMES, PARAMETERS, type Parameter } from '../../ui/state/parameters';
import { playgroundAddress, withProgram } from '../playground-link';
import { makePoster, posterStyles } from '../poster/poster';
import { downloadWords, whatRuns } from '../poster/poster-words';
import type { CallName, GivenBytes, ViewOptions } from '../protocol';
import type { StageHandle } from '../stage/main';
import { openLine } from './line';
import { loadStage } from './load-stage';

const query = new URLSearchParams(location.search);
const wanted = (name: string): string | undefined => query.get(name) ?? undefined;
const isOn = (name: string): boolean => query.has(name) && query.get(name) !== '0';

/** Where else something would be fetched from: a frame fetches of its own site only, unless the reader saw what and clicked. */
function foreignAddresses(): string[] {
  return ['kernel', 'initrd', 'src', 'snapshot'].flatMap((name) => {
    const given = wanted(name);
    if (given === undefined || !URL.canParse(given, document.baseURI)) return [];
    const url = new URL(given, document.baseURI);
    return url.origin === location.origin ? [] : [url.href];
  });
}

class Frame {
  private stage: StageHandle | undefined;
  private loading: Promise<StageHandle> | undefined;
  private files: GivenBytes = {};
  private view: ViewOptions = {};
  private readonly foreign = foreignAddresses();
  private readonly line = openLine((name, args) => this.handle(name, args));
  private readonly site = new URL('.', document.baseURI);
  private readonly poster = makePoster({
    what: '',
    size: '',
    playground: playgroundAddress(this.site, query).href,
    // The reader has seen what would be fetched from where.
    onrun: () => void this.run({ trusted: true }).catch(() => undefined),
  });

  show(): void {
    document.adoptedStyleSheets.push(posterStyles());
    this.poster.root.classList.add('frame-poster');
    this.applyTheme();
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.applyTheme());
    this.describe();
    document.body.replaceChildren(this.poster.root);
    this.sayUnknown();
    for (const address of this.foreign)
      this.poster.note(`Running it fetches ${address} from another site. Run it only if you trust that.`);
    if (isOn('autorun') && this.foreign.length === 0) this.runUnasked();
  }

  private describe(): void {
    const facts = {
      guest: wanted('guest'),
      kernel: wanted('kernel'),
      src: wanted('src'),
      program: this.files.src !== undefined,
      snapshot: wanted('snapshot'),
      psci: wanted('psci'),
      cpus: wanted('cpus'),
      panels: wanted('panels'),
    };
    this.poster.setWords(whatRuns(facts), downloadWords(facts));
  }

  private sayUnknown(): void {
    const known = new Set([...(PARAMETERS as readonly Parameter[]).map(({ name }) => name), ...Object.keys(FORMER_NAMES)]);
    for (const name of new Set(query.keys()))
      if (!known.has(name)) this.poster.note(`The address has a parameter nobody here knows, “${name.slice(0, 60)}”: ignored.`);
  }

  private applyTheme(): void {
    const theme = this.view.theme ?? wanted('theme');
    const dark = theme === 'light' || theme === 'dark' ? theme === 'dark' : !matchMedia('(prefers-color-scheme: light)').matches;
    this.poster.setDark(dark);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }

  /** Without a click: at once, or when it comes near the viewport. */
  private runUnasked(): void {
    const run = (): void => void this.run({ trusted: false }).catch(() => undefined);
    if (!isOn('lazy')) return run();
    const eye = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        eye.disconnect();
        run();
      },
      { rootMargin: '200px' },
    );
    eye.observe(document.documentElement);
  }

  /** Fetches the stage, and starts the machine on it. Rejects with a sentence, which is then on the poster, too. */
  private async run({ trusted }: { trusted: boolean }): Promise<StageHandle> {
    if (!trusted && this.foreign.length > 0)
      throw new Error(
        `Starting this machine fetches ${this.foreign.join(', ')} from another site: that waits for the reader’s click.`,
      );
    const held = document.activeElement === this.poster.run;
    this.loading ??= this.setUp(trusted, held);
    return this.loading;
  }

  private async setUp(trusted: boolean, focused: boolean): Promise<StageHandle> {
    this.poster.clearNotes();
    this.poster.setBusy('Loading…');
    try {
      const { openStage } = await loadStage();
      const stage = await openStage({
        target: document.body,
        search: location.search,
        files: this.files,
        view: this.view,
        trusted,
        focused,
        site: this.site,
        tell: (event, detail) => this.line.tell(event, detail),
      });
      this.stage = stage;
      this.poster.root.remove();
      return stage;
    } catch (error) {
      this.loading = undefined;
      const sentence = (error as Error).message;
      this.poster.setBusy(undefined);
      this.poster.note(sentence);
      this.line.tell('error', { sentence });
      throw error;
    }
  }

  /** A call of the page around. */
  private async handle(name: CallName, args: readonly unknown[]): Promise<unknown> {
    if (this.stage) return this.stage.call(name, args);
    switch (name) {
      case 'set':
        this.view = { ...this.view, ...(args[0] as ViewOptions | undefined) };
        this.applyTheme();
        return undefined;
      case 'give':
        this.files = { ...this.files, ...(args[0] as GivenBytes | undefined) };
        this.describe();
        await this.linkProgram();
        return undefined;
      case 'start':
        return (await this.run({ trusted: false })).started();
      case 'restore':
        this.files = { ...this.files, snapshot: args[0] as Blob };
        return (await this.run({ trusted: false })).started();
      default:
        if (this.loading) return (await this.loading).call(name, args);
        throw new Error(`“${name}” needs a machine, and this one has not been started: call start() first.`);
    }
  }

  private async linkProgram(): Promise<void> {
    const { src } = this.files;
    if (src) this.poster.link.href = (await withProgram(new URL(this.poster.link.href), await src.text())).href;
  }
}

new Frame().show();
