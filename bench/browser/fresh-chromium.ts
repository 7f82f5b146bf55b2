import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { RecipeError } from '../../guests/run-tool';
import { CHROMIUM_FLAGS, findChromium } from '../../tests/browser/support/chromium';
import { isRenderer } from './cpu-parts';
import { allProcesses, descendants, type Process } from './process-tree';

/** Functions given to a page are made by tsx, whose helper for names of functions only exists where they were made. */
const HELPERS = 'globalThis.__name ??= (made) => made;';
/** Nothing has a time limit. */
const FOR_EVER = 0;

/** The browser to measure with. Throws a sentence if there is none. */
export function chromiumOrSentence(): string {
  const found = findChromium();
  if (found === undefined)
    throw new RecipeError(
      '--browser needs Chromium: install it (on Debian and Ubuntu: apt-get install chromium), or name one in CHROME_PATH.',
    );
  return found;
}

export interface ChromiumOptions {
  /** What a site may do besides its pages; `block` leaves nothing that works behind the page. */
  serviceWorkers?: 'allow' | 'block';
  /** Of the site, for addresses that begin with a slash. */
  baseURL?: string;
}

/** A Chromium of its own, without a window, that has never been anywhere: its caches and disks are in a new folder. */
export class FreshChromium {
  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  /**
   * Rejects with a sentence if the browser cannot be started.
   * @param folder what the browser keeps is put into a new folder in it, which whoever has it removes
   */
  private static async launch(
    folder: string,
    { serviceWorkers = 'allow', baseURL }: ChromiumOptions = {},
  ): Promise<FreshChromium> {
    const executablePath = chromiumOrSentence();
    const profile = mkdtempSync(join(folder, 'profile-'));
    const context = await chromium
      .launchPersistentContext(profile, {
        executablePath,
        args: [...CHROMIUM_FLAGS],
        viewport: { width: 1440, height: 900 },
        serviceWorkers,
        timeout: FOR_EVER,
        ...(baseURL === undefined ? {} : { baseURL }),
      })
      .catch((error: Error) => {
        const [reason = ''] = error.message.replace(/^\S+: /, '').split('\n');
        throw new RecipeError(`Chromium (${executablePath}) could not be started: ${reason.replace(/\.$/, '')}.`);
      });
    context.setDefaultTimeout(FOR_EVER);
    context.setDefaultNavigationTimeout(FOR_EVER);
    await context.addInitScript({ content: HELPERS });
    return new FreshChromium(context, profile);
  }

  /** Launches one for an action, and closes it then. */
  static async use<T>(folder: string, options: ChromiumOptions, action: (chromium: FreshChromium) => Promise<T>): Promise<T> {
    const chromium = await FreshChromium.launch(folder, options);
    try {
      return await action(chromium);
    } finally {
      await chromium.close();
    }
  }

  /** The one page that a browser opens with. */
  get firstPage(): Page {
    return this.context.pages()[0]!;
  }

  newPage(): Promise<Page> {
    return this.context.newPage();
  }

  get version(): string {
    return `Chromium ${this.context.browser()?.version() ?? 'of an unknown version'}`;
  }

  /** All its processes: browser, renderers, GPU, services. */
  processes(): Process[] {
    const all = allProcesses();
    const named = `--user-data-dir=${this.profile}`;
    const root = all.find(({ arguments: given }) => given.includes(named) && !given.some((each) => each.startsWith('--type=')));
    if (!root) throw new Error('Chromium’s process is not to be found in /proc.');
    return descendants(root.pid, all);
  }

  /** Those in which pages and their workers run. */
  renderers(): Process[] {
    return this.processes().filter(isRenderer);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
