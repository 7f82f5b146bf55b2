import '../../src/ui/test-hook';
import type { Page } from '@playwright/test';
import { PROMPT } from '../debian/session';

/** Milliseconds between two looks at the console. */
const LOOK_EVERY = 20;
/** Where the console takes keys. */
const KEYBOARD = '.xterm-helper-textarea';

declare global {
  interface Window {
    /** What comes of the next click. */
    __start?: Promise<Start>;
  }
}

/** A start, from the click. */
export interface Start {
  /** Milliseconds of this machine's clock. */
  clickedAt: number;
  /** To the kernel's first line on the console. */
  kernelSeconds: number;
  /** To the shell's prompt. */
  shellSeconds: number;
}

/** The playground with its Debian guest, worked with as a person would: a click, then keys. Nothing has a time limit. */
export class Playground {
  private commands = 0;

  constructor(readonly page: Page) {}

  /** Opens the page of a site and waits until it has all it wants before a guest is started. */
  static async open(page: Page, origin: string, guest = 'debian'): Promise<Playground> {
    await page.goto(`${origin}/index.html?guest=${guest}`);
    await page.waitForLoadState('networkidle');
    return new Playground(page);
  }

  /** Starts the machine, and waits for nothing. */
  async click(): Promise<void> {
    await this.page.getByRole('button', { name: 'Start the machine' }).click();
  }

  /** Starts the machine and waits for the prompt on the console. Rejects with a sentence if none can come. */
  async boot(): Promise<Start> {
    await this.page.evaluate(
      ({ prompt, pause }) => {
        const start = new Promise<Start>((resolve, reject) => {
          const watch = ({ timeStamp }: MouseEvent): void => {
            const since = (): number => (performance.now() - timeStamp) / 1000;
            let kernelSeconds: number | undefined;
            const look = setInterval(() => {
              const page = window.__dormouse;
              if (kernelSeconds === undefined && page?.terminalText().includes('Booting Linux')) kernelSeconds = since();
              const text = page?.visibleText().trimEnd() ?? '';
              const complaint = /Kernel panic.*/.exec(text)?.[0] ?? document.querySelector('[role=alert]')?.textContent;
              if (!text.endsWith(prompt) && !complaint) return;
              clearInterval(look);
              if (complaint) reject(new Error(`The guest did not boot: ${complaint}`));
              const shellSeconds = since();
              resolve({
                clickedAt: performance.timeOrigin + timeStamp,
                kernelSeconds: kernelSeconds ?? shellSeconds,
                shellSeconds,
              });
            }, pause);
          };
          document.addEventListener('click', watch, { capture: true, once: true });
        });
        // Whoever asks for it hears of it.
        start.catch(() => {});
        window.__start = start;
      },
      { prompt: PROMPT.trimEnd(), pause: LOOK_EVERY },
    );
    await this.click();
    return this.page.evaluate(() => window.__start!);
  }

  /** Puts the keyboard's focus into the console. */
  async focus(): Promise<void> {
    await this.page.locator(KEYBOARD).focus();
  }

  /** Takes it away from there, to nowhere in particular. */
  async blur(): Promise<void> {
    await this.page.locator(KEYBOARD).blur();
  }

  /** Types a command and waits until it is done. Rejects with a sentence if it fails. */
  async run(command: string): Promise<void> {
    const number = ++this.commands;
    await this.focus();
    // The quotes keep the echo of what is typed from looking like the mark.
    await this.page.keyboard.type(`{ ${command}; }; echo "do""ne ${number} $?."\n`);
    const status = await this.page.evaluate(
      ({ mark, prompt, pause }) =>
        new Promise<string>((resolve) => {
          const done = new RegExp(`${mark} (\\d+)\\.\\s+${prompt}$`);
          const look = setInterval(() => {
            const status = done.exec(window.__dormouse?.visibleText().trimEnd() ?? '')?.[1];
            if (status === undefined) return;
            clearInterval(look);
            resolve(status);
          }, pause);
        }),
      { mark: `done ${number}`, prompt: PROMPT.trimEnd(), pause: LOOK_EVERY },
    );
    if (status !== '0') throw new Error(`In the page “${command}” ended with status ${status}.`);
  }

  /** Cuts the power, and waits until the page says so: then the disk is let go of. */
  async cutPower(): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Power off' }).click();
    await page.getByRole('button', { name: 'Cut the power now' }).click();
    await page.getByRole('region', { name: 'How the machine went down' }).waitFor();
  }
}
