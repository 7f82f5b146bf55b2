/** The address of the same machine in the playground. */

import { packText } from '../ui/state/packed-text';
import { PARAMETERS, type Parameter } from '../ui/state/parameters';

/** @param given names and values of a machine; what is for embeds only is left out */
export function playgroundAddress(site: URL, given: URLSearchParams): URL {
  const url = new URL('index.html', site);
  for (const [name, value] of given) {
    const known = (PARAMETERS as readonly Parameter[]).find((each) => each.name === name);
    if (known && !known.embedOnly && name !== 'autorun') url.searchParams.append(name, value);
  }
  return url;
}

/** The same with a program in it: in the hash, which no server sees. */
export async function withProgram(url: URL, source: string): Promise<URL> {
  const whole = new URL(url);
  whole.searchParams.delete('src');
  whole.hash = `program=${await packText(source)}`;
  return whole;
}
