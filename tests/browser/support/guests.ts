import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const INDEX = join(import.meta.dirname, '../../../public/guests/index.json');

/** Whether a guest was made at set-up. Debian's may be missing: it is fetched from a mirror. */
export function hasGuest(name: string): boolean {
  if (!existsSync(INDEX)) return false;
  const { guests } = JSON.parse(readFileSync(INDEX, 'utf8')) as { guests: { name: string }[] };
  return guests.some((guest) => guest.name === name);
}

/** A title for tests that need a guest: says why they are skipped, if they are. */
export const titleFor = (guest: string, title: string): string =>
  hasGuest(guest) ? title : `${title} (skipped: the ${guest} guest is not here, npm run guests makes it)`;
