import { type CallReply, type PsciVersion, type SystemEvent, versionAtLeast } from '../psci';
import type { EndReason } from './api';

/** Turns the firmware's system events into what a person is told. */

const CALLS = ['SYSTEM_OFF', 'SYSTEM_OFF2', 'SYSTEM_RESET', 'SYSTEM_RESET2'] as const;
type EndingCall = (typeof CALLS)[number];

const isEndingCall = (name: string): name is EndingCall => (CALLS as readonly string[]).includes(name);

/** SYSTEM_RESET2's type 0 is the architectural warm reset, all others that get through are a vendor's (DEN0022, 5.21). */
const WARM_RESET = 0n;

/** A reset that the guest asked for: what kind, and who asked. */
export function resetWords({ name, vcpu, args }: Pick<CallReply, 'name' | 'vcpu' | 'args'>): string {
  if (name !== 'SYSTEM_RESET2') return `The machine resets (cold): vCPU ${vcpu} called ${name}.`;
  const type = args[0] & 0xffffffffn;
  const kind = type === WARM_RESET ? 'warm' : "a vendor's kind";
  return `The machine resets (${kind}): vCPU ${vcpu} called SYSTEM_RESET2, type 0x${type.toString(16)}.`;
}

/** A reset from outside, by the board's button. */
export const BUTTON_RESET = 'The machine resets (cold): its user pressed the reset button.';

/** A guest that goes on when it is woken. */
export const suspendWords = ({ name, vcpu }: Pick<CallReply, 'name' | 'vcpu'>): string =>
  `The guest asked to be suspended to RAM: ${name} on vCPU ${vcpu}.`;

/**
 * `kept`: what was found on the disks. The firmware knows of an image only if it was told by SYSTEM_OFF2; the person is told either way.
 */
export function endOf(
  event: SystemEvent,
  reply: CallReply,
  version: PsciVersion,
  kept: NonNullable<EndReason['kept']>,
): EndReason {
  const call = isEndingCall(reply.name) ? reply.name : undefined;
  const where = `on vCPU ${reply.vcpu}`;
  const base = {
    ...(call ? { call } : {}),
    vcpu: reply.vcpu,
    systemEvent: { type: event.type, flags: event.flags, data: [...event.data] },
  };
  if (event.type === 'reset') return { ...base, how: 'reset', sentence: `The machine was reset: ${reply.name} ${where}.` };
  if (reply.name === 'SYSTEM_OFF2') {
    const call = `SYSTEM_OFF2 (type ${reply.args[0] & 0xffffffffn}, HIBERNATE_OFF) ${where}`;
    const sentence =
      kept === 'nothing'
        ? `The machine switched itself off as if to hibernate: ${call}. It has no disk, so nothing of it is kept, and its next start is a fresh one.`
        : `The machine hibernated: ${call}.`;
    return { ...base, how: 'hibernated', sentence, kept };
  }
  if (kept === 'image') {
    const why = versionAtLeast(version, '1.3')
      ? 'although the firmware offers SYSTEM_OFF2'
      : `because PSCI ${version} has no SYSTEM_OFF2`;
    return {
      ...base,
      how: 'off',
      kept,
      sentence: `The machine hibernated, but the firmware saw a plain SYSTEM_OFF ${where}, ${why}: only the disk knows.`,
    };
  }
  return { ...base, how: 'off', sentence: `The machine powered off: SYSTEM_OFF ${where}.` };
}
