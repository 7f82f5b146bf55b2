import type { Feature } from '../isa/features';
import type { DecodeContext } from '../isa/row';
import { SYSREG_ACCESS } from '../isa/rows/system';
import { sysregKey } from './sysregs/encoding';
import { inlineAccess } from './sysregs/table';

const DAIF = sysregKey(3, 3, 4, 2, 1);
const NZCV = sysregKey(3, 3, 4, 2, 0);
const ALL = 0xffffffff;
const service = { access: SYSREG_ACCESS.SERVICE, offset: 0 };

/** What decoding for a CPU with some features asks: which registers MRS and MSR handlers may touch without leaving Wasm. */
export const decodeContextOf = (has: (feature: Feature) => boolean): DecodeContext => ({
  has,
  sysreg(key, write) {
    if (key === DAIF) return { access: SYSREG_ACCESS.DAIF, offset: 0 };
    if (key === NZCV) return { access: SYSREG_ACCESS.NZCV, offset: 0 };
    const inline = inlineAccess(key);
    if (!inline || (inline.feature && !has(inline.feature))) return service;
    const [el0, el1] = write ? inline.write : inline.read;
    if (!el1) return service;
    if (inline.floatingPoint) return { access: SYSREG_ACCESS.FP_STATUS, offset: inline.offset };
    if (write && !(inline.maskLo === ALL && inline.maskHi === ALL)) {
      const isLow = inline.maskLo === ALL && inline.maskHi === 0 && !el0;
      return isLow ? { access: SYSREG_ACCESS.LOW_EL1, offset: inline.offset } : service;
    }
    if (inline.needsSpsel) return { access: SYSREG_ACCESS.SP_EL0, offset: inline.offset };
    return { access: el0 ? SYSREG_ACCESS.STORAGE : SYSREG_ACCESS.STORAGE_EL1, offset: inline.offset };
  },
});
