import type { ConsoleFeed, ConsoleItem } from './console-feed';

/** Characters of the console's end that are looked at. */
const KEPT = 4000;
const LINES = 40;
/** Escape sequences (ECMA-48): control sequences, operating system commands, and single ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** The last lines of the console as plain text, for where there is no room for a terminal. Read once a frame, however much comes. */
export class OutputTail {
  lines = $state.raw<readonly string[]>([]);

  private text = '';
  private readonly decoder = new TextDecoder();
  private frame: number | undefined;

  constructor(feed: ConsoleFeed) {
    feed.listen((item) => this.take(item));
  }

  clear(): void {
    this.text = '';
    this.lines = [];
  }

  private take(item: ConsoleItem): void {
    if (item.kind === 'fresh') this.clear();
    if (item.kind !== 'bytes') return;
    this.text = (this.text + this.decoder.decode(item.data.subarray(-KEPT), { stream: true })).slice(-KEPT);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.lines = this.text.replace(ESCAPES, '').replaceAll('\r', '').replace(/\n$/, '').split('\n').slice(-LINES);
    });
  }
}
