import { FirmwareRegisters, type PsciVersion, parseAssignment } from '../psci';

/**
 * The firmware pseudo-registers of a new VM: the version pinned (or the host's newest), then what its user writes, as
 * `name=value`, in order. Throws one sentence with KVM's errno for the first that is refused.
 */
export function makeFirmwareRegisters(
  version: PsciVersion | undefined,
  vcpus: number,
  assignments: readonly string[] = [],
): FirmwareRegisters {
  const made = FirmwareRegisters.forVersion(version, vcpus);
  if (!made.ok) throw new Error(`PSCI ${version} is refused with ${made.errno}: ${made.sentence}`);
  for (const text of assignments) {
    const parsed = parseAssignment(text);
    const written = parsed.ok ? made.value.write(parsed.value.name, parsed.value.value) : parsed;
    if (!written.ok) throw new Error(`The register “${text}” is refused with ${written.errno}: ${written.sentence}`);
  }
  return made.value;
}
