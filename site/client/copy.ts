/** Copies a text; resolves with whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Says what became of it on the button itself, for as long as it takes to read. */
export async function copyWithButton(button: HTMLButtonElement, text: string): Promise<void> {
  const word = button.textContent;
  button.textContent = (await copyText(text)) ? 'Copied' : 'Not copied';
  setTimeout(() => {
    button.textContent = word;
  }, 1600);
}

/** Languages whose code people take with them. */
const WANTED = /^(bash|sh|html|xml|javascript|js|typescript|ts|a64|asm)$/;

/** A button on each block of code. It lies over the block: nothing moves. */
export function startCopyButtons(): void {
  for (const pre of document.querySelectorAll<HTMLPreElement>('.code > pre')) {
    if (!WANTED.test(pre.dataset.language ?? 'bash')) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', () => void copyWithButton(button, (pre.textContent ?? '').trim()));
    pre.parentElement?.append(button);
  }
}
