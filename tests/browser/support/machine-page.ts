import { test as base, expect, type Page } from '@playwright/test';

/** What a test may ask of the page and of the machine in it, in a person's terms. */
export class MachinePage {
  /** Errors of the page's and its worker's own, as sentences. */
  readonly errors: string[] = [];

  constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.errors.push(`exception: ${error.message}`));
    page.on('requestfailed', (request) => this.errors.push(`request: ${request.url()} ${request.failure()?.errorText}`));
    page.on('response', (response) => {
      if (response.status() >= 400) this.errors.push(`response: ${response.status()} ${response.url()}`);
    });
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

  /** The lines now visible in the console, joined by line feeds. */
  async screen(): Promise<string> {
    const rows = await this.page.locator('.xterm-accessibility-tree > div').allInnerTexts();
    return rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }

  async waitForScreen(pattern: RegExp, timeout: number): Promise<void> {
    await expect.poll(() => this.screen(), { timeout, intervals: [100, 250, 500] }).toMatch(pattern);
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
