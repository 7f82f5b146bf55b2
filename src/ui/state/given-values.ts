/** The one way in which an address, or the attributes of a tag, are read: what is given for which parameter, before anybody judges it. */
import { type AddressName, FORMER_NAMES, PAGE_PARAMETERS, PARAMETERS, type Parameter } from './parameters';

export interface GivenValues {
  /** In the order of the address. */
  readonly values: ReadonlyMap<AddressName, readonly string[]>;
  /** The name it was asked for by, where that is a former one. */
  readonly written: ReadonlyMap<AddressName, string>;
  /** Names nobody here knows. */
  readonly unknown: readonly string[];
  /** Parameters that were given once more than they can be. */
  readonly again: readonly AddressName[];
}

/** Part of the page itself, not of the machine: `demo` for work on the page, `no-sw` to do without the offline cache. */
const OF_THE_PAGE = ['demo', 'no-sw'];

export const parameterOf = (name: string): Parameter | undefined =>
  ([...PARAMETERS, ...PAGE_PARAMETERS] as readonly Parameter[]).find((each) => each.name === (FORMER_NAMES[name] ?? name));

/** Of a parameter that cannot be repeated the first value counts, whatever it is: all who read the address agree on it. */
export function givenValues(query: Iterable<[string, string]>): GivenValues {
  const values = new Map<AddressName, string[]>();
  const written = new Map<AddressName, string>();
  const unknown = new Set<string>();
  const again = new Set<AddressName>();
  for (const [given, text] of query) {
    if (OF_THE_PAGE.includes(given)) continue;
    const parameter = parameterOf(given);
    if (!parameter) {
      unknown.add(given);
      continue;
    }
    const name = parameter.name as AddressName;
    const before = values.get(name);
    if (!before) {
      values.set(name, [text]);
      if (given !== name) written.set(name, given);
    } else if (parameter.repeated) before.push(text);
    else again.add(name);
  }
  return { values, written, unknown: [...unknown], again: [...again] };
}

/** What a flag says; an attribute that is there without a value is a yes. Undefined for what is neither. */
export function flagOf(text: string): boolean | undefined {
  if (['', '1', 'true'].includes(text)) return true;
  return ['0', 'false'].includes(text) ? false : undefined;
}

/** A flag that is not given, or says neither yes nor no, is off. */
export const isOn = (text: string | null | undefined): boolean => typeof text === 'string' && flagOf(text) === true;
