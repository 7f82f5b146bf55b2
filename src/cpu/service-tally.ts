import { SERVICE } from '../isa/emitter';
import { ENGINE_SERVICE } from './abi';

/** Behind the codes of services: loads and stores, which have many codes each. */
const LOADS = ENGINE_SERVICE.DECODE + 1;
const STORES = LOADS + 1;

const NAMES: Readonly<Record<string, readonly number[]>> = {
  'TLB misses and devices, loads': [LOADS],
  'TLB misses and devices, stores': [STORES],
  decoding: [ENGINE_SERVICE.DECODE],
  'system registers': [SERVICE.SYSREG, SERVICE.MSR_IMMEDIATE],
  SVC: [SERVICE.SVC],
  ERET: [SERVICE.ERET],
  'HVC and SMC': [SERVICE.HVC, SERVICE.SMC],
  'WFI and WFE': [SERVICE.WFI, SERVICE.WFE, SERVICE.WFIT, SERVICE.WFET],
  'YIELD and SEV': [SERVICE.YIELD, SERVICE.SEV],
  alignment: [SERVICE.ALIGNMENT, SERVICE.ALIGNMENT_STORE, SERVICE.SP_ALIGNMENT],
  'traps and breakpoints': [SERVICE.UNDEFINED, SERVICE.BRK, SERVICE.HLT, SERVICE.FP_TRAP, SERVICE.SYS_TRAP],
};

/** How often Wasm asked TypeScript for something, by what for: one addition for each, of what costs hundreds of times that. For people only. */
export class ServiceTally {
  private readonly counts = new Float64Array(STORES + 1);

  count(code: number): void {
    const at = code & SERVICE.LOAD ? LOADS : code & SERVICE.STORE ? STORES : code;
    this.counts[at]! += 1;
  }

  /** Since the machine was made, by what for. */
  byName(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(NAMES).map(([name, codes]) => [name, codes.reduce((sum, code) => sum + this.counts[code]!, 0)]),
    );
  }
}
