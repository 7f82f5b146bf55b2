/**
 * Colours for A64 assembly, word by word. Mnemonics are known by where they stand, not by a list: whatever the assembler learns is coloured already.
 * The rules of text are the assembler's (`src/isa/text/assemble/statements.ts`): `;` ends a statement and begins no comment.
 */

/** Of CodeMirror's StringStream, what is needed here. */
export interface Letters {
  match(pattern: RegExp): unknown;
  skipToEnd(): void;
  next(): unknown;
}

export interface A64State {
  /** Within a block comment, which goes over lines. */
  comment: boolean;
  /** Nothing of the statement has been read but labels. */
  start: boolean;
  /** What the statement begins with is a directive, whose words are names rather than registers. */
  directive: boolean;
}

export type A64Token =
  | 'comment'
  | 'string'
  | 'label'
  | 'directive'
  | 'mnemonic'
  | 'register'
  | 'number'
  | 'relocation'
  | 'condition';

export const a64Start = (): A64State => ({ comment: false, start: true, directive: false });

const REGISTER = /^(?:[xw](?:[12]?\d|30|zr)|w?sp|lr|[vbhsdq](?:[12]?\d|3[01])(?:\.(?:\d+)?[bhsdq])?)(?![\w.])/i;
/** Shifts, extensions, barriers' and branches' conditions: words that stand among operands and are no names of the program. */
const CONDITION =
  /^(?:lsl|lsr|asr|ror|msl|[us]xt[bhwx]|eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al|nv|(?:ish|nsh|osh)(?:ld|st)?|sy|ld|st)(?![\w.])/i;
const NUMBER = /^#?[-+]?(?:0x[\da-f]+|0b[01]+|\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?!\w)/i;

/** Reads one token; undefined for what has no colour of its own. */
export function a64Token(letters: Letters, state: A64State): A64Token | undefined {
  if (state.comment || letters.match(/^\/\*/)) {
    state.comment = !letters.match(/^.*?\*\//);
    if (state.comment) letters.skipToEnd();
    return 'comment';
  }
  if (letters.match(/^\s+/)) return undefined;
  if (letters.match(/^\/\//) || (state.start && letters.match(/^#/))) {
    letters.skipToEnd();
    return 'comment';
  }
  if (letters.match(/^;/)) {
    state.start = true;
    return undefined;
  }
  if (letters.match(/^"(?:\\.|[^"\\])*"?/) || letters.match(/^'(?:\\.|[^\\])'?/)) return 'string';
  if (state.start) {
    if (letters.match(/^(?:[\w.$]+):/)) return 'label';
    state.start = false;
    state.directive = Boolean(letters.match(/^\.[\w.]+/));
    if (state.directive) return 'directive';
    if (letters.match(/^[a-z_][\w.]*/i)) return 'mnemonic';
  }
  if (letters.match(/^:[\w]+:/)) return 'relocation';
  if (letters.match(/^\d+[fb](?!\w)/)) return 'label';
  if (letters.match(NUMBER)) return 'number';
  if (!state.directive && letters.match(REGISTER)) return 'register';
  if (!state.directive && letters.match(CONDITION)) return 'condition';
  if (letters.match(/^[a-z_.$\\][\w.$]*/i)) return undefined;
  letters.next();
  return undefined;
}

/** What is forgotten at the end of a line: all but a block comment. */
export function a64LineEnds(state: A64State): void {
  state.start = true;
  state.directive = false;
}
