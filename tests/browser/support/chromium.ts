import { findExecutable } from './find-executable';

/** Names under which systems install Chromium or Chrome, in the order they are tried. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;

/** Without a sandbox (tests run as root in containers), without a GPU, and without talking to anyone but the page's server. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
] as const;

/** The browser to test with: CHROME_PATH, or the first one on the PATH; undefined leaves the choice to Playwright's own. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment.CHROME_PATH || findExecutable(NAMES, environment);
}
