/**
 * The Tab key. Whoever comes by keyboard and only passes through goes on with the next Tab; whoever types or clicks in the text indents with it, and
 * leaves by Escape and then Tab, as CodeMirror's guide to accessibility asks.
 */
import { indentWithTab } from '@codemirror/commands';
import { indentUnit } from '@codemirror/language';
import { EditorView, keymap } from '@codemirror/view';

/** @param indents is told whether Tab indents now */
export function tabKey(indents: (does: boolean) => void) {
  const set = (view: EditorView, does: boolean): void => {
    view.setTabFocusMode(!does);
    indents(does);
  };
  return [
    indentUnit.of('    '),
    keymap.of([indentWithTab]),
    EditorView.domEventHandlers({
      focus: (_, view) => set(view, false),
      blur: (_, view) => set(view, false),
      // The click that brings the focus comes before it: what decides is the release.
      mouseup: (_, view) => set(view, !view.state.readOnly),
    }),
    EditorView.updateListener.of(({ view, transactions, docChanged }) => {
      if (docChanged && transactions.some((each) => each.isUserEvent('input') || each.isUserEvent('delete'))) set(view, true);
    }),
  ];
}
