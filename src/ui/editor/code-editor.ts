/** The editor for programs: CodeMirror with as little of it as a listing needs. Loaded when its panel is shown. */
import { defaultKeymap, history, historyField, historyKeymap, isolateHistory } from '@codemirror/commands';
import { StreamLanguage } from '@codemirror/language';
import { Compartment, EditorState, type Extension, type StateEffect } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { makeStrict } from '../console/strict-document';
import { type A64State, a64LineEnds, a64Start, a64Token } from './a64-tokens';
import { look, TOKEN_TAGS } from './look';
import { pasteIndent } from './paste-indent';
import type { Problem } from './problems';
import { tabKey } from './tab-key';
import { changeBetween } from './text-change';
import { setProblems, wrongLines } from './wrong-lines';

export interface EditorWishes {
  text: string;
  readonly: boolean;
  changed(text: string): void;
  run(): void;
  /** Whether Tab indents now, or goes on. */
  indents(does: boolean): void;
  /** What this editor can besides; its keys come first. */
  more?: Extension;
}

/** An editor that was closed: its text, with cursor and history, and where that was scrolled to. */
export interface LeftEditor {
  readonly state: unknown;
  readonly scrolled: StateEffect<unknown>;
}

export interface CodeEditor {
  readonly view: EditorView;
  /** Changes what differs: a change like one that was typed. */
  setText(text: string): void;
  /** Another document, with a history of its own. */
  begin(text: string): void;
  setReadonly(readonly: boolean): void;
  setProblems(problems: readonly Problem[]): void;
  /** Puts the cursor at the beginning of a line (from 1), and the line in sight. */
  goTo(line: number): void;
  /** Ends it; what it answers is opened by {@link openEditor} again. */
  close(): LeftEditor;
}

const a64 = StreamLanguage.define<A64State>({
  name: 'a64',
  startState: a64Start,
  copyState: (state) => ({ ...state }),
  token(letters, state) {
    if (letters.sol()) a64LineEnds(state);
    return a64Token(letters, state) ?? null;
  },
  languageData: { commentTokens: { line: '//', block: { open: '/*', close: '*/' } } },
  tokenTable: TOKEN_TAGS,
});

const readonlyRules = (readonly: boolean) => [
  EditorState.readOnly.of(readonly),
  // What cannot be changed opens no keyboard on a phone; it is still reached and scrolled by keys.
  EditorView.editable.of(!readonly),
  EditorView.contentAttributes.of({
    'aria-label': readonly ? 'A64 assembly. It can only be read.' : 'A64 assembly. Control and Enter runs it.',
    tabindex: '0',
    ...(readonly ? { 'aria-readonly': 'true' } : {}),
  }),
];

const KEPT = { history: historyField };

/** Makes an editor within `parent`. @param left goes on from there, rather than with `text` */
export function openEditor(
  parent: HTMLElement,
  { text, readonly, changed, run, indents, more = [] }: EditorWishes,
  left?: LeftEditor,
): CodeEditor {
  // CodeMirror writes a style element, which a page may forbid.
  makeStrict(document);
  const rules = new Compartment();
  const runs = (): boolean => {
    run();
    return true;
  };
  const extensions = [
    keymap.of([
      { key: 'Mod-Enter', run: runs },
      { key: 'Ctrl-Enter', run: runs },
    ]),
    more,
    rules.of(readonlyRules(readonly)),
    tabKey(indents),
    pasteIndent,
    history(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    wrongLines,
    a64,
    look,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    }),
  ];
  const view = left
    ? new EditorView({ parent, state: EditorState.fromJSON(left.state, { extensions }, KEPT), scrollTo: left.scrolled })
    : new EditorView({ parent, doc: text, extensions });
  return {
    view,
    setText(next) {
      const changes = changeBetween(view.state.doc.toString(), next);
      // One step of its own for whoever undoes it.
      if (changes) view.dispatch({ changes, annotations: isolateHistory.of('full') });
    },
    begin: (next) => view.setState(EditorState.create({ doc: next, extensions })),
    setReadonly: (next) => view.dispatch({ effects: rules.reconfigure(readonlyRules(next)) }),
    setProblems: (problems) => view.dispatch({ effects: setProblems.of(problems) }),
    goTo(line) {
      const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
      view.focus();
    },
    close() {
      const left = { state: view.state.toJSON(KEPT), scrolled: view.scrollSnapshot() };
      view.destroy();
      return left;
    },
  };
}
