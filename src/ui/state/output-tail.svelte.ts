import type { ConsoleFeed, ConsoleItem } from './console-feed';

/** Characters of the console's end that are looked at. */
const KEPT = 4000;
const LINES = 40;
/** Escape sequences (ECMA-48): control sequences, operating system commands, and single ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** The last lines of the console as plain text, for where there is no room for a terminal. Read once a frame, however much comes. */
export class OutputTail {
  /** Escape sequences and all. */
  private text = $state.raw('');
  private coming = '';
  private readonly decoder = new TextDecoder();
  private frame: number | undefined;

  constructor(feed: ConsoleFeed) {
    feed.listen((item) => this.take(item));
  }

  /** Its last lines: what was printed by now, and what of the last `unprinted` bytes is of later than the moment at which the machine stands. */
  parts(unprinted = 0): { printed: string; later: string } {
    const bytes = new TextEncoder().encode(this.text);
    const now = Math.max(0, bytes.length - unprinted);
    const [printed, later] = [bytes.subarray(0, now), bytes.subarray(now)].map((part) => plain(new TextDecoder().decode(part)));
    const ended = later ? printed! : printed!.replace(/\n$/, '');
    return { printed: ended.split('\n').slice(-LINES).join('\n'), later: later!.replace(/\n$/, '') };
  }

  clear(): void {
    this.text = this.coming = '';
  }

  private take(item: ConsoleItem): void {
    if (item.kind === 'fresh') this.clear();
    if (item.kind !== 'bytes') return;
    this.coming = (this.coming + this.decoder.decode(item.data.subarray(-KEPT), { stream: true })).slice(-KEPT);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.text = this.coming;
    });
  }
}

const plain = (text: string): string => text.replace(ESCAPES, '').replaceAll('\r', '');
