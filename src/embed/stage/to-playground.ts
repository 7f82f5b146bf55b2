/** From a frame to the playground: the same machine anew, by its address. */
import { linkFor } from '../../ui/state/query';
import { FILE_ROLES } from '../../ui/state/remote-files';
import type { Session } from '../../ui/state/session.svelte';
import { playgroundAddress, withProgram } from '../playground-link';
import type { FileOrigins } from '../protocol';

/** What of a frame's address the configuration of a machine does not say. */
const BESIDE_CONFIG: readonly string[] = ['append', 'disk', 'type', ...FILE_ROLES];

export interface LinkParts {
  vm: Session;
  site: URL;
  /** Of the frame. */
  search: string;
  /** Where the files are from that a page gave. */
  from: FileOrigins;
}

/** The playground with the same machine, as it is set now. A program travels in the hash; files of the page's, by their addresses. */
export async function playgroundLink({ vm, site, search, from }: LinkParts): Promise<URL> {
  const url = new URL(linkFor(new URL('index.html', site).href, vm.shown));
  const { draft } = vm;
  if (draft.own) url.searchParams.delete('guest');
  const given = [...playgroundAddress(site, new URLSearchParams(search)).searchParams];
  for (const [name, value] of [...Object.entries(from), ...given])
    if (BESIDE_CONFIG.includes(name) && !url.searchParams.has(name)) url.searchParams.set(name, value);
  const { program } = draft;
  if (program && !(program instanceof URL)) return withProgram(url, await program.text());
  return url;
}
