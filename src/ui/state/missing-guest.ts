/** What is said of a guest that an address asks for and the site does not have. */
import type { GuestInfo } from '../../vm/api';
import { OWN_KERNEL } from './options';

/** More of a name than this nobody reads. */
const MOST_SHOWN = 60;

/** @param used the guest that is taken instead; undefined: the site has none */
export function missingGuestWords(
  asked: string,
  guests: readonly Pick<GuestInfo, 'name'>[],
  used: Pick<GuestInfo, 'name' | 'title'> | undefined,
): string {
  const shown = asked.length > MOST_SHOWN ? `${asked.slice(0, MOST_SHOWN)}…` : asked;
  const begin = `The address asks for the guest “${shown}”, which is not here`;
  if (!used) return `${begin}: this page has no guests, only ${OWN_KERNEL} (a kernel of yours).`;
  const names = guests.map(({ name }) => name).join(', ');
  return `${begin}: choose ${names} or ${OWN_KERNEL} (a kernel of yours); ${used.name} (${used.title}) is used instead.`;
}
