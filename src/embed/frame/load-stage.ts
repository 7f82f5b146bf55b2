/** Fetches the heavy part of a frame: the page's own panels, xterm, and the machine's worker. */

import { SITE } from '../site';
import type { openStage } from '../stage/main';

interface StageModule {
  openStage: typeof openStage;
}

const OPAQUE =
  'This frame has no origin of its own (sandbox without allow-same-origin), and its site does not let other origins read its files: add allow-same-origin to the sandbox, or have the site send Access-Control-Allow-Origin.';
const UNREACHABLE = 'What runs the machine could not be fetched: the network or the site may be back a moment later. Try again.';

const isOpaque = (): boolean => self.origin === 'null';

function addStyles(address: URL): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address.href;
  return new Promise((resolve, reject) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => reject(new Error(UNREACHABLE)));
    document.head.append(link);
  });
}

/** Rejects with a sentence. */
export async function loadStage(): Promise<StageModule> {
  if (import.meta.env.DEV) return import('../stage/main');
  if (!SITE.stage) throw new Error('This site was built without the parts of embedded machines: build it again.');
  const { script, styles } = SITE.stage;
  const at = (path: string): URL => new URL(path, document.baseURI);
  try {
    const [module] = await Promise.all([
      import(/* @vite-ignore */ at(script).href) as Promise<StageModule>,
      ...styles.map((path) => addStyles(at(path))),
    ]);
    return module;
  } catch (error) {
    // A browser says the same of a network that is down and of a site that does not allow it.
    throw new Error(isOpaque() ? OPAQUE : UNREACHABLE, { cause: error });
  }
}
