/** What is different for a guest that goes on after a while: woken from its disk, or restored from a file. For the card that says it. */
import type { MachineDisk, VmConfig } from '../../vm/api';
import { whereWords } from './disk-sheet';
import { psciOf } from './options';
import { hostWords } from './psci-facts';

/** What is known of the machine as it was. */
export interface Before {
  how: 'woken' | 'restored';
  /** When it went to sleep, or was saved: milliseconds since 1970. */
  when?: number;
  psci: string;
  vcpus: number;
  memoryMiB: number;
  /** Name of the host generation; left out for the newest. */
  host?: string | undefined;
  /** Nobody noted which host it was. */
  hostUnknown?: boolean;
}

/**
 * How far a guest has come that is woken: its machine is made; its kernel has started, which reads the memory that slept, and nobody will hear of the rest; the guest that
 * slept goes on; or that kernel has booted instead.
 */
export type Waking = 'begins' | 'started' | 'awake' | 'booted';

/** What is said then. */
export const BOOTED_INSTEAD =
  'it was not woken: the kernel took no image from its disk, and booted afresh (the guest’s log says why: dmesg)';

export interface Change {
  what: string;
  was: string | undefined;
  is: string;
  /** It is another than it was. */
  differs: boolean;
}

export interface WhatChanged {
  how: Before['how'];
  title: string;
  rows: Change[];
  /** One sentence if nothing is different, or all is. */
  word: string | undefined;
}

const MINUTE = 60_000;

/** `3 min`, `2 h 05 min`, `4 days`; `less than a minute`. */
export function absence(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** @param now milliseconds since 1970 */
export function whatChanged(
  before: Before,
  config: VmConfig,
  now: number,
  waking: Waking = 'begins',
  disks: readonly MachineDisk[] = [],
): WhatChanged {
  const row = (what: string, was: string | undefined, is: string): Change => ({
    what,
    was,
    is,
    differs: was !== undefined && was !== is,
  });
  const rows = [
    row('PSCI', before.psci, psciOf(config)),
    row('Host', before.hostUnknown ? undefined : hostWords(before.host), hostWords(config.host)),
    row('vCPUs', String(before.vcpus), String(config.vcpus)),
    row('Memory', `${before.memoryMiB} MiB`, `${config.memoryMiB} MiB`),
  ];
  if (disks.length > 0) rows.push(row(disks.length === 1 ? 'Disk' : 'Disks', undefined, disks.map(whereWords).join(', ')));
  const away = before.when === undefined ? undefined : absence(Math.max(0, now - before.when));
  return {
    how: before.how,
    title: before.how === 'woken' ? wakingTitle(waking, away) : restoredTitle(away),
    rows,
    word: waking === 'booted' ? BOOTED_WORD : wordOf(rows, disks),
  };
}

function wordOf(rows: readonly Change[], disks: readonly MachineDisk[]): string | undefined {
  const same = !rows.some(({ differs }) => differs);
  if (disks.every(({ where }) => where !== 'machine')) return same ? 'Nothing of the machine is different.' : undefined;
  const fate = 'is in memory: what is written to it goes with the machine, unless you save that again.';
  return same ? `Nothing of the machine is different but its disk, which ${fate}` : `Its disk ${fate}`;
}

const BOOTED_WORD = 'The kernel took no image from its disk, for a reason that the guest’s log has (dmesg), and booted afresh.';

function wakingTitle(waking: Waking, away: string | undefined): string {
  switch (waking) {
    case 'begins':
      return away === undefined ? 'Waking' : `Waking after ${away} of sleep`;
    case 'started':
      return away === undefined
        ? 'The kernel that wakes it has started'
        : `The kernel that wakes it has started, after ${away} of sleep`;
    case 'booted':
      return 'Not woken';
    case 'awake':
      return away === undefined ? 'Awake again' : `Awake again after ${away} of sleep`;
  }
}

const restoredTitle = (away: string | undefined): string => (away === undefined ? 'Restored' : `Restored as it was ${away} ago`);
