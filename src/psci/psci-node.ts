/**
 * The device tree's `psci` node for a version and conduit, as plain data, with QEMU's choice of properties.
 *
 * Sources: Linux `Documentation/devicetree/bindings/arm/psci.yaml`, QEMU `hw/arm/boot.c`.
 */
import { psciFunction } from './functions';
import type { Conduit } from './state';
import { type PsciVersion, versionAtLeast } from './versions';

export type DeviceTreeProperty =
  | { readonly name: string; readonly strings: readonly string[] }
  | { readonly name: string; readonly u32s: readonly number[] };

/** `enable-method` of every CPU node, the boot CPU's included. */
export const CPU_ENABLE_METHOD = 'psci';

/** There is no compatible newer than 1.0: a guest learns 1.1 to 1.3 from PSCI_VERSION. */
function compatible(version: PsciVersion): readonly string[] {
  if (versionAtLeast(version, '1.0')) return ['arm,psci-1.0', 'arm,psci-0.2', 'arm,psci'];
  return version === '0.2' ? ['arm,psci-0.2', 'arm,psci'] : ['arm,psci'];
}

/**
 * Properties of `/psci`, in order. The ids are required by "arm,psci" and ignored by guests that know 0.2. A VM pinned to 0.1
 * must get the 0.1 node: with any other, guests call standard ids that answer NOT_SUPPORTED.
 */
export function psciNode(version: PsciVersion, conduit: Conduit): readonly DeviceTreeProperty[] {
  const id = (name: 'CPU_SUSPEND' | 'CPU_OFF' | 'CPU_ON' | 'MIGRATE'): number => {
    const fn = psciFunction(name);
    return version === '0.1' ? fn.id01! : (fn.smc64 ?? fn.smc32)!;
  };
  return [
    { name: 'compatible', strings: compatible(version) },
    { name: 'method', strings: [conduit] },
    { name: 'cpu_suspend', u32s: [id('CPU_SUSPEND')] },
    { name: 'cpu_off', u32s: [id('CPU_OFF')] },
    { name: 'cpu_on', u32s: [id('CPU_ON')] },
    { name: 'migrate', u32s: [id('MIGRATE')] },
  ];
}
