import { defineConfig } from '@playwright/test';
import common from './playwright.config';

/** `npm run pictures`: the page in every state, at the sizes and in the themes it is designed for; see tests/pictures/states.ts. */
export default defineConfig({
  ...common,
  testDir: 'tests/pictures',
  testMatch: 'pictures.ts',
  outputDir: 'test-results/pictures-work',
  fullyParallel: true,
  maxFailures: 0,
  use: { ...common.use, screenshot: 'off' },
  projects: [
    { name: 'desk', use: { viewport: { width: 1440, height: 900 } } },
    { name: 'phone', use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
});
