/**
 * The firmware of a machine that is not there yet: the same registers the VMM will make, made here, so that the page can show and
 * check them before a start.
 */
import type { FirmwareView, VmConfig } from '../../vm/api';
import { FirmwareRegisters, hostByName, makeHost, parseAssignment } from './psci-facts';
import { type Refusal, refusalOf } from './register-words';

export interface Preview {
  view: FirmwareView;
  /** What the host would refuse; a start with it fails with the same errno. */
  refusals: Refusal[];
}

export function previewFirmware(config: VmConfig): Preview {
  const host = makeHost(hostByName(config.host));
  const refusals: Refusal[] = [];
  const made = FirmwareRegisters.forVersion(config.psci, config.vcpus, host);
  if (!made.ok) refusals.push({ assignment: `psci_version=${config.psci}`, errno: made.errno, sentence: made.sentence });
  const fallback = FirmwareRegisters.forVersion(undefined, config.vcpus, host);
  const registers = made.ok ? made.value : fallback.ok ? fallback.value : new FirmwareRegisters(host);
  for (const assignment of config.registers ?? []) {
    const parsed = parseAssignment(assignment);
    const written = parsed.ok ? registers.write(parsed.value.name, parsed.value.value) : parsed;
    if (!written.ok) refusals.push(refusalOf(assignment, `${written.errno}: ${written.sentence}`));
  }
  return {
    view: {
      version: registers.effectiveVersion,
      host: host.generation.name,
      conduit: config.conduit,
      rules: config.rules ?? 'kvm',
      systemSuspend: config.systemSuspend ?? false,
      registers: registers.view().map(({ name, id, value, text, summary, setBy }) => ({ name, id, value, text, summary, setBy })),
      calls: {},
      told: [],
    },
    refusals,
  };
}

/** `assignments` with `assignment` in place of an older one of the same register. */
export function replaceAssignment(assignments: readonly string[], assignment: string): string[] {
  const nameOf = (text: string): string => text.split('=')[0]!.trim();
  return [...assignments.filter((other) => nameOf(other) !== nameOf(assignment)), assignment];
}
