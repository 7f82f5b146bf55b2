import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './tests/browser/support/chromium';
import { PATIENCE } from './tests/patience';

/** Fixed, so that the browser's storage has one origin; another can be named when it is taken. */
const PORT = Number(process.env.DORMOUSE_TEST_PORT ?? 4317);
const executablePath = findChromium();

export default defineConfig({
  testDir: 'tests/browser',
  // Each with a browser of its own. Tests that measure have bars that bear the company.
  workers: 2,
  timeout: PATIENCE.TEST,
  expect: { timeout: PATIENCE.ANSWER },
  // A page that is broken altogether need not be waited for by every test.
  maxFailures: 6,
  forbidOnly: process.env.CI !== undefined,
  reporter: process.env.DORMOUSE_BROWSER_REPORT
    ? [['list'], ['json', { outputFile: process.env.DORMOUSE_BROWSER_REPORT }]]
    : [['list']],
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    // Each test has a browser of its own, which need not keep the whole site; those about it allow it.
    serviceWorkers: 'block',
    launchOptions: { args: [...CHROMIUM_FLAGS], ...(executablePath === undefined ? {} : { executablePath }) },
  },
  projects: [{ name: 'chromium' }],
  webServer: {
    command: `node scripts/start.mjs --serve-only --port ${PORT}`,
    url: `http://127.0.0.1:${PORT}/`,
    timeout: PATIENCE.ANSWER,
  },
});
