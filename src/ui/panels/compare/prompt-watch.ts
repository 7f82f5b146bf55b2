/** Whether a guest waits for a command: from what it prints, as it comes. */
import { plainConsole } from '../../state/plain-console';

/** Characters from the end in which a prompt is looked for. */
const LOOKED_AT = 400;
/** A line that waits for a command: a monitor's or a shell's. */
const PROMPT = /(?:^|\n)[^\n]{0,60}[>#$] $/;

export class PromptWatch {
  private tail = '';
  private hasLine = false;

  /** A line was typed: the prompt before it counts no more. */
  restart(): void {
    this.tail = '';
    this.hasLine = false;
  }

  /** Takes what was printed. */
  print(text: string): void {
    this.tail = (this.tail + text).slice(-LOOKED_AT);
    this.hasLine ||= text.includes('\n');
  }

  /** Whether a line ended since the start, and a prompt stands at the end. */
  get isAtPrompt(): boolean {
    return this.hasLine && PROMPT.test(plainConsole(this.tail));
  }
}
