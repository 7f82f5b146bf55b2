import { writeRegister } from '../machine/register-write';
import { FirmwareRegisters, HOST_GENERATIONS, type Host, hostGeneration, makeHost, type PsciVersion } from '../psci';
import { printable } from '../storage/printable';

/** The host that a host generation's name means; the newest if left out. Throws one sentence for a name that is none. */
export function hostOf(name: string | undefined): Host {
  if (name === undefined) return makeHost();
  const generation = hostGeneration(name);
  if (generation) return makeHost(generation);
  throw new Error(
    `There is no host generation “${printable(name)}”; there are ${HOST_GENERATIONS.map((known) => known.name).join(', ')}.`,
  );
}

/**
 * The firmware pseudo-registers of a new VM: the version pinned (or the host's newest), then what its user writes, as
 * `name=value`, in order. Throws one sentence with KVM's errno for the first that is refused.
 */
export function makeFirmwareRegisters(
  version: PsciVersion | undefined,
  vcpus: number,
  assignments: readonly string[] = [],
  host?: string,
): FirmwareRegisters {
  const made = FirmwareRegisters.forVersion(version, vcpus, hostOf(host));
  if (!made.ok) throw new Error(`PSCI ${version} is refused with ${made.errno}: ${made.sentence}`);
  for (const assignment of assignments) writeRegister(made.value, assignment);
  return made.value;
}
