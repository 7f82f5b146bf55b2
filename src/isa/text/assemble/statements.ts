/** One statement of a source, without comments. */
export interface Statement {
  /** Line of the source, from 1; for the body of a macro, the line of its outermost call. */
  line: number;
  text: string;
  /** Where in its line the text begins, from 0; left out for what is not in the source as it stands. */
  column?: number;
  /** Where else it is from, such as `“uart.inc”, line 3`. */
  from?: string;
}

/** Characters. The patterns that statements are read with have room for this. */
export const LONGEST_STATEMENT = 1 << 20;

/**
 * Splits a source into statements: at line ends and `;`. Comments are `//` and block comments anywhere, `#` at the start of a line.
 * Quotes protect all of them. Empty statements are left out.
 */
export function splitStatements(source: string): Statement[] {
  const statements: Statement[] = [];
  let line = 1;
  let text = '';
  let isBlank = true;
  let startLine = 1;
  let lineStart = 0;
  let column = 0;
  let at = 0;
  const end = (): void => {
    if (!isBlank) statements.push({ line: startLine, text: text.trim(), column });
    text = '';
    isBlank = true;
  };
  while (at < source.length) {
    const here = source[at]!;
    if (isBlank) {
      startLine = line;
      column = at - lineStart;
    }
    if (here === '\n' || here === ';') {
      end();
      at++;
      if (here === '\n') {
        line++;
        lineStart = at;
      }
    } else if (source.startsWith('//', at) || (here === '#' && isBlank)) {
      while (at < source.length && source[at] !== '\n') at++;
    } else if (source.startsWith('/*', at)) {
      const close = source.indexOf('*/', at + 2);
      const comment = source.slice(at, close < 0 ? source.length : close + 2);
      const breaks = comment.split('\n').length - 1;
      line += breaks;
      // Without a break it keeps its room, so that what follows is where it seems to be.
      text += breaks > 0 ? ' ' : ' '.repeat(comment.length);
      if (breaks > 0) lineStart = at + comment.lastIndexOf('\n') + 1;
      at += comment.length;
    } else if (here === '"' || (here === "'" && source[at + 1] !== '\n')) {
      const close = here === '"' ? stringEnd(source, at) : characterEnd(source, at);
      text += source.slice(at, close);
      isBlank = false;
      at = close;
    } else {
      text += here === '\r' ? ' ' : here;
      isBlank &&= here.trim() === '';
      at++;
    }
  }
  end();
  return statements;
}

/** Where the string that begins at `at` ends: behind its quote, or with its line. By hand: a pattern's memory grows with the string. */
function stringEnd(source: string, at: number): number {
  for (let end = at + 1; end < source.length; end++) {
    const here = source[end];
    if (here === '\n') return end;
    if (here === '"') return end + 1;
    if (here === '\\' && end + 1 < source.length && source[end + 1] !== '\n') end++;
  }
  return source.length;
}

const CHARACTER = /'(?:\\.|[^\n])'?/y;

function characterEnd(source: string, at: number): number {
  CHARACTER.lastIndex = at;
  return at + (CHARACTER.exec(source)?.[0].length ?? 1);
}

/** Splits at commas outside quotes, parentheses, brackets and braces; the pieces are trimmed. No text, no pieces. */
export function splitOperands(text: string): string[] {
  if (!text.trim()) return [];
  const pieces: string[] = [];
  let depth = 0;
  let piece = '';
  for (const token of text.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'])'?|./g) ?? []) {
    if (token === '(' || token === '[' || token === '{') depth++;
    if (token === ')' || token === ']' || token === '}') depth--;
    if (token === ',' && depth === 0) {
      pieces.push(piece.trim());
      piece = '';
    } else piece += token;
  }
  return [...pieces, piece.trim()];
}
