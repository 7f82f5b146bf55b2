/**
 * What is pasted where a line has been indented already: the blanks that its first line brings are there.
 * @param before what stands in the line before the cursor
 */
export function pastedText(before: string, text: string): string {
  if (!/^[ \t]+$/.test(before)) return text;
  const brought = /^[ \t]*/.exec(text)![0].length;
  return text.slice(Math.min(brought, before.length));
}
