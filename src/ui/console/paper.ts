/** Whether the console’s paper is a light one, which a page may have chosen: what is written on it needs dark ink then. */

/** Red, green and blue, 0 to 255, of any colour that CSS can write. */
function channels(colour: string): readonly number[] {
  // Most are written so; a canvas need not be asked, which some browsers blur against tracking.
  const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)/.exec(colour);
  if (plain) return plain.slice(1).map(Number);
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
  if (!context) return [0, 0, 0];
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
}

/** @param element has the console’s paper as its background */
export function isLightPaper(element: Element): boolean {
  const [red = 0, green = 0, blue = 0] = channels(getComputedStyle(element).backgroundColor);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255 >= 0.5;
}
