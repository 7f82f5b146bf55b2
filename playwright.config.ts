import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './tests/browser/support/chromium';

/** Fixed, so that the browser's storage has one origin; another can be named when it is taken. */
const PORT = Number(process.env.DORMOUSE_TEST_PORT ?? 4317);
const executablePath = findChromium();

export default defineConfig({
  testDir: 'tests/browser',
  // One machine at a time: guests that compete for the processors make time limits meaningless.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env.CI !== undefined,
  retries: process.env.CI === undefined ? 0 : 1,
  reporter: process.env.DORMOUSE_BROWSER_REPORT
    ? [['list'], ['json', { outputFile: process.env.DORMOUSE_BROWSER_REPORT }]]
    : [['list']],
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: { args: [...CHROMIUM_FLAGS], ...(executablePath === undefined ? {} : { executablePath }) },
  },
  projects: [{ name: 'chromium' }],
  webServer: {
    command: `node scripts/start.mjs --serve-only --port ${PORT}`,
    url: `http://127.0.0.1:${PORT}/`,
    timeout: 60_000,
  },
});
