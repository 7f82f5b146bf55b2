/**
 * A file that a program may `.include`: constants under their manuals' names, a few macros, and routines that go behind the program's own code
 * (`.pushsection`), so that a program still begins with its first line.
 */
export interface Header {
  /** As it is written: `uart.inc`. */
  readonly name: string;
  /** What is in it, in a sentence. */
  readonly what: string;
  readonly text: string;
}
