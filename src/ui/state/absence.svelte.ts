/** What a guest finds that goes on after a while: the screen it left, and what is different now. */
import type { MachineDisk, VmConfig } from '../../vm/api';
import { keepScreen, screenOfSleeper } from './kept-screens';
import type { Session } from './session.svelte';
import type { Wake } from './wake-plan';
import { type Before, type Waking, type WhatChanged, whatChanged } from './what-changed';

export class Absence {
  /** What is different for the guest at hand, until somebody has put that aside. */
  change = $state.raw<WhatChanged | undefined>();
  /** Tells it of the guest that is being woken. */
  private retell: ((waking: Waking) => WhatChanged) | undefined;
  /** Disk of the machine whose last screen the console still shows. */
  private onScreen: string | undefined;

  constructor(private readonly session: Session) {}

  /** A machine begins, one that slept if it is woken: what its console showed is there again, unless it still is. */
  begin(wake: Wake | undefined): void {
    this.change = undefined;
    this.retell = undefined;
    if (wake) this.woken(wake);
    this.onScreen = this.session.diskName;
  }

  private woken({ slept }: Wake): void {
    const { voice, shown } = this.session;
    const { name, hibernated } = slept;
    const screen = this.onScreen === name ? undefined : screenOfSleeper(slept);
    if (screen) voice.console.push({ kind: 'screen', screen });
    if (hibernated) this.tell({ how: 'woken', ...hibernated, hostUnknown: hibernated.host === undefined }, shown);
  }

  /** A guest goes on in the machine of `config` that it was in before. */
  tell(before: Before, config: VmConfig, disks: readonly MachineDisk[] = []): void {
    const now = Date.now();
    this.retell = (waking) => whatChanged(before, config, now, waking, disks);
    this.change = this.retell('begins');
  }

  /** The guest that is being woken, if one is, has come so far. */
  wakes(waking: Waking): void {
    if (this.change && this.retell) this.change = this.retell(waking);
  }

  /** A machine has ended: if it went to sleep its screen is kept for the next visit. The disks of another page are gone with it. */
  async ended(): Promise<void> {
    const { diskName, voice, sleepers, embedded } = this.session;
    if (!diskName) return;
    const when = Date.now();
    const screen = await voice.console.screen();
    await sleepers.looked;
    if (screen && !embedded && sleepers.justFellAsleep?.name === diskName) keepScreen(diskName, screen, when);
  }
}
