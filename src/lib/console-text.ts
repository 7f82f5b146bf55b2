/** Characters that are kept for whoever waits for a text; the oldest go first. */
const KEPT = 1 << 20;

/** What the console has shown and no wait has passed yet. */
export class ConsoleText {
  private readonly decoder = new TextDecoder();
  private text = '';

  add(bytes: Uint8Array): void {
    this.text += this.decoder.decode(bytes, { stream: true });
    if (this.text.length > KEPT) this.text = this.text.slice(-KEPT);
  }

  /** Takes everything up to the end of the first match; undefined if there is none. */
  take(wanted: string | RegExp): string | undefined {
    const end = endOfMatch(this.text, wanted);
    if (end === undefined) return undefined;
    const taken = this.text.slice(0, end);
    this.text = this.text.slice(end);
    return taken;
  }

  /** The last of it, for people who wait in vain. */
  get tail(): string {
    return this.text.slice(-200);
  }
}

function endOfMatch(text: string, wanted: string | RegExp): number | undefined {
  if (typeof wanted === 'string') {
    const at = text.indexOf(wanted);
    return at < 0 ? undefined : at + wanted.length;
  }
  // Without g and y, which would begin at lastIndex.
  const found = new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')).exec(text);
  return found ? found.index + found[0].length : undefined;
}
