import type { Feature } from '../../isa/features';
import { CORTEX_A53 } from './cortex-a53';
import { CORTEX_A72 } from './cortex-a72';
import type { CpuDescription } from './description';
import { type IdRegisters, idRegistersOf } from './id-registers';
import { IMPLEMENTED } from './implemented';
import { MAX_DESCRIPTION } from './max';
import type { CpuModelName } from './names';
import { NEOVERSE_N1 } from './neoverse-n1';

export { CPU_MODEL_NAMES, type CpuModelName } from './names';

/** A CPU model: what a core is, of which it promises what is implemented. */
export interface CpuModel extends CpuDescription {
  /** Features the core has and that are implemented: what its registers promise and its decoder knows. */
  readonly promises: readonly Feature[];
  /** Features the core has that are not implemented: its registers do not show them. */
  readonly lacks: readonly Feature[];
  has(feature: Feature): boolean;
  readonly idRegisters: IdRegisters;
}

function modelOf(description: CpuDescription): CpuModel {
  const promises = description.features.filter((feature) => IMPLEMENTED.includes(feature));
  const set = new Set(promises);
  const has = (feature: Feature): boolean => set.has(feature);
  return {
    ...description,
    promises,
    lacks: description.features.filter((feature) => !set.has(feature)),
    has,
    idRegisters: idRegistersOf(has, description.paBits),
  };
}

export const MAX = modelOf(MAX_DESCRIPTION);

export const CPU_MODELS: Readonly<Record<CpuModelName, CpuModel>> = {
  max: MAX,
  'cortex-a53': modelOf(CORTEX_A53),
  'cortex-a72': modelOf(CORTEX_A72),
  'neoverse-n1': modelOf(NEOVERSE_N1),
};
