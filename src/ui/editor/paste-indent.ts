/** A listing that is pasted into a line of blanks brings its own, and one that begins with a label none: those that were there are replaced by them. */
import { EditorState, type Extension } from '@codemirror/state';

const KNOWS_ITS_PLACE = /^([ \t]|[\w.$]+:)/;

export const pasteIndent: Extension = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.isUserEvent('input.paste')) return transaction;
  const { doc } = transaction.startState;
  const blanks: { from: number; to: number }[] = [];
  transaction.changes.iterChanges((from, to, _fromNew, _toNew, inserted) => {
    const line = doc.lineAt(from);
    const before = doc.sliceString(line.from, from);
    if (before && !before.trim() && KNOWS_ITS_PLACE.test(inserted.line(1).text))
      blanks.push({ from: line.from, to: Math.min(from, to) });
  });
  return blanks.length === 0 ? transaction : [transaction, { changes: blanks, sequential: false }];
});
