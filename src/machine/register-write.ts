import { type FirmwareRegisters, parseAssignment } from '../psci';

/** Writes a firmware pseudo-register as `name=value`. Throws one sentence with KVM's errno if it is refused. */
export function writeRegister(registers: FirmwareRegisters, assignment: string): void {
  assign(assignment, (name, value) => registers.write(name, value));
}

/** Throws what {@link writeRegister} would throw now. */
export function checkRegister(registers: FirmwareRegisters, assignment: string): void {
  assign(assignment, (name, value) => registers.check(name, value));
}

function assign(
  assignment: string,
  write: (...given: Parameters<FirmwareRegisters['check']>) => ReturnType<FirmwareRegisters['check']>,
): void {
  const parsed = parseAssignment(assignment);
  const written = parsed.ok ? write(parsed.value.name, parsed.value.value) : parsed;
  if (!written.ok) throw new Error(`The register “${assignment}” is refused with ${written.errno}: ${written.sentence}`);
}
