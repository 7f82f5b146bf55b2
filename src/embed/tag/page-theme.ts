/** Whether the page around a tag is dark, however its author said so. */

/** Attributes by which sites choose their colours. */
const SIGNS = ['class', 'style', 'data-theme', 'data-bs-theme', 'data-color-mode', 'data-mode', 'data-md-color-scheme'];

let pixel: CanvasRenderingContext2D | null | undefined;

/** Red, green, blue and alpha, 0 to 255, of any colour that CSS can write. */
function channels(colour: string): readonly number[] {
  pixel ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  if (!pixel) return [];
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  return [...pixel.getImageData(0, 0, 1, 1).data];
}

/** 0 to 1; undefined for what is see-through. */
function luminance(colour: string): number | undefined {
  // Most are written so; a canvas need not be asked, which some browsers blur against tracking.
  const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(colour);
  const [red = 0, green = 0, blue = 0, alpha = 0] = plain
    ? [plain[1], plain[2], plain[3], Number(plain[4] ?? 1) * 255].map(Number)
    : channels(colour);
  return alpha < 128 ? undefined : (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** The element around, also where that is the host of a shadow tree. */
function around(element: Element): Element | null {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

function* withAllAround(tag: Element): Generator<Element> {
  for (let element: Element | null = tag; element; element = around(element)) yield element;
}

/** The paper the tag lies on: the nearest background that is not see-through; without one the scheme the browser prefers. */
export function pageIsDark(tag: Element): boolean {
  for (const element of withAllAround(tag)) {
    const light = luminance(getComputedStyle(element).backgroundColor);
    if (light !== undefined) return light < 0.5;
  }
  const { colorScheme } = getComputedStyle(tag);
  if (colorScheme === 'dark' || colorScheme === 'light') return colorScheme === 'dark';
  return colorScheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Calls back when the page around `tag` may have changed its colours: sites do so by a class, an attribute or a style. Returns the way to stop. */
export function watchPageTheme(tag: Element, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  for (const element of withAllAround(tag)) observer.observe(element, { attributes: true, attributeFilter: SIGNS });
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', changed);
  // Where colours change slowly, what was seen at first was the old one.
  const faded = ({ propertyName, target }: TransitionEvent): void => {
    if (propertyName === 'background-color' && target instanceof Element && target.contains(tag)) changed();
  };
  document.addEventListener('transitionend', faded);
  return () => {
    observer.disconnect();
    scheme.removeEventListener('change', changed);
    document.removeEventListener('transitionend', faded);
  };
}
