/** The page's editor for programs: the one of embeds, with completion, help, problems in place, search, and the marks of the machine. */
import { closeBrackets, closeCompletion } from '@codemirror/autocomplete';
import { type Diagnostic, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import type { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { ProgramProblem } from '../../vm/api/assembly';
import { assemblyHelp, type HelpSources } from './assembly-help';
import { breakpointGutter, breakpointLines, showBreakpoints } from './breakpoint-gutter';
import { type CodeEditor, type EditorWishes, type LeftEditor, openEditor } from './code-editor';
import { helpLook } from './help-look';
import { type MachineLines, machineLines, setMachineLines } from './machine-lines';

export interface ProgramEditor extends CodeEditor {
  showProblems(problems: readonly ProgramProblem[]): void;
  showMachine(lines: MachineLines): void;
  /** Lines with a breakpoint; they move with the text. */
  breakpoints(): number[];
  showBreakpoints(lines: readonly number[]): void;
  /** Brings a line in sight, and leaves cursor and focus where they are. */
  reveal(line: number): void;
}

function diagnosticsOf(state: EditorState, problems: readonly ProgramProblem[]): Diagnostic[] {
  return problems.map(({ line, sentence, column, length, instead }) => {
    const { from, to, text } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
    const start = column === undefined ? from + text.length - text.trimStart().length : Math.min(from + column, to);
    const end = column === undefined ? to : Math.min(start + Math.max(length ?? 0, 1), to);
    return {
      from: start,
      to: Math.max(start, end),
      severity: 'error',
      message: sentence,
      actions:
        instead === undefined
          ? []
          : [
              {
                name: `Write “${instead}”`,
                apply: (view: EditorView, here: number, there: number) =>
                  view.dispatch({ changes: { from: here, to: there, insert: instead } }),
              },
            ],
    };
  });
}

export function openProgramEditor(
  parent: HTMLElement,
  wishes: EditorWishes & { toggleBreakpoint(line: number): void },
  sources: HelpSources,
  left?: LeftEditor,
): ProgramEditor {
  const more = [
    assemblyHelp(sources),
    breakpointGutter(wishes.toggleBreakpoint),
    search({ top: true }),
    highlightSelectionMatches(),
    closeBrackets(),
    keymap.of([...searchKeymap, ...lintKeymap]),
    machineLines,
    helpLook,
  ];
  const run = (): void => {
    // Who runs the program wants to see it, not what could be written in it.
    closeCompletion(editor.view);
    wishes.run();
  };
  const editor = openEditor(parent, { ...wishes, run, more }, left);
  return {
    ...editor,
    showProblems: (problems) => {
      const { state } = editor.view;
      editor.view.dispatch(setDiagnostics(state, diagnosticsOf(state, problems)));
      editor.setProblems(problems);
      // The list of problems takes its room from the text: what is being written stays in sight.
      if (editor.view.hasFocus)
        requestAnimationFrame(() =>
          editor.view.dispatch({ effects: EditorView.scrollIntoView(editor.view.state.selection.main.head) }),
        );
    },
    showMachine: (lines) => editor.view.dispatch({ effects: setMachineLines.of(lines) }),
    breakpoints: () => breakpointLines(editor.view.state),
    showBreakpoints: (lines) => showBreakpoints(editor.view, lines),
    reveal: (line) => {
      const { doc } = editor.view.state;
      const { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      editor.view.dispatch({ effects: EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 40 }) });
    },
  };
}
