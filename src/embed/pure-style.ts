/**
 * A colour or a font of somebody else's page, before it is put where more than that is allowed: as a background it could be an address, which would
 * be fetched. CSS itself reads it, as nobody else can: names may be escaped, and values stand behind variables.
 */
import type { StyleName } from './protocol';

const FAMILIES: readonly StyleName[] = ['font', 'mono'];

/** What `value` comes to, without variables and functions that stand for anything; empty where it is empty, undefined if it is no such thing. */
export function pureStyle(name: StyleName, value: string): string | undefined {
  if (value === '') return value;
  const property = FAMILIES.includes(name) ? 'font-family' : 'color';
  if (!CSS.supports(property, value)) return undefined;
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.setProperty(property, value);
  document.documentElement.append(probe);
  const pure = getComputedStyle(probe).getPropertyValue(property);
  probe.remove();
  return pure;
}
