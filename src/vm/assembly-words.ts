import { GENERAL_REGISTERS, SYSTEM_REGISTER_MEANINGS } from '../isa/register-meanings';
import { REGISTER_KEYS } from '../isa/system-registers';
import { DIRECTIVE_WORDS } from '../isa/text/assemble/directive-words';
import { dictionary } from '../isa/text/dictionary';
import { CONDITION_MEANINGS, meaningOf } from '../isa/text/meanings';
import type { AssemblyWords, ExplainedWord } from './api/assembly';
import { HEADERS } from './include/headers';

const explained = (words: Iterable<readonly [string, string]>): ExplainedWord[] =>
  [...words].map(([name, what]) => ({ name, what }));

/** The macros of a header, with the last line of the comment above each. */
const macrosIn = (text: string): ExplainedWord[] =>
  [...text.matchAll(/(?:^\/\/ *(.*)\n)?^\.macro +(\w+)/gm)].map((found) => ({ name: found[2]!, what: found[1] ?? '' }));

/** All words of the assembler's language, for an editor. */
export const assemblyWords = (): AssemblyWords => ({
  instructions: dictionary().map(({ mnemonic, forms, secondary }) => ({
    mnemonic,
    what: meaningOf(mnemonic) ?? '',
    secondary,
    forms: forms.map(({ syntax, row }) => ({
      syntax,
      encoding: row.name,
      ...(row.feature ? { feature: row.feature } : {}),
    })),
  })),
  directives: DIRECTIVE_WORDS.map((words) => ({ ...words })),
  registers: explained(GENERAL_REGISTERS),
  // No EL2 and no EL3 here: what is theirs can be written, and is UNDEFINED.
  systemRegisters: [...REGISTER_KEYS.keys()]
    .filter((name) => !/_el(?:2|3|12|02)$/.test(name))
    .map((name) => ({ name, what: SYSTEM_REGISTER_MEANINGS.get(name) ?? '' })),
  conditions: explained(Object.entries(CONDITION_MEANINGS)),
  headers: HEADERS.map(({ name, what, text }) => ({ name, what, macros: macrosIn(text) })),
});
