/** Which host a machine is woken on as it slept, and what is said where that is not the one in the header. */
import type { DiskInfo } from '../../vm/api';
import { defaultPsci, hostKnows } from './options';
import { hostByName, hostWords } from './psci-facts';

type Slept = Pick<NonNullable<DiskInfo['hibernated']>, 'host' | 'psci'>;

/** The one it slept on, as far as that is known, else the chosen one; in either case one that knows the version it slept under. */
export function hostToWakeOn({ host, psci }: Slept, chosen: string): string {
  const wanted = host ?? chosen;
  return hostKnows(wanted, psci) ? wanted : '';
}

/** A sentence if that is not the chosen one. Empty: nobody chose. */
export function wakeHostWords(slept: Slept, chosen: string): string | undefined {
  const { psci, host } = slept;
  if (!chosen || hostByName(hostToWakeOn(slept, chosen)) === hostByName(chosen)) return undefined;
  return host === undefined
    ? `The host chosen in the header knows only ${defaultPsci(chosen)}; waking under ${psci} takes the newest host instead.`
    : `The header says ${hostWords(chosen)}; waking it as it slept takes the host it slept on, ${hostWords(host)}.`;
}
