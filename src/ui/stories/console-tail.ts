/** The newest of what a console printed, as plain text. */

/** Characters that are kept: several screens. */
const LONGEST = 1 << 14;
/** ECMA-48 control sequences (CSI), operating system commands (OSC), and two-character escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with a control character.
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_=>78])/g;

export class ConsoleTail {
  private raw = '';
  private decoder = new TextDecoder();

  add(bytes: Uint8Array): void {
    this.raw = (this.raw + this.decoder.decode(bytes, { stream: true })).slice(-LONGEST);
  }

  /** Without control sequences and carriage returns. */
  get text(): string {
    return this.raw.replace(ESCAPES, '').replaceAll('\r', '');
  }

  clear(): void {
    this.raw = '';
    this.decoder = new TextDecoder();
  }
}
