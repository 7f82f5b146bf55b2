import { test as base, expect, type Locator, type Page } from '@playwright/test';
import '../../../src/ui/test-hook';
import { PATIENCE } from '../../patience';

/** What a test may ask of the page and of the machine in it, in a person's terms. */
export class MachinePage {
  /** Errors of the page's and its worker's own, as sentences. */
  readonly errors: string[] = [];

  private readonly tolerated: RegExp[] = [];

  constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.note(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.note(`exception: ${error.message}`));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText;
      // Given up by the page itself, or by leaving it while something was still on its way: no error of the page.
      if (reason !== 'net::ERR_ABORTED') this.note(`request: ${request.url()} ${reason}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.note(`response: ${response.status()} ${response.url()}`);
    });
  }

  /** An error that the test itself brings about. */
  tolerate(pattern: RegExp): void {
    this.tolerated.push(pattern);
  }

  private note(error: string): void {
    if (!this.tolerated.some((pattern) => pattern.test(error))) this.errors.push(error);
  }

  /**
   * Opens the page. The console's text is read where a screen reader finds it (xterm draws on a canvas, which has none), so
   * that mode of the page is switched on first.
   */
  async open(query: Record<string, string> = {}): Promise<void> {
    await this.page.addInitScript(() => {
      localStorage.setItem('dormouse.settings', JSON.stringify({ screenReader: true }));
    });
    await this.page.goto(`./?${new URLSearchParams(query)}`);
  }

  async start(): Promise<void> {
    await this.page.getByRole('button', { name: 'Start the machine' }).click();
  }

  /** The card that says what went wrong, and nothing but one sentence of it. */
  get failure(): Locator {
    return this.page.getByRole('region', { name: 'Console' }).getByRole('alert');
  }

  /** The card below the console that says how the machine went down. */
  get end(): Locator {
    return this.page.getByRole('region', { name: 'How the machine went down' });
  }

  get hibernateButton(): Locator {
    return this.page.getByRole('button', { name: 'Hibernate' });
  }

  /** One of the tabs Calls, Versions, Registers, Guest vs firmware; returns what it shows. */
  async firmware(tab: string): Promise<Locator> {
    await this.page.getByRole('tablist', { name: 'Firmware', exact: true }).getByRole('tab', { name: tab }).click();
    return this.page.locator('#fw-body');
  }

  /** What is in sight of the console, by the terminal's own account. */
  visibleConsole(): Promise<string> {
    return this.page.evaluate(() => window.__dormouse?.visibleText().trimEnd() ?? '');
  }

  /** The whole console, scrollback included. */
  wholeConsole(): Promise<string> {
    return this.page.evaluate(() => window.__dormouse?.terminalText() ?? '');
  }

  /** The lines now visible in the console, joined by line feeds. */
  async screen(): Promise<string> {
    const rows = await this.page.locator('.xterm-accessibility-tree > div').allInnerTexts();
    return rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }

  async waitForScreen(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.screen(), { timeout: PATIENCE.BOOT, intervals: [100, 250, 500] }).toMatch(pattern);
  }

  /** Types a line at the console, as at a keyboard. */
  async type(line: string): Promise<void> {
    await this.page.locator('.xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }
}

/** Tests with a MachinePage; none of them may leave an error on the page. */
export const test = base.extend<{ machine: MachinePage }>({
  machine: async ({ page }, use) => {
    const machine = new MachinePage(page);
    await use(machine);
    expect(machine.errors).toEqual([]);
  },
});

export { expect };
