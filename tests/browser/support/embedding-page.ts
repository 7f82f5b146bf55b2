/** Tests of machines in other people's pages: a site, a page on another origin, and what happens in it. */
import { test as base, expect, type FrameLocator, type Page } from '@playwright/test';
import '../../../src/ui/test-hook';
import { PATIENCE } from '../../patience';
import { type Host, type SiteOptions, servePages, serveSite } from './site-server';

export interface Embedding {
  readonly site: Host;
  readonly host: Host;
  /** What the pages complained of. */
  readonly complaints: string[];
}

type Headers = Readonly<Record<string, string>>;

export interface EmbeddingOptions {
  site?: SiteOptions;
  /** Headers of the page that embeds. */
  headers?: Headers | ((site: string) => Headers);
  /** More pages of that host, by path. */
  pages?: Readonly<Record<string, string>>;
}

interface Fixtures {
  /** Opens a page whose body is given, on a host of its own, with the tag's script of a site in it unless `script` is false. */
  embed(body: string | ((site: string) => string), options?: EmbeddingOptions & { script?: boolean }): Promise<Embedding>;
}

export const test = base.extend<Fixtures>({
  embed: async ({ page }, use) => {
    const hosts: Host[] = [];
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await use(async (body, { site: siteOptions, headers, pages = {}, script = true } = {}) => {
      const site = await serveSite(siteOptions);
      const root = `${site.origin}${siteOptions?.below ?? ''}`;
      const text = typeof body === 'string' ? body : body(root);
      const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${
        script ? `<script src="${root}/dormouse-embed.js" async></script>` : ''
      }<body><h1>Somebody’s page</h1>${text}`;
      const host = await servePages({ '/': html, ...pages }, typeof headers === 'function' ? headers(root) : headers);
      hosts.push(site, host);
      await page.goto(`${host.origin}/`);
      return { site, host, complaints };
    });
    for (const host of hosts) await host.close();
  },
});

/** The machine in the nth tag of the page. */
export const machineIn = (page: Page, nth = 0): FrameLocator =>
  page.locator('dormouse-vm').nth(nth).locator('iframe').contentFrame();

/** The console of a frame, scrollback included. */
export async function consoleOf(page: Page, nth = 0): Promise<string> {
  return machineIn(page, nth)
    .locator('body')
    .evaluate(() => window.__dormouse?.terminalText() ?? '')
    .catch(() => '');
}

export async function waitForConsole(page: Page, pattern: RegExp, nth = 0): Promise<void> {
  await expect.poll(() => consoleOf(page, nth), { timeout: PATIENCE.BOOT, intervals: [100, 250, 500] }).toMatch(pattern);
}

export { expect };
