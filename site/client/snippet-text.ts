/** What the form says as a tag, a frame, a link in Markdown, and the hash that keeps it. Pure: the page around it is in snippet.ts. */

/** One parameter that was set. A list's values are in one, a flag's is empty. */
export interface Chosen {
  readonly name: string;
  readonly kind: string;
  readonly value: string;
  readonly embedOnly: boolean;
}

export type Form = 'tag' | 'frame' | 'markdown';
export const FORMS: readonly Form[] = ['tag', 'frame', 'markdown'];

const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** A query as people read it: what needs no escape has none. */
function queryOf(chosen: readonly Chosen[]): string {
  const query = new URLSearchParams();
  for (const { name, kind, value } of chosen) {
    // Several values of one name stand one by one.
    if (kind === 'flag') query.append(name, '1');
    else if (kind === 'list') query.append(name, value.split(/\s+/).join(','));
    else if (name === 'register') for (const one of value.split(/\s+/)) query.append(name, one);
    else query.append(name, value);
  }
  return query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
}

const attributesOf = (chosen: readonly Chosen[]): string =>
  chosen.map(({ name, kind, value }) => (kind === 'flag' ? ` ${name}` : ` ${name}="${quoted(value)}"`)).join('');

export const tagOf = (chosen: readonly Chosen[]): string => `<dormouse-vm${attributesOf(chosen)}></dormouse-vm>`;

export const titleOf = (chosen: readonly Chosen[]): string => {
  const guest = chosen.find(({ name }) => name === 'guest')?.value ?? 'lab';
  const psci = chosen.find(({ name }) => name === 'psci')?.value;
  return `An arm64 machine: ${guest}${psci === undefined ? '' : `, PSCI ${psci}`}`;
};

const USUAL_HEIGHT = 'height="360"';
const LENGTH = /^(?:\d*\.?\d+(?:[a-z]+|%)?|(?:calc|min|max|clamp)\([^;]+\))$/i;

/** The attribute `height` of a frame takes whole pixels and nothing else; other lengths are for its style. What is no length is left out, as the tag does. */
function heightOfFrame(given: string | undefined): string {
  const [, pixels] = /^(\d+)(?:px)?$/i.exec(given ?? '') ?? [];
  if (pixels !== undefined) return `height="${pixels}"`;
  if (given === undefined || !LENGTH.test(given)) return USUAL_HEIGHT;
  return `style="height: ${quoted(/\d$/.test(given) ? `${given}px` : given)}"`;
}

/** `base`: address of the site's folder, with a slash at its end. */
export function snippet(form: Form, chosen: readonly Chosen[], base: string): string {
  if (form === 'tag') {
    return `<script src="${quoted(`${base}dormouse-embed.js`)}" async></script>\n${tagOf(chosen)}`;
  }
  if (form === 'frame') {
    const height = heightOfFrame(chosen.find(({ name }) => name === 'height')?.value);
    const query = queryOf(chosen.filter(({ name }) => name !== 'height'));
    const address = `${base}embed.html${query && `?${query}`}`;
    return `<iframe\n  src="${quoted(address)}"\n  title="${quoted(titleOf(chosen))}"\n  width="100%" ${height}\n  loading="lazy" allow="fullscreen; clipboard-write"\n></iframe>`;
  }
  // Where only Markdown is let through there is no machine in the page: a link that opens it.
  const query = queryOf(chosen.filter(({ embedOnly }) => !embedOnly));
  return `[${titleOf(chosen)}](${base}index.html${query && `?${query}`})`;
}

/** The state of the form as the hash of an address. */
export function hashOf(chosen: readonly Chosen[], form: Form): string {
  const query = new URLSearchParams(chosen.map(({ name, kind, value }) => [name, kind === 'flag' ? '1' : value]));
  if (form !== 'tag') query.set('as', form);
  return query.toString();
}
