import { EditorSelection, EditorState } from '@codemirror/state';
import { expect, it } from 'vitest';
import { pasteIndent } from './paste-indent';

/** The text after `pasted` was pasted where `|` stands, with the cursor as `|`. */
function pasteInto(text: string, pasted: string, userEvent = 'input.paste'): string {
  const at = text.indexOf('|');
  const state = EditorState.create({
    doc: text.replace('|', ''),
    selection: EditorSelection.cursor(at),
    extensions: pasteIndent,
  });
  const after = state.update({ ...state.replaceSelection(pasted), userEvent }).state;
  const { head } = after.selection.main;
  return `${after.sliceDoc(0, head)}|${after.sliceDoc(head)}`;
}

it('a listing that brings its blanks takes the place of those of an empty line', () => {
  expect(pasteInto('start:\n    |\n', '    mov x0, #1\n    ret')).toBe('start:\n    mov x0, #1\n    ret|\n');
  expect(pasteInto('start:\n    |\n', '\tret')).toBe('start:\n\tret|\n');
  expect(pasteInto('start:\n  |  // why\n', '  nop')).toBe('start:\n  nop|  // why\n');
});

it('a label stands at the beginning of its line', () => {
  expect(pasteInto('start:\n    |\n', 'next:\n    ret')).toBe('start:\nnext:\n    ret|\n');
  expect(pasteInto('start:\n    |\n', '1:  b 1b')).toBe('start:\n1:  b 1b|\n');
});

it('what brings none, comes within a line, or is typed stays as it is', () => {
  expect(pasteInto('start:\n    |\n', 'mov x0, #1\n    ret')).toBe('start:\n    mov x0, #1\n    ret|\n');
  expect(pasteInto('start:\n    mov|\n', ' x0, #1')).toBe('start:\n    mov x0, #1|\n');
  expect(pasteInto('start:\n|\n', '    ret')).toBe('start:\n    ret|\n');
  expect(pasteInto('start:\n    |\n', '    ', 'input.type')).toBe('start:\n        |\n');
});
