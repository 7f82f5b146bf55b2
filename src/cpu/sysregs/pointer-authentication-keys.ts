/** The keys of FEAT_PAuth. */
import { plain, row, type SysregRow } from './register-row';
import { SYS } from './storage';

const NAMES = ['APIA', 'APIB', 'APDA', 'APDB', 'APGA'] as const;

export const POINTER_AUTHENTICATION: readonly SysregRow[] = NAMES.flatMap((name) =>
  (['Lo', 'Hi'] as const).map((half) =>
    row(`${name}Key${half}_EL1`, 'none', 'rw', plain(SYS[`${name}Key${half}_EL1`]), { feature: 'FEAT_PAuth' }),
  ),
);
