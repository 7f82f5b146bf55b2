/** What a tag's attributes ask for, as the query of its frame, and as options that can change while the machine lives. */
import { FONT_SIZES, PARAMETERS, type Parameter, type ParameterName } from '../../ui/state/parameters';
import type { GivenBytes, ViewOptions } from '../protocol';

/** Attributes of the tag that the frame need not know: the tag itself heeds them. */
const OF_THE_TAG: readonly string[] = ['height', 'autorun', 'lazy', 'theme', 'panels', 'readonly', 'font-size'];
/** Attributes that take effect at once. */
export const VIEW_ATTRIBUTES: readonly ParameterName[] = ['theme', 'panels', 'readonly', 'font-size'];
const FILES = ['kernel', 'initrd', 'src', 'snapshot'] as const;

const isFlag = (name: string): boolean =>
  (PARAMETERS as readonly Parameter[]).some((each) => each.name === name && each.kind === 'flag');

/** A flag is on unless it says `0` or `false`. */
export const isOn = (value: string | null): boolean => value !== null && value !== '0' && value !== 'false';

/** Files of the page's own origin are fetched by the page and handed over; the frame's site need not be allowed to read them. */
export function addressesOf(tag: Element): Partial<Record<keyof GivenBytes, URL>> {
  const found: Partial<Record<keyof GivenBytes, URL>> = {};
  for (const name of FILES) {
    const given = tag.getAttribute(name);
    if (given && URL.canParse(given, document.baseURI)) found[name] = new URL(given, document.baseURI);
  }
  return found;
}

/** The query of the frame: what machine it is. Left out: what the tag heeds or hands over itself. */
export function queryOf(tag: Element): URLSearchParams {
  const query = new URLSearchParams();
  const files = addressesOf(tag);
  for (const { name, repeated } of PARAMETERS as readonly Parameter[]) {
    const value = tag.getAttribute(name);
    if (value === null || OF_THE_TAG.includes(name)) continue;
    const file = files[name as keyof GivenBytes];
    if (file?.origin === location.origin) continue;
    if (file) query.append(name, file.href);
    else if (repeated) for (const each of value.split(/\s+/).filter(Boolean)) query.append(name, each);
    else query.append(name, isFlag(name) ? (isOn(value) ? '1' : '0') : value);
  }
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
    readonly: isOn(tag.getAttribute('readonly')),
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
