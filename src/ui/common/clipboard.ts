/** Copies text; false when the browser refuses (no focus, no permission, an insecure page). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
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
