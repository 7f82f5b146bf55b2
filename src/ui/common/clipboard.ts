/**
 * Copies text; false when the browser refuses (no focus, no permission, an insecure page). A text that is still being made is promised to the
 * clipboard: browsers let a page write to it only in the moment that somebody asks.
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
    return false;
  }
}

/** Copies a text with its look, for whoever takes that, and as plain text; false when the browser refuses. */
export async function copyRich(text: string, html: string): Promise<boolean> {
  try {
    const blob = (type: string, content: string): Blob => new Blob([content], { type });
    await navigator.clipboard.write([
      new ClipboardItem({ 'text/plain': blob('text/plain', text), 'text/html': blob('text/html', html) }),
    ]);
    return true;
  } catch {
    return false;
  }
}
