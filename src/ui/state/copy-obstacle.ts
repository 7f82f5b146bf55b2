import type { GuestInfo, VmState } from '../../vm/api';

/** Why no file can be copied into the guest or out of it now, as a sentence; undefined if one can. */
export function copyObstacle({
  state,
  guest,
  agentReady,
}: {
  state: VmState;
  guest: Pick<GuestInfo, 'title' | 'agent'> | undefined;
  agentReady: boolean;
}): string | undefined {
  if (state === 'running' && agentReady) return undefined;
  if (guest && !guest.agent)
    return `Files go into a guest and out of it through its agent, and “${guest.title}” has none: type into its console, or choose a guest with one, such as Debian.`;
  if (state === 'paused')
    return guest || agentReady
      ? 'The machine is paused: resume it, and files go into the guest and out of it here.'
      : 'Files go into a guest and out of it through its agent, and none has answered here; the machine is paused.';
  if (state === 'running')
    return guest
      ? 'Files can be copied as soon as the guest is up and its agent answers.'
      : 'Files go into a guest and out of it through its agent, and none answers here.';
  return 'Files go into the guest and out of it here, as soon as a machine runs.';
}
