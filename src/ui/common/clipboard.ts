/**
 * Copies text; false when the browser refuses (no focus, no permission, an insecure page): then it is shown, selected, to be copied by hand. A text that
 * is still being made is promised to the clipboard: browsers let a page write to it only in the moment that somebody asks.
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  try {
    if (typeof text === 'string') await navigator.clipboard.writeText(text);
    else {
      const blob = text.then((made) => new Blob([made], { type: 'text/plain' }));
      await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    }
    return true;
  } catch {
    // What could not be made cannot be shown either.
    await Promise.resolve(text)
      .then(showRefused)
      .catch(() => {});
    return false;
  }
}

/** Copies a text with its look, for whoever takes that, and as plain text; what the browser refuses is shown as plain text. */
export async function copyRich(text: string, html: string): Promise<boolean> {
  try {
    const blob = (type: string, content: string): Blob => new Blob([content], { type });
    await navigator.clipboard.write([
      new ClipboardItem({ 'text/plain': blob('text/plain', text), 'text/html': blob('text/html', html) }),
    ]);
    return true;
  } catch {
    await showRefused(text);
    return false;
  }
}

/** What is told of a copy. */
export const copyWords = (done: boolean): string =>
  done ? 'Copied.' : 'This browser did not allow copying: the text is shown, selected.';

async function showRefused(text: string): Promise<void> {
  const [{ mount, unmount }, { default: RefusedCopy }] = await Promise.all([import('svelte'), import('./RefusedCopy.svelte')]);
  const shown = mount(RefusedCopy, { target: document.body, props: { text, onclose: () => void unmount(shown) } });
}
