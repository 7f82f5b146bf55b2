import { CompletionContext, type CompletionResult, type CompletionSource } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AssemblyWords } from '../../vm/api/assembly';
import { assemblyWords } from '../../vm/assembly-words';
import { checkProgram } from '../../vm/program';
import { completionSource, namesIn, statementBefore } from './assembly-help';

describe('where the cursor is', () => {
  it.each([
    ['    ad', undefined, ''],
    ['    add x0, ', 'add', 'x0, '],
    ['here: 1: ldr x', 'ldr', 'x'],
    ['nop; MRS x0, ', 'mrs', 'x0, '],
    ['.asciz "a; b", x', '.asciz', 'xxxxxx, x'],
  ])('%s', (line, mnemonic, operands) => {
    expect(statementBefore(line)).toEqual({ mnemonic, operands });
  });

  it('knows the names that a source gives', () => {
    expect(namesIn('start: nop\n.equ SIZE, 4\nN = 2\n.macro twice reg\n.endm\nx == 1')).toEqual({
      labels: ['start'],
      constants: ['SIZE', 'N'],
      macros: ['twice'],
    });
  });
});

describe('completion', () => {
  let words: AssemblyWords;
  let source: CompletionSource;
  beforeAll(() => {
    words = assemblyWords();
    const understood = checkProgram('.include "psci.inc"\nstart: nop');
    source = completionSource({ words: () => words, understood: () => understood });
  });

  /** What is offered at the end of a text, of what begins as the last word does. */
  async function offered(text: string): Promise<string[]> {
    const context = new CompletionContext(EditorState.create({ doc: text }), text.length, false);
    const result = (await source(context)) as CompletionResult | null;
    const begun = text.slice(result?.from ?? text.length);
    return result?.options.filter(({ label }) => label.startsWith(begun)).map(({ label }) => label) ?? [];
  }

  it.each([
    ['    csin', ['csinc', 'csinv']],
    ['.bal', ['.balign']],
    ['.include "ps', ['psci.inc']],
    ['.include "psci.inc"\n    pow', ['power_off']],
    ['    pow', []],
    ['mrs x0, cntv_', ['cntv_ctl_el0', 'cntv_cval_el0', 'cntv_tval_el0']],
    ['    csel x0, x1, x2, g', ['ge', 'gt']],
    ['loop1: nop\n    b loo', ['loop1']],
    ['    ldr x0, =PSCI_AFF', ['PSCI_AFFINITY_INFO']],
    ['    nop // csin', []],
    ['    .asciz "csin', []],
  ])('%s', async (text, labels) => {
    expect((await offered(text)).sort()).toEqual([...labels].sort());
  });
});
