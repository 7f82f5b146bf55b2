/** Breakpoints beside the lines of a program: they stay with their lines while these move. */
import { type EditorState, type Extension, RangeSet, StateEffect, StateField } from '@codemirror/state';
import { type EditorView, GutterMarker, gutter, keymap, lineNumbers } from '@codemirror/view';

class Dot extends GutterMarker {
  override toDOM(): HTMLElement {
    const dot = document.createElement('span');
    dot.className = 'cm-breakpoint';
    dot.title = 'Breakpoint: the machine stops before this line';
    return dot;
  }
}
const dot = new Dot();

const setLines = StateEffect.define<readonly number[]>();

const field = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, { effects, state, changes }) {
    for (const effect of effects) if (effect.is(setLines)) return marksOf(state, effect.value);
    return marks.map(changes);
  },
});

const marksOf = (state: EditorState, lines: readonly number[]): RangeSet<GutterMarker> =>
  RangeSet.of(
    [...new Set(lines)]
      .filter((line) => line >= 1 && line <= state.doc.lines)
      .sort((a, b) => a - b)
      .map((line) => dot.range(state.doc.line(line).from)),
  );

/** The lines (from 1) that have a breakpoint. */
export function breakpointLines(state: EditorState): number[] {
  const lines: number[] = [];
  state.field(field).between(0, state.doc.length, (from) => void lines.push(state.doc.lineAt(from).number));
  return [...new Set(lines)];
}

export function showBreakpoints(view: EditorView, lines: readonly number[]): void {
  if (breakpointLines(view.state).join() !== [...lines].sort((a, b) => a - b).join())
    view.dispatch({ effects: setLines.of(lines) });
}

/** @param toggle is told of a click beside a line, or on its number, or F9 in it */
export function breakpointGutter(toggle: (line: number) => void): Extension {
  const domEventHandlers = {
    mousedown(view: EditorView, block: { readonly from: number }): boolean {
      toggle(view.state.doc.lineAt(block.from).number);
      return true;
    },
  };
  return [
    field,
    gutter({ class: 'cm-breakpoints', markers: (view) => view.state.field(field), initialSpacer: () => dot, domEventHandlers }),
    // On the number itself, too: that is where people look for it first.
    lineNumbers({ domEventHandlers }),
    keymap.of([
      {
        key: 'F9',
        run(view) {
          toggle(view.state.doc.lineAt(view.state.selection.main.head).number);
          return true;
        },
      },
    ]),
  ];
}
