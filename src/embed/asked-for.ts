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
}

/**
 * @param base what addresses in it are relative to
 * @param asker who asks, for complaints
 */
export function readAskedFor(query: URLSearchParams, base: string, asker: string): AskedFor {
  const { wishes, complaints, unknown } = parseQuery(query, { embedded: true, asker });
  const { files, complaints: wrongFiles } = remoteFiles(wishes, base, asker);
  const guests = Object.keys(SITE.guests);
  const { guest } = wishes;
  return {
    wishes,
    files,
    complaints: [
      ...unknown.map((name) => `${asker} has a parameter nobody here knows, “${name.slice(0, 60)}”: ignored.`),
      ...complaints,
      ...wrongFiles,
      ...(guest !== undefined && guests.length > 0 && !guests.includes(guest)
        ? [`${asker} asks for the guest “${guest.slice(0, 60)}”, but this site has only ${guests.join(', ')}.`]
        : []),
    ],
  };
}
