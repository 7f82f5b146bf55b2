import { OWN_KERNEL } from './options';
import { programForHash } from './packed-text';
import { linkFor } from './query';
import type { Session } from './session.svelte';

/** The address that brings someone else to the machine that is shown, with the program that it runs if that is a text of one's own. */
export async function machineLink({ shown, draft }: Session, layout: string | undefined): Promise<string> {
  const file = shown.guest === OWN_KERNEL && draft.program instanceof File ? draft.program : undefined;
  const program = file && (await programForHash(await file.text(), file.name));
  return linkFor(location.href, shown, { layout, ...program }, draft.guestWords);
}
