/** What browser tests may read of the page: nothing here can change it. */
export interface DormouseHook {
  /** The whole console as text, scrollback included. */
  terminalText(): string;
  /** The lines of the console that are in sight. */
  visibleText(): string;
}

declare global {
  interface Window {
    __dormouse?: Readonly<DormouseHook>;
  }
}

/** Puts the hook up; returns the function that takes it down. */
export function installTestHook(hook: DormouseHook): () => void {
  const frozen = Object.freeze(hook);
  window.__dormouse = frozen;
  return () => {
    if (window.__dormouse === frozen) delete window.__dormouse;
  };
}
