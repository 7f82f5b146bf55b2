/** Waking a machine from its disk: with the memory it had, under the version or on the host a person chose. */
import type { DiskInfo, PsciVersion, VmConfig } from '../../vm/api';
import type { Belief } from './belief';
import type { Draft } from './draft.svelte';
import { beliefOfSleeper } from './kept-beliefs';
import { hostKnows, psciOf } from './options';
import { hostWords } from './psci-facts';
import { type Said, wakeWords } from './scenario-words';
import { type BoardAsked, boardToWakeOn, wakeBoardWords } from './wake-board';
import { hostToWakeOn } from './wake-host';
import { wakeSizeWords } from './wake-size';

/** How to wake: pinned to a version, or unpinned on a host. Neither: as it slept. */
export interface WakeTarget {
  psci?: PsciVersion;
  host?: string;
}

/** A start that wakes what sleeps on the disk. */
export interface Wake {
  /** Its disk, as it was before the start. */
  slept: DiskInfo;
  /** For the timeline. */
  label: string;
  /** How it is not what was chosen, or not what slept: see {@link wakeSizeWords} and {@link wakeBoardWords}. */
  differs: Said[];
  /** What the sleeping kernel believes of its firmware. */
  belief?: Belief;
  /** What to say when it is awake. */
  said?: Said;
}

export interface WakePlan {
  config: VmConfig;
  diskMiB: number;
  wake: Wake;
}

/** Of a guest's own disk beside the one it sleeps on, if somebody has deleted it. */
const OWN_DISK_MIB = 512;

/** Puts the sleeper's guest and memory, and the target, into `draft`, so that the header shows what runs, and plans the start. */
export function planWake(
  draft: Draft,
  disk: DiskInfo,
  slept: NonNullable<DiskInfo['hibernated']>,
  target: WakeTarget,
  asked: BoardAsked,
): WakePlan {
  // Another guest may have been chosen since it fell asleep.
  draft.guest = slept.guest ?? disk.name;
  const board = boardToWakeOn(slept, asked);
  const differs = [...wakeSizeWords(slept, draft), ...wakeBoardWords(slept, board)];
  draft.memoryMiB = slept.memoryMiB;
  draft.psci = target.host === undefined ? (target.psci ?? slept.psci) : '';
  if (target.host !== undefined) draft.chooseHost(target.host);
  else if (target.psci === undefined) draft.chooseHost(hostToWakeOn(slept, draft.host));
  else if (!hostKnows(draft.host, target.psci)) draft.host = '';
  const config = { ...draft.config(), ...board };
  const version = psciOf(config);
  const belief = beliefOfSleeper(disk);
  const where = target.host === undefined ? undefined : hostWords(target.host);
  const said = belief && wakeWords(belief, { version, systemSuspend: draft.systemSuspend }, where);
  return {
    config,
    diskMiB: slept.guest === undefined ? Math.ceil(disk.size / 2 ** 20) : slept.hasOwn ? OWN_DISK_MIB : 0,
    wake: { slept: disk, label: `wake · PSCI ${version}`, differs, ...(belief ? { belief } : {}), ...(said ? { said } : {}) },
  };
}
