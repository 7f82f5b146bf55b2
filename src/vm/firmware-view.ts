import type { FirmwareRegisters, PsciVersion } from '../psci';
import type { FirmwareView, VmConfig } from './api';

/** What the firmware offers and what of it a guest used, for people. */
export function viewFirmware(
  config: VmConfig,
  registers: FirmwareRegisters,
  calls: ReadonlyMap<string, number>,
  told: readonly PsciVersion[],
): FirmwareView {
  return {
    version: registers.effectiveVersion,
    host: registers.host.generation.name,
    conduit: config.conduit,
    rules: config.rules ?? 'kvm',
    systemSuspend: config.systemSuspend ?? false,
    registers: registers.view().map(({ name, id, value, text, summary, setBy }) => ({ name, id, value, text, summary, setBy })),
    calls: Object.fromEntries(calls),
    told: [...told],
  };
}
