/** The address of the same machine in the playground. */

import { parameterOf } from '../ui/state/given-values';
import { packText } from '../ui/state/packed-text';

/** @param given names and values of a machine; what is for embeds only is left out, and so is that it starts by itself */
export function playgroundAddress(site: URL, given: Iterable<readonly [string, string]>): URL {
  const url = new URL('index.html', site);
  for (const [name, value] of given) {
    const known = parameterOf(name);
    if (known && !known.embedOnly && known.name !== 'autorun') url.searchParams.append(known.name, value);
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
