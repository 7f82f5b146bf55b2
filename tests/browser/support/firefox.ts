/**
 * The system's Firefox, driven by WebDriver BiDi, which it speaks by itself. Playwright's own driver wants a Firefox that is built for it, and its BiDi asks for
 * commands that an ESR has not.
 *
 * Source: WebDriver BiDi (W3C): session, browsingContext, script, input, log.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable } from './find-executable';
import { JsonSocket } from './web-socket';

/** FIREFOX_PATH, or the one on the PATH; undefined: there is none here. */
export const findFirefox = (): string | undefined => process.env.FIREFOX_PATH || findExecutable(['firefox', 'firefox-esr']);

/** It talks to nobody but the page's server. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
} as const;

/** Code points by which BiDi names keys that are no characters. */
export const KEY = { ENTER: '\ue007' } as const;

interface Answer {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: unknown;
  readonly error?: string;
  readonly message?: string;
}

/** A browser with one page, and a profile of its own that is gone with it. */
export class Firefox {
  /** Errors that the page left in its console, as they were said there. */
  readonly errors: string[] = [];
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private asked = 0;
  private context = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: JsonSocket,
  ) {
    socket.onMessage = (message) => this.take(message as Answer);
  }

  static async launch(executable: string): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'dormouse-firefox-'));
    const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});`);
    writeFileSync(join(profile, 'user.js'), lines.join('\n'));
    const child = spawn(
      executable,
      ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', profile, '--width', '1440', '--height', '900'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    // Not even a run that is broken off leaves one behind.
    process.once('exit', () => child.kill());
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.on('error', reject);
      child.on('exit', () => reject(new Error(`Firefox ended before it could be spoken to: ${said}`)));
      child.stderr.on('data', (data: Buffer) => {
        said += data.toString();
        const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
        if (address) resolve(address);
      });
    });
    const firefox = new Firefox(child, profile, await JsonSocket.open(`${url}/session`));
    await firefox.begin();
    return firefox;
  }

  private async begin(): Promise<void> {
    await this.command('session.new', { capabilities: {} });
    await this.command('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts } = (await this.command('browsingContext.getTree', {})) as { contexts: { context: string }[] };
    this.context = contexts[0]!.context;
  }

  async open(url: string): Promise<void> {
    await this.command('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }
  async reload(): Promise<void> {
    await this.command('browsingContext.reload', { context: this.context, wait: 'complete' });
  }

  /** What an expression comes to in the page: text, or `''` where that is nothing. */
  async text(expression: string): Promise<string> {
    const { result, exceptionDetails } = (await this.command('script.evaluate', {
      expression: `String((${expression}) ?? '')`,
      target: { context: this.context },
      awaitPromise: true,
    })) as { result?: { value?: string }; exceptionDetails?: { text: string } };
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result?.value ?? '';
  }

  /** Types at what has the focus, as at a keyboard. */
  async type(keys: string): Promise<void> {
    const actions = [...keys].flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await this.command('input.performActions', { context: this.context, actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.process.once('exit', () => resolve()));
    // It ends, and takes its answer with it.
    void this.command('browser.close', {}).catch(() => {});
    await gone;
    this.socket.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private command(method: string, params: object): Promise<unknown> {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ type, result, error, message }) => {
        if (type === 'success') resolve(result);
        else reject(new Error(`${method}: ${error}: ${message}`));
      });
      this.socket.send({ id, method, params });
    });
  }

  private take(answer: Answer): void {
    if (answer.type === 'event') {
      const entry = answer.params as { level?: string; text?: string };
      if (answer.method === 'log.entryAdded' && entry.level === 'error') this.errors.push(entry.text ?? '');
      return;
    }
    if (answer.id === undefined) return;
    this.waiting.get(answer.id)?.(answer);
    this.waiting.delete(answer.id);
  }
}
