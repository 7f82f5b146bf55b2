import { describe, expect, it } from 'vitest';
import { DIRECTIVE_WORDS } from './assemble/directive-words';
import { DIRECTIVES } from './assemble/directives';
import { assemble } from './assemble/index';
import { dictionary } from './dictionary';
import { meaningOf } from './meanings';

describe('the dictionary', () => {
  const entries = dictionary();

  it('has words for every operand and every mnemonic', () => {
    expect(entries.length).toBeGreaterThan(700);
    expect(entries.filter(({ mnemonic }) => meaningOf(mnemonic) === undefined).map(({ mnemonic }) => mnemonic)).toEqual([]);
    expect(entries.flatMap(({ forms }) => forms).filter(({ syntax }) => /undefined|NaN/.test(syntax))).toEqual([]);
  });

  it('writes operands near to how the manual does', () => {
    const formsOf = (wanted: string): string[] =>
      entries.find(({ mnemonic }) => mnemonic === wanted)!.forms.map(({ syntax }) => syntax);
    expect(formsOf('csel')).toEqual(['csel <Rd>, <Rn>, <Rm>, <cond>']);
    expect(formsOf('add')).toContain('add <Rd|SP>, <Rn|SP>, #<imm 0…4095>{, LSL #12}');
    expect(formsOf('ldr')).toContain('ldr <Xt>, [<Xn|SP>{, #<offset 0…32760>}]');
    expect(formsOf('ret')).toEqual(['ret', 'ret <Xn>']);
  });

  it('knows of each mnemonic whether disassembly has it', () => {
    const secondary = entries.filter((entry) => entry.secondary).map(({ mnemonic }) => mnemonic);
    expect(secondary).toContain('lslv');
    expect(secondary).not.toContain('lsl');
  });
});

it('explains directives that are there, and all that write something', () => {
  const inBlocks = /^\.(?:macro|endm|rept|irp|irpc|endr|if\w*|else\w*|endif|include|req)$/;
  for (const { name } of DIRECTIVE_WORDS) if (!inBlocks.test(name)) expect(Object.keys(DIRECTIVES)).toContain(name);
  const explained = new Set(DIRECTIVE_WORDS.map(({ name }) => name));
  const silent = Object.keys(DIRECTIVES).filter((name) => !explained.has(name));
  // What is only accepted needs no line each.
  expect(silent.filter((name) => assemble(`${name} nothing`).bytes.length > 0)).toEqual([]);
});
