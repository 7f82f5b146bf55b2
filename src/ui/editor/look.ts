/** How the editor looks: our tokens, so that both themes, and the colours of a page around, hold without a change here. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { A64Token } from './a64-tokens';

/** CodeMirror's names for our kinds of token. */
export const TOKEN_TAGS = {
  comment: tags.comment,
  string: tags.string,
  label: tags.labelName,
  directive: tags.processingInstruction,
  mnemonic: tags.keyword,
  register: tags.variableName,
  number: tags.number,
  relocation: tags.modifier,
  condition: tags.operatorKeyword,
} as const satisfies Record<A64Token, unknown>;

// Amber stays with firmware and sleep: what stands out in a program are its instructions and its labels.
const colours = HighlightStyle.define([
  { tag: TOKEN_TAGS.comment, color: 'var(--faint)', fontStyle: 'italic' },
  { tag: TOKEN_TAGS.string, color: 'var(--moss)' },
  { tag: TOKEN_TAGS.label, color: 'var(--text)', fontWeight: '700' },
  { tag: [TOKEN_TAGS.directive, TOKEN_TAGS.relocation], color: 'var(--dim)' },
  { tag: TOKEN_TAGS.mnemonic, color: 'var(--code-mnemonic)', fontWeight: '600' },
  { tag: TOKEN_TAGS.register, color: 'var(--code-register)' },
  { tag: TOKEN_TAGS.number, color: 'var(--code-number)' },
  { tag: TOKEN_TAGS.condition, color: 'var(--code-mnemonic)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--text)', fontSize: '12.5px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', overflow: 'auto', scrollbarWidth: 'thin' },
  '.cm-content': { padding: '8px 0 24px', caretColor: 'var(--text)', tabSize: '8' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-gutters': { border: '0', backgroundColor: 'var(--surface)', color: 'var(--faint)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '34px', padding: '0 8px 0 6px' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--raised)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
  '.cm-content ::selection, .cm-line::selection': { backgroundColor: 'var(--sel)' },
  '.cm-line.cm-wrong, &.cm-focused .cm-line.cm-wrong': { backgroundColor: 'var(--rose-wash)' },
  '.cm-gutterElement.cm-wrongNumber': { backgroundColor: 'var(--rose-wash)', color: 'var(--rose)', fontWeight: '700' },
});

export const look = [theme, syntaxHighlighting(colours)];
