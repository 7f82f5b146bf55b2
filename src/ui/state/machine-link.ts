import { OWN_KERNEL } from './options';
import { packText } from './packed-text';
import { linkFor } from './query';
import type { Session } from './session.svelte';

/** The address that brings someone else to the machine that is shown, with the program that it runs if that is a text of one's own. */
export async function machineLink({ shown, draft }: Session, layout: string | undefined): Promise<string> {
  const isProgram = shown.guest === OWN_KERNEL && draft.program instanceof Blob;
  const program = isProgram ? await packText(await (draft.program as Blob).text()) : undefined;
  return linkFor(location.href, shown, { layout, ...(program === undefined ? {} : { program }) }, draft.guestWords);
}
