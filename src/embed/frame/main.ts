/**
 * The light part of `embed.html`: a poster, and the line to the page around it. Nothing else is fetched before somebody runs the machine. A classic
 * script without imports at run time, so that it also works in a frame of an opaque origin, where modules of this very site are foreign.
 */
import { foreignFiles } from '../../ui/state/remote-files';
import { readAskedFor } from '../asked-for';
import { judgeFiles, judgeOrigins, judgeView, wrongSentence } from '../judge-given';
import { playgroundAddress, withProgram } from '../playground-link';
import { makePoster, posterStyles } from '../poster/poster';
import { downloadWords, whatRuns } from '../poster/poster-words';
import type { CallName, FileOrigins, GivenBytes, MachineStatus, StyleName, ViewOptions } from '../protocol';
import { pureStyle } from '../pure-style';
import type { StageHandle } from '../stage/main';
import { openLine } from './line';
import { loadStage } from './load-stage';

class Frame {
  private readonly query = new URLSearchParams(location.search);
  private readonly asked = readAskedFor(this.query, document.baseURI, 'The address');
  private readonly site = new URL('.', document.baseURI);
  private opening: Promise<StageHandle> | undefined;
  private files: GivenBytes = {};
  private from: FileOrigins = {};
  private view: ViewOptions = {};
  /** Why the stage could not be opened, until it is tried again. */
  private failure: string | undefined;
  private readonly line = openLine((name, args) => this.handle(name, args));
  private readonly poster = makePoster({
    what: '',
    size: '',
    playground: playgroundAddress(this.site, this.query).href,
    // The reader has seen what would be fetched from where.
    onrun: () => this.start(true),
  });

  show(): void {
    document.adoptedStyleSheets.push(posterStyles());
    this.poster.root.classList.add('frame-poster');
    this.applyTheme();
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.applyTheme());
    this.describe();
    document.body.replaceChildren(this.poster.root);
    if (this.asked.wishes.autorun && this.foreign.length === 0) this.runUnasked();
  }

  /** Where else something would be fetched from: a frame fetches of its own site only, unless the reader saw what and clicked. */
  private get foreign(): string[] {
    return foreignFiles(this.asked.files, location.origin).flatMap(([role, { href }]) => (this.files[role] ? [] : [href]));
  }

  private describe(): void {
    const facts = { ...this.asked.wishes, program: this.files.src !== undefined };
    this.poster.setWords(whatRuns(facts), downloadWords(facts));
    this.poster.setNotes([
      // First, where it cannot be overlooked.
      ...this.foreign.map((address) => `Running it fetches ${address} from another site. Run it only if you trust that.`),
      ...this.asked.complaints,
      ...(this.failure === undefined ? [] : [this.failure]),
    ]);
  }

  private applyTheme(): void {
    const theme = this.view.theme ?? this.asked.wishes.theme;
    const dark = theme === 'light' || theme === 'dark' ? theme === 'dark' : !matchMedia('(prefers-color-scheme: light)').matches;
    this.poster.setDark(dark);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }

  /** Without a click: at once, or when it comes near the viewport. */
  private runUnasked(): void {
    if (!this.asked.wishes.lazy) return this.start(false);
    const eye = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        eye.disconnect();
        this.start(false);
      },
      { rootMargin: '200px' },
    );
    eye.observe(document.documentElement);
  }

  /** Nobody waits for the outcome: what goes wrong is said in the frame. */
  private start(trusted: boolean): void {
    this.open(trusted)
      .then((stage) => stage.call('start', []))
      .catch(() => undefined);
  }

  /** Fetches the stage, once. Rejects with a sentence, which is then on the poster, too. */
  private open(trusted: boolean): Promise<StageHandle> {
    this.opening ??= this.setUp(trusted, document.activeElement === this.poster.run);
    return this.opening;
  }

  private async setUp(trusted: boolean, focused: boolean): Promise<StageHandle> {
    this.failure = undefined;
    this.describe();
    this.poster.setBusy('Loading…');
    try {
      const { openStage } = await loadStage();
      const stage = await openStage({
        target: document.body,
        search: location.search,
        files: this.files,
        from: this.from,
        view: this.view,
        trusted,
        focused,
        site: this.site,
        ...(this.asked.noSuchGuest === undefined ? {} : { noSuchGuest: this.asked.noSuchGuest }),
        tell: (event, detail) => this.line.tell(event, detail),
      });
      this.poster.root.remove();
      return stage;
    } catch (error) {
      this.opening = undefined;
      this.failure = (error as Error).message;
      this.poster.setBusy(undefined);
      this.describe();
      this.line.tell('error', { sentence: this.failure });
      throw error;
    }
  }

  /** A call of the page around. */
  private async handle(name: CallName, args: readonly unknown[]): Promise<unknown> {
    if (this.opening) return (await this.opening).call(name, args);
    switch (name) {
      case 'status':
        return { state: 'empty', asleep: false } satisfies MachineStatus;
      case 'set': {
        const { view, wrong } = judgeView(args[0]);
        this.view = { ...this.view, ...view };
        for (const [style, value] of Object.entries(view.style ?? {})) {
          const pure = pureStyle(style as StyleName, value);
          if (pure !== undefined) document.documentElement.style.setProperty(`--dormouse-${style}`, pure);
        }
        this.applyTheme();
        if (wrong.length > 0) throw new Error(wrongSentence(wrong));
        return undefined;
      }
      case 'give':
        this.files = { ...this.files, ...judgeFiles(args[0]) };
        this.from = { ...this.from, ...judgeOrigins(args[1]) };
        this.describe();
        return this.linkPlayground();
      case 'start': {
        const { foreign } = this;
        if (foreign.length > 0)
          throw new Error(
            `Starting this machine fetches ${foreign.join(', ')} from another site: that waits for the reader’s click.`,
          );
        return (await this.open(false)).call(name, args);
      }
      case 'restore':
        return (await this.open(false)).call(name, args);
      default:
        throw new Error(`“${name}” needs a machine, and this one has not been started: call start() first.`);
    }
  }

  /** The link to the playground carries what was given. */
  private async linkPlayground(): Promise<void> {
    const { src } = this.files;
    const link = playgroundAddress(this.site, [...this.query, ...Object.entries(this.from)]);
    this.poster.link.href = (src ? await withProgram(link, await src.text()) : link).href;
  }
}

new Frame().show();
