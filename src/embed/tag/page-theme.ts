/** Whether the page around a tag is dark, however its author said so. */

function luminance(colour: string): number | undefined {
  const canvas = /rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)(?:[,/ ]+([\d.]+))?\)/.exec(colour);
  if (!canvas) return undefined;
  const [red = 0, green = 0, blue = 0] = canvas.slice(1, 4).map(Number);
  return canvas[4] !== undefined && Number(canvas[4]) < 0.5 ? undefined : (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** The paper the tag lies on: the nearest background that is not see-through; without one the scheme the browser prefers. */
export function pageIsDark(tag: Element): boolean {
  for (let element: Element | null = tag; element; element = element.parentElement) {
    const light = luminance(getComputedStyle(element).backgroundColor);
    if (light !== undefined) return light < 0.5;
  }
  const { colorScheme } = getComputedStyle(tag);
  if (colorScheme === 'dark' || colorScheme === 'light') return colorScheme === 'dark';
  const allowed = colorScheme.includes('dark');
  return allowed && matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Calls back when the page may have changed its colours: sites do so by a class, an attribute or a style of their root. Returns the way to stop. */
export function watchPageTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const watched = {
    attributes: true,
    attributeFilter: ['class', 'style', 'data-theme', 'data-color-mode', 'data-md-color-scheme'],
  };
  observer.observe(document.documentElement, watched);
  observer.observe(document.body, watched);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    scheme.removeEventListener('change', changed);
  };
}
