/** What a page gives a frame may be anything at all: it is judged here, before and after the heavy part is loaded. */
import { FONT_SIZES, PANELS, type PanelName, THEMES } from '../ui/state/parameters';
import { FILE_ROLES } from '../ui/state/remote-files';
import type { FileOrigins, GivenBytes, StyleName, ViewOptions } from './protocol';
import { STYLE_NAMES } from './protocol';

export interface JudgedView extends ViewOptions {
  panels?: readonly PanelName[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const fields = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

/** What is right of the options that a page asked for, and what is not. */
export function judgeView(given: unknown): { view: JudgedView; wrong: string[] } {
  const { theme, panels, readonly, fontSize, style } = fields(given);
  const view: JudgedView = {};
  const wrong: string[] = [];
  if (theme !== undefined) {
    const known = THEMES.find((name) => name === theme);
    if (known) view.theme = known;
    else wrong.push(`theme can only be ${THEMES.join(', ')}`);
  }
  if (panels !== undefined) {
    const asked: unknown[] = Array.isArray(panels) ? [...new Set(panels)] : [panels];
    const known = asked.filter((name): name is PanelName => PANELS.some((panel) => panel === name));
    if (known.length > 0) view.panels = known;
    if (known.length === 0 || known.length < asked.length) wrong.push(`panels are ${PANELS.join(', ')}`);
  }
  if (readonly !== undefined) view.readonly = readonly === true;
  if (fontSize !== undefined) {
    if (typeof fontSize === 'number' && fontSize >= FONT_SIZES.min && fontSize <= FONT_SIZES.max) view.fontSize = fontSize;
    else wrong.push(`font-size must be from ${FONT_SIZES.min} to ${FONT_SIZES.max} pixels`);
  }
  if (style !== undefined) {
    const values = fields(style);
    const named = (Object.keys(STYLE_NAMES) as StyleName[]).filter((name) => typeof values[name] === 'string');
    view.style = Object.fromEntries(named.map((name) => [name, values[name] as string]));
    if (!isObject(style)) wrong.push('style must be an object of custom properties by name');
  }
  return { view, wrong };
}

/** The one sentence for all that was wrong. */
export const wrongSentence = (wrong: readonly string[]): string => `Not all of that can be set: ${wrong.join('; ')}.`;

/** Files that a page gives. Throws a sentence for what is none. */
export function judgeFiles(given: unknown): GivenBytes {
  const files: GivenBytes = {};
  for (const [name, value] of Object.entries(fields(given))) {
    const role = FILE_ROLES.find((known) => known === name);
    if (role === undefined)
      throw new Error(`A frame can be given ${FILE_ROLES.join(', ')}; “${name.slice(0, 40)}” is none of these.`);
    if (!(value instanceof Blob)) throw new Error(`The ${role} must be given as a Blob or File, and ${typeof value} was given.`);
    files[role] = value;
  }
  return files;
}

/** Where files are from. What is no address of the web is left out: it is for a link only. */
export function judgeOrigins(given: unknown): FileOrigins {
  const values = fields(given);
  return Object.fromEntries(
    FILE_ROLES.flatMap((role) => {
      const value = values[role];
      return typeof value === 'string' && URL.canParse(value) && /^https?:/.test(new URL(value).protocol) ? [[role, value]] : [];
    }),
  );
}
