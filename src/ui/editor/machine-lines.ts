/** Marks in a program of the machine that runs it: the lines where its vCPUs stand. */
import { RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutterLineClass } from '@codemirror/view';

/** Lines (from 1) where a vCPU stands, with what is said of it. */
export type MachineLines = readonly { line: number; words: string }[];

export const setMachineLines = StateEffect.define<MachineLines>();

class HereNumber extends GutterMarker {
  override elementClass = 'cm-hereNumber';
}
const hereNumber = new HereNumber();

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, state, changes }) {
    for (const effect of effects)
      if (effect.is(setMachineLines))
        return Decoration.set(
          effect.value
            .filter(({ line }) => line >= 1 && line <= state.doc.lines)
            .map(({ line, words }) =>
              Decoration.line({ class: 'cm-here', attributes: { title: words } }).range(state.doc.line(line).from),
            ),
          true,
        );
    return marks.map(changes);
  },
  provide: (marks) => EditorView.decorations.from(marks),
});

export const machineLines = [
  field,
  gutterLineClass.compute([field], (state) => {
    const found: ReturnType<GutterMarker['range']>[] = [];
    state.field(field).between(0, state.doc.length, (from) => void found.push(hereNumber.range(from)));
    return RangeSet.of(found);
  }),
];
