/** Pages of docs/ with parts that are written by programs, between the lines `<!-- generated: NAME -->` and `<!-- end -->`. */

/** A table in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // A bar within a cell would end it.
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** `page` with every generated section renewed. `doc` and `script` are named in errors: a marker is missing, or names no section. */
export function renewSections(
  page: string,
  sections: Readonly<Record<string, () => string>>,
  { doc, script }: { doc: string; script: string },
): string {
  const seen = new Set<string>();
  const renewed = page.replace(/<!-- generated: (\S+) -->\n[\s\S]*?<!-- end -->/g, (_, name: string) => {
    const section = sections[name];
    if (!section) throw new Error(`${doc} asks for a generated section "${name}", which ${script} does not have.`);
    seen.add(name);
    return `<!-- generated: ${name} -->\n\n${section()}\n\n<!-- end -->`;
  });
  const missing = Object.keys(sections).filter((name) => !seen.has(name));
  if (missing.length > 0) throw new Error(`${doc} lacks the marker of the generated section "${missing[0]}".`);
  return renewed;
}
