import { type FirmwareRegisters, parseAssignment } from '../psci';

/** Writes a firmware pseudo-register as `name=value`. Throws one sentence with KVM's errno if it is refused. */
export function writeRegister(registers: FirmwareRegisters, assignment: string): void {
  const parsed = parseAssignment(assignment);
  const written = parsed.ok ? registers.write(parsed.value.name, parsed.value.value) : parsed;
  if (!written.ok) throw new Error(`The register “${assignment}” is refused with ${written.errno}: ${written.sentence}`);
}
