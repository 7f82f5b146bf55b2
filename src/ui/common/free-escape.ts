/** Whose Escape is their own: what is typed goes there, and the terminal's and the editor's to a guest or a program. */
const TYPED_INTO = 'input, textarea, select, [contenteditable="true"]';
/** What Escape closes first. */
const CLOSED_FIRST = 'dialog[open], [role$="dialog"], :popover-open';

/** Whether a press of Escape is there to leave what fills the page: nothing has the focus, or is open, that would take it. */
export function isFreeEscape({ key, defaultPrevented, target }: KeyboardEvent): boolean {
  if (key !== 'Escape' || defaultPrevented) return false;
  if (target instanceof Element && target.closest(TYPED_INTO)) return false;
  return document.querySelector(CLOSED_FIRST) === null;
}
