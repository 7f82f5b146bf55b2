/**
 * Styles that also work where a page's Content-Security-Policy forbids them within the page (`style-src 'self'`). xterm writes style elements, and
 * style attributes for colours beyond its palette; the one become sheets made by script, the other are set through the object model, and both of
 * these are always allowed.
 */

/** Stands where a style element would: the text it is given is a sheet of the document as long as it is not removed. */
function styleStandIn(document: Document): HTMLElement {
  const element = Document.prototype.createElement.call(document, 'span');
  element.hidden = true;
  const sheet = new CSSStyleSheet();
  let text = '';
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set(css: string) {
      text = css;
      sheet.replaceSync(css);
    },
  });
  element.remove = () => {
    const at = document.adoptedStyleSheets.indexOf(sheet);
    if (at >= 0) document.adoptedStyleSheets.splice(at, 1);
    Element.prototype.remove.call(element);
  };
  return element;
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
}

function createElement(this: Document, name: string, options?: ElementCreationOptions): HTMLElement {
  if (name === 'style') return styleStandIn(this);
  const element = Document.prototype.createElement.call(this, name, options);
  // What rows of a terminal are made of.
  if (name === 'span') element.setAttribute = setAttribute;
  return element;
}

/** From now on style elements that scripts make in this document, and style attributes of its spans, need no permission. */
export function makeStrict(document: Document): void {
  document.createElement = createElement as Document['createElement'];
}
