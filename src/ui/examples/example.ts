/** A program to begin with: its source, what to know about it, and the machine it is for. */
export interface Example {
  /** In addresses and in what is remembered. */
  readonly name: string;
  readonly title: string;
  /** In a line, for the list. */
  readonly summary: string;
  /** Paragraphs beside the source. Words between backquotes are code; `[panel:registers]` is a button that shows that panel. */
  readonly about: readonly string[];
  readonly source: string;
  readonly machine?: ExampleMachine;
}

/** What an example needs that is not there anyway. */
export interface ExampleMachine {
  readonly vcpus?: number;
  /** A disk of its own, in memory, which is there again when the program is run again. */
  readonly diskMiB?: number;
}
