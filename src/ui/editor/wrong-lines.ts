/** Marks the lines that the assembler complained about, until they are changed. */
import { type EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutterLineClass } from '@codemirror/view';
import type { Problem } from './problems';

export const setProblems = StateEffect.define<readonly Problem[]>();

class WrongNumber extends GutterMarker {
  override elementClass = 'cm-wrongNumber';
}
const wrongNumber = new WrongNumber();

function marksOf(state: EditorState, problems: readonly Problem[]): DecorationSet {
  const marks = problems
    .filter(({ line }) => line <= state.doc.lines)
    .map(({ line, sentence }) =>
      Decoration.line({ class: 'cm-wrong', attributes: { title: sentence } }).range(state.doc.line(line).from),
    );
  return Decoration.set(marks, true);
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) if (effect.is(setProblems)) return marksOf(transaction.state, effect.value);
    if (!transaction.docChanged) return marks;
    // A line that was worked on is not wrong any more, as far as anybody knows.
    const touched = new Set<number>();
    transaction.changes.iterChangedRanges((_from, _to, from, to) => {
      const { doc } = transaction.state;
      for (let line = doc.lineAt(from).number; line <= doc.lineAt(to).number; line++) touched.add(doc.line(line).from);
    });
    return marks.map(transaction.changes).update({ filter: (from) => !touched.has(from) });
  },
  provide: (marks) => EditorView.decorations.from(marks),
});

export const wrongLines = [
  field,
  gutterLineClass.compute([field], (state) => {
    const found: ReturnType<GutterMarker['range']>[] = [];
    state.field(field).between(0, state.doc.length, (from) => void found.push(wrongNumber.range(from)));
    return RangeSet.of(found);
  }),
];
