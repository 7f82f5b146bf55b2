/**
 * Makes a compiler's assembly one flat source: what is in a section of its own is put in order (code, constants, variables), and what
 * only a linker, an unwinder or a debugger would read is left out. Labels and instructions stay as they are, but for their spelling.
 */

/** In the order in which they follow each other in memory. */
const SECTIONS = ['.text', '.rodata', '.data', '.bss'] as const;
type Section = (typeof SECTIONS)[number];
/** As linkers do: a store must not hit a page of code, which is slow on every emulator. */
const OWN_PAGE = '\t.balign\t4096\n';
const writable = (section: Section): boolean => section === '.data' || section === '.bss';

const LEFT_OUT = /^\.(file|ident|loc|cfi_\w+|arch|type|size|global|globl|local|weak|hidden|section|text|data|bss)\b/;
/** Says nothing to anybody but the linker. */
const NOTE = '.note.GNU-stack';

/** What GNU as takes beyond the manual's syntax, and our assembler does not. */
const SPELLINGS: readonly [RegExp, string][] = [
  [/\buxtw\tx(\d+), w(\d+)$/, 'ubfx\tx$1, x$2, 0, 32'],
  [/\b([us]xt[bhwx]|[la]s[lr]) (\d+)(?=\]?$)/, '$1 #$2'],
];

const spelled = (line: string): string => SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), line);

export function clean(assembly: string): string {
  const lines: Record<Section, string[]> = { '.text': [], '.rodata': [], '.data': [], '.bss': [] };
  let section: Section = '.text';
  for (const line of assembly.split('\n')) {
    const text = line.replace(/\/\/.*$/, '').trim();
    section = sectionNamedBy(text) ?? section;
    if (text && !LEFT_OUT.test(text)) lines[section].push(spelled(line.trimEnd()));
  }
  return SECTIONS.filter((name) => lines[name].length > 0)
    .map((name) => `// ${name}\n${writable(name) ? OWN_PAGE : ''}${lines[name].join('\n')}\n`)
    .join('');
}

/** The section that a directive turns to. Throws one sentence for one that a flat program has no place for. */
function sectionNamedBy(text: string): Section | undefined {
  const name = /^(?:\.section\s+)?(\.[\w.-]+)/.exec(text)?.[1];
  const found = SECTIONS.find((each) => name === each || name?.startsWith(`${each}.`));
  if (found || !text.startsWith('.section')) return found;
  if (name === NOTE) return '.text';
  throw new Error(`The compiler's section “${name}” has no place in a flat program.`);
}
