/** What closes a line of Dormouse's own: nothing to read, so it stays with the word before it. */
const CLOSING = / (?=──$)/;

/** Breaks `text` between words into lines of at most `columns` characters; a word longer than a line is left for the terminal to cut. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text)) {
    if (line && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}

function wordsOf(text: string): string[] {
  const words = text.split(' ');
  if (words.length < 2 || !CLOSING.test(text)) return words;
  const closing = words.splice(-2).join(' ');
  return [...words, closing];
}
