/** What a frame's address, or the attributes of a tag, ask for: read once, the same way the stage will read it. */
import { parseQuery, type QueryWishes } from '../ui/state/query';
import { type RemoteFiles, remoteFiles } from '../ui/state/remote-files';
import { SITE } from './site';

export interface AskedFor {
  readonly wishes: QueryWishes;
  /** Addresses of the files it names. */
  readonly files: RemoteFiles;
  /** A sentence for each thing that is wrong, for the reader. */
  readonly complaints: readonly string[];
  /** The one about a guest that the site does not have: {@link wishes} names none then. */
  readonly noSuchGuest?: string;
}

/** What boots where nothing is named, or nothing that is there. */
export const DEFAULT_GUEST = 'lab';

/**
 * @param base what addresses in it are relative to
 * @param asker who asks, for complaints
 */
export function readAskedFor(query: URLSearchParams, base: string, asker: string): AskedFor {
  const { wishes, complaints, unknown } = parseQuery(query, { embedded: true, asker });
  const { files, complaints: wrongFiles } = remoteFiles(wishes, base, asker);
  const guests = Object.keys(SITE.guests);
  const { guest, ...others } = wishes;
  const isMissing = guest !== undefined && guests.length > 0 && !guests.includes(guest);
  const noSuchGuest = `${asker} asks for the guest “${guest?.slice(0, 60)}”, but this site has only ${guests.join(', ')}; ${DEFAULT_GUEST} is used.`;
  return {
    wishes: isMissing ? others : wishes,
    files,
    complaints: [
      ...unknown.map((name) => `${asker} has a parameter nobody here knows, “${name.slice(0, 60)}”: ignored.`),
      ...complaints,
      ...wrongFiles,
      ...(isMissing ? [noSuchGuest] : []),
    ],
    ...(isMissing ? { noSuchGuest } : {}),
  };
}
