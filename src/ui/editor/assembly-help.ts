/** Completion and hover help for A64 assembly, from the assembler's own words. */
import {
  autocompletion,
  type Completion,
  type CompletionSource,
  completionKeymap,
  snippetCompletion,
} from '@codemirror/autocomplete';
import type { EditorState, Extension } from '@codemirror/state';
import { hoverTooltip, keymap, type Tooltip } from '@codemirror/view';
import type { AssemblyWords, CheckedProgram, ExplainedWord, InstructionWords } from '../../vm/api/assembly';
import { numberInWords } from './number-words';

/** What the help is made from; each is asked for when it is needed. */
export interface HelpSources {
  words(): AssemblyWords | undefined;
  /** The program when it had no problem last. */
  understood(): CheckedProgram | undefined;
}

/** Forms of an instruction that are shown at once. */
const SHOWN_FORMS = 6;

const explained = (words: readonly ExplainedWord[], type: string): Completion[] =>
  words.map(({ name, what }) => ({ label: name, type, ...(what ? { detail: what } : {}) }));

/** The lists that never change, made once. */
function listsOf(words: AssemblyWords) {
  return {
    instructions: words.instructions
      .filter(({ secondary }) => !secondary)
      .map(
        (each): Completion => ({ label: each.mnemonic, type: 'keyword', detail: each.what, info: () => instructionCard(each) }),
      ),
    directives: [
      ...words.directives.map(
        (each): Completion => ({
          label: each.name,
          type: 'namespace',
          detail: each.what,
          info: () => card(each.syntax, each.what),
        }),
      ),
      snippetCompletion('.macro #{name} #{argument}\n    #{}\n.endm', {
        label: '.macro',
        type: 'namespace',
        detail: 'A whole macro',
        boost: -1,
      }),
      snippetCompletion('.if #{condition}\n    #{}\n.endif', {
        label: '.if',
        type: 'namespace',
        detail: 'A whole .if',
        boost: -1,
      }),
    ],
    registers: explained(words.registers, 'variable'),
    systemRegisters: explained(words.systemRegisters, 'constant'),
    conditions: explained(words.conditions, 'enum'),
    headers: words.headers.map(({ name, what }): Completion => ({ label: name, type: 'text', detail: what })),
    byMnemonic: new Map(words.instructions.map((each) => [each.mnemonic, each])),
    byDirective: new Map(words.directives.map((each) => [each.name, each])),
    byRegister: new Map(words.registers.map((each) => [each.name, each])),
    bySystemRegister: new Map(words.systemRegisters.map((each) => [each.name, each])),
    byCondition: new Map(words.conditions.map((each) => [each.name, each])),
    byMacro: new Map(
      words.headers.flatMap(({ name: header, macros }) => macros.map(({ name, what }) => [name, { header, what }] as const)),
    ),
  };
}

/** The statement up to the cursor, without labels before it. */
export function statementBefore(line: string): { mnemonic: string | undefined; operands: string } {
  const start = line
    .replace(/"(?:\\.|[^"\\])*"?/g, (text) => 'x'.repeat(text.length))
    .split(';')
    .at(-1)!
    .replace(/^\s*(?:[\w.$]+:\s*)*/, '');
  const found = /^(\S+)\s+(.*)$/.exec(start);
  return found ? { mnemonic: found[1]!.toLowerCase(), operands: found[2]! } : { mnemonic: undefined, operands: '' };
}

/** Names the source itself gives: labels, constants and macros. */
export function namesIn(source: string): { labels: string[]; constants: string[]; macros: string[] } {
  const all = (pattern: RegExp): string[] => [...new Set([...source.matchAll(pattern)].map((found) => found[1]!))];
  return {
    labels: all(/^\s*([A-Za-z_.$][\w.$]*):/gm),
    constants: [...all(/^\s*\.(?:equ|set|equiv)\s+([A-Za-z_.$][\w.$]*)/gm), ...all(/^\s*([A-Za-z_.$][\w.$]*)\s*=(?!=)/gm)],
    macros: all(/^\s*\.macro\s+([A-Za-z_.][\w.]*)/gm),
  };
}

const named = (names: Iterable<string>, type: string, detail: string): Completion[] =>
  [...names].map((label) => ({ label, type, detail, boost: 1 }));

/** `.include` brings names along that only the assembler has seen. */
function symbolsOf(state: EditorState, checked: CheckedProgram | undefined): Completion[] {
  const own = namesIn(state.doc.toString());
  const labels = new Set([...own.labels, ...(checked?.labels.map(({ name }) => name) ?? [])]);
  const constants = new Set([...own.constants, ...(checked?.constants.map(({ name }) => name) ?? [])]);
  return [
    ...named(
      [...labels].filter((name) => !/\d$/.test(name) || own.labels.includes(name)),
      'function',
      'label',
    ),
    ...named(constants, 'constant', 'constant'),
  ];
}

/** Macros that the source can use: its own, and those of the headers it includes. */
function macrosOf(source: string, headers: AssemblyWords['headers']): Completion[] {
  const included = new Set([...source.matchAll(/^\s*\.include\s+"([^"]+)"/gm)].map((found) => found[1]!));
  return [
    ...named(namesIn(source).macros, 'method', 'macro'),
    ...headers.filter(({ name }) => included.has(name)).flatMap(({ macros }) => explained(macros, 'method')),
  ];
}

/** The lists of the assembler's words, made when they are needed first. */
function listsFrom({ words }: HelpSources): () => ReturnType<typeof listsOf> | undefined {
  let lists: ReturnType<typeof listsOf> | undefined;
  return () => {
    const now = words();
    if (!lists && now) lists = listsOf(now);
    return lists;
  };
}

/** What may be written where the cursor is. */
export function completionSource(sources: HelpSources): CompletionSource {
  const { words, understood } = sources;
  const known = listsFrom(sources);
  return (context) => {
    const have = known();
    if (!have) return null;
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (/\/\/|\/\*(?!.*\*\/)/.test(before)) return null;
    const header = /\.include\s+"([^"]*)$/i.exec(before);
    if (header) return { from: context.pos - header[1]!.length, options: have.headers, validFor: /^[\w./]*$/ };
    if (/"[^"]*$/.test(before.replace(/\\./g, '').replace(/"[^"]*"/g, ''))) return null;
    const word = context.matchBefore(/[A-Za-z_.$][\w.$]*/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    const { mnemonic } = statementBefore(before);
    const validFor = /^[\w.$]*$/;
    if (mnemonic === undefined) {
      const macros = macrosOf(context.state.doc.toString(), words()?.headers ?? []);
      return { from, options: [...have.instructions, ...have.directives, ...macros], validFor };
    }
    if (mnemonic.startsWith('.')) return { from, options: symbolsOf(context.state, understood()), validFor };
    const options = [...symbolsOf(context.state, understood())];
    if (mnemonic === 'mrs' || mnemonic === 'msr') options.push(...have.systemRegisters);
    if (/^(?:c(?:sel|set|inc|inv|neg|cm)|fc(?:sel|cmp))/.test(mnemonic)) options.push(...have.conditions);
    return { from, options: [...options, ...have.registers], validFor };
  };
}

export function assemblyHelp(sources: HelpSources): Extension {
  const { understood } = sources;
  const known = listsFrom(sources);

  function hover(state: EditorState, pos: number): Tooltip | null {
    const have = known();
    const line = state.doc.lineAt(pos);
    const at = pos - line.from;
    const found = [...line.text.matchAll(/#?-?(?:0[xX][\da-fA-F]+|0[bB][01]+|\d+)(?![\w.])|[A-Za-z_.$][\w.$]*|\d+[fb]\b/g)].find(
      ({ index, 0: text }) => index <= at && at <= index + text.length,
    );
    const comment = line.text.indexOf('//');
    if (!have || !found || (comment >= 0 && found.index > comment)) return null;
    const body = bodyFor(found[0], statementBefore(line.text.slice(0, found.index)).mnemonic);
    if (!body) return null;
    return {
      pos: line.from + found.index,
      end: line.from + found.index + found[0].length,
      above: true,
      create: () => ({ dom: body }),
    };
  }

  function bodyFor(text: string, mnemonic: string | undefined): HTMLElement | undefined {
    const have = known()!;
    const name = text.toLowerCase();
    if (mnemonic === undefined) {
      const instruction = have.byMnemonic.get(name);
      if (instruction) return instructionCard(instruction);
      const directive = have.byDirective.get(name);
      if (directive) return card(directive.syntax, directive.what);
      const macro = have.byMacro.get(text);
      if (macro) return card(text, `${sentence(macro.what)} A macro of ${macro.header}.`.trim());
    }
    const label = understood()?.labels.find((each) => each.name === text);
    if (label) return card(text, `Label at 0x${label.address.toString(16)}, line ${label.line}`);
    const constant = understood()?.constants.find((each) => each.name === text);
    if (constant) return card(text, numberInWords(constant.value));
    if (/^#?-?\d/.test(text)) return card(text, numberInWords(BigInt.asIntN(128, signedNumber(text))));
    const register =
      have.byRegister.get(name) ?? (mnemonic && /^m[rs]/.test(mnemonic) ? have.bySystemRegister.get(name) : undefined);
    if (register) return card(register.name.toUpperCase(), register.what || 'A system register.');
    const condition = have.byCondition.get(name);
    return condition && card(name, `Condition: ${condition.what}`);
  }

  return [
    autocompletion({ override: [completionSource(sources)], icons: false, maxRenderedOptions: 60 }),
    keymap.of(completionKeymap),
    hoverTooltip((view, pos) => hover(view.state, pos)),
  ];
}

const signedNumber = (text: string): bigint => {
  const digits = text.replace(/^#/, '');
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
};

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function card(title: string, what: string): HTMLElement {
  const body = element('div', 'cm-card');
  body.append(element('code', 'cm-cardTitle', title), element('p', '', sentence(what)));
  return body;
}

const sentence = (what: string): string => (what === '' || /[.?!]$/.test(what) ? what : `${what}.`);

/** What letters in templates stand for. */
const LEGEND: readonly (readonly [pattern: RegExp, means: string])[] = [
  [/<R/, 'R is X or W, the same for all of them.'],
  [/<V>/, 'V is B, H, S or D: part of a vector register.'],
  [/<T>/, 'T is an arrangement such as 16b or 4s.'],
  [/<Ts>/, 'Ts is the size of a lane: b, h, s or d.'],
];

function instructionCard({ mnemonic, what, forms }: InstructionWords): HTMLElement {
  const body = element('div', 'cm-card');
  body.append(element('code', 'cm-cardTitle', mnemonic), element('p', '', sentence(what)));
  const list = element('ul', 'cm-forms');
  for (const { syntax, encoding, feature } of forms.slice(0, SHOWN_FORMS)) {
    const item = element('li', '');
    item.append(element('code', '', syntax), element('span', 'cm-encoding', feature ? `${encoding} · ${feature}` : encoding));
    list.append(item);
  }
  body.append(list);
  const shown = forms.slice(0, SHOWN_FORMS).map(({ syntax }) => syntax);
  const legend = LEGEND.filter(([pattern]) => shown.some((syntax) => pattern.test(syntax))).map(([, means]) => means);
  if (legend.length > 0) body.append(element('p', 'cm-encoding', legend.join(' ')));
  if (forms.length > SHOWN_FORMS)
    body.append(element('p', 'cm-encoding', `and ${forms.length - SHOWN_FORMS} more ways to write it`));
  return body;
}
