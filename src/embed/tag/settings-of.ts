/** What a tag's attributes ask for, as the query of its frame, and as options that can change while the machine lives. */
import { isOn } from '../../ui/state/given-values';
import { FONT_SIZES, PARAMETERS, type Parameter, type ParameterName } from '../../ui/state/parameters';
import { FILE_ROLES, type FileRole } from '../../ui/state/remote-files';
import { type AskedFor, readAskedFor } from '../asked-for';
import type { ViewOptions } from '../protocol';

/** Attributes of the tag that the frame need not know: the tag itself heeds them. */
const OF_THE_TAG: readonly string[] = ['height', 'autorun', 'lazy', 'theme', 'panels', 'readonly', 'font-size'];
/** Attributes that take effect at once. */
export const VIEW_ATTRIBUTES: readonly ParameterName[] = ['theme', 'panels', 'readonly', 'font-size'];
const FLAGS = (PARAMETERS as readonly Parameter[]).filter(({ kind }) => kind === 'flag').map(({ name }) => name);

/** Whether a flag is given: HTML writes one as `autorun`, `autorun=""` or `autorun="autorun"`. */
export function flagOn(tag: Element, name: ParameterName): boolean {
  const value = tag.getAttribute(name);
  return value === name || isOn(value);
}

function valuesOf(tag: Element, { name, repeated }: Parameter): string[] {
  const value = tag.getAttribute(name);
  if (value === null) return [];
  if (repeated) return value.split(/\s+/).filter(Boolean);
  if (FLAGS.includes(name)) return [value === name || value === '' ? '1' : value];
  // The page's own addresses mean nothing elsewhere.
  const isFile = FILE_ROLES.some((role) => role === name);
  return [isFile && value !== '' && URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).href : value];
}

/** All that a tag asks for, as a query with absolute addresses. */
export function queryOf(tag: Element): URLSearchParams {
  const parameters: readonly Parameter[] = PARAMETERS;
  return new URLSearchParams(parameters.flatMap((each) => valuesOf(tag, each).map((value) => [each.name, value])));
}

const ASKER = 'This tag';

export function askedForBy(tag: Element): AskedFor {
  const asked = readAskedFor(queryOf(tag), document.baseURI, ASKER);
  const height = tag.getAttribute('height');
  if (height === null || heightOf(height) !== undefined) return asked;
  const odd = `${ASKER} asks for height=${height.slice(0, 40)}, which is no height of CSS; the default is used.`;
  return { ...asked, complaints: [...asked.complaints, odd] };
}

/** Files of the page's own origin: the page fetches them and hands them over, so that the frame's site need not be allowed to read them. */
export function ownFiles({ files }: AskedFor): [FileRole, URL][] {
  return FILE_ROLES.flatMap((role): [FileRole, URL][] => {
    const url = files[role];
    return url?.origin === location.origin ? [[role, url]] : [];
  });
}

/** The query of the frame: what machine it is. Left out: what the tag heeds or hands over itself. */
export function frameQueryOf(tag: Element, asked: AskedFor): URLSearchParams {
  const query = queryOf(tag);
  for (const name of [...OF_THE_TAG, ...ownFiles(asked).map(([role]) => role)]) query.delete(name);
  return query;
}

/** What of the tag changes how the frame looks. */
export function viewOf(tag: Element): ViewOptions {
  const panels = tag
    .getAttribute('panels')
    ?.split(/[\s,]+/)
    .filter(Boolean);
  const size = Number(tag.getAttribute('font-size') ?? Number.NaN);
  return {
    readonly: flagOn(tag, 'readonly'),
    ...(panels && panels.length > 0 ? { panels } : {}),
    fontSize: Number.isFinite(size) ? size : FONT_SIZES.normal,
  };
}

/** CSS height: a length as it is, a bare number in pixels; undefined for what is neither. */
export function heightOf(value: string | null): string | undefined {
  if (value === null) return undefined;
  const text = /^\d+(\.\d+)?$/.test(value) ? `${value}px` : value;
  return CSS.supports('height', text) ? text : undefined;
}

let ofHtml: ReadonlySet<string> | undefined;

/** Names of attributes that HTML knows, or frameworks give a meaning of their own. */
function isOfHtml(name: string): boolean {
  if (!ofHtml) {
    const names = new Set(['class', 'is', 'itemscope', 'itemprop', 'itemtype', 'itemid', 'itemref', 'exportparts']);
    for (const property in HTMLElement.prototype) names.add(property.toLowerCase());
    ofHtml = names;
  }
  return /[^a-z]/.test(name) || ofHtml.has(name);
}

/** Attributes that look as if they were meant for the machine, and that nobody here knows. */
export const unknownAttributes = (tag: Element): string[] =>
  tag.getAttributeNames().filter((name) => !PARAMETERS.some((parameter) => parameter.name === name) && !isOfHtml(name));
