/** The newest of what a console printed, as plain text. */
import { plainConsole } from '../state/plain-console';

/** Characters that are kept: several screens. */
const LONGEST = 1 << 14;
export class ConsoleTail {
  private raw = '';
  private decoder = new TextDecoder();

  add(bytes: Uint8Array): void {
    this.raw = (this.raw + this.decoder.decode(bytes, { stream: true })).slice(-LONGEST);
  }

  /** Without control sequences and carriage returns. */
  get text(): string {
    return plainConsole(this.raw);
  }

  clear(): void {
    this.raw = '';
    this.decoder = new TextDecoder();
  }
}
