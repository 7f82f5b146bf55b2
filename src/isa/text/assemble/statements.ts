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

/**
 * Splits a source into statements: at line ends and `;`. Comments are `//` and block comments anywhere, `#` at the start of a line.
 * Quotes protect all of them. Empty statements are left out.
 */
export function splitStatements(source: string): Statement[] {
  const statements: Statement[] = [];
  let line = 1;
  let text = '';
  let startLine = 1;
  let lineStart = 0;
  let column = 0;
  let at = 0;
  const end = (): void => {
    if (text.trim()) statements.push({ line: startLine, text: text.trim(), column });
    text = '';
  };
  while (at < source.length) {
    const here = source[at]!;
    if (!text.trim()) {
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
    } else if (source.startsWith('//', at) || (here === '#' && !text.trim())) {
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
      const literal = here === '"' ? /"(?:\\.|[^"\\\n])*"?/y : /'(?:\\.|[^\n])'?/y;
      literal.lastIndex = at;
      const found = literal.exec(source)?.[0] ?? here;
      text += found;
      at += found.length;
    } else {
      text += here === '\r' ? ' ' : here;
      at++;
    }
  }
  end();
  return statements;
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
