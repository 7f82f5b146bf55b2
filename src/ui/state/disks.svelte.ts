/** The disks kept in this browser, as the worker tells of them. */
import type { DiskInfo, MachineDisk, VmWorker } from '../../vm/api';

/** The worker notes a sleep beside the disk after it has told the end: look again after these pauses (ms). */
const LOOK_FOR_SLEEP = [300, 1500];

export class Disks {
  list = $state.raw<DiskInfo[]>([]);
  /** Those of the machine that lives here, whatever the next is to have. */
  ofMachine = $state.raw<MachineDisk[]>([]);

  constructor(
    private readonly worker: () => VmWorker,
    private readonly complain: (error: unknown) => void,
  ) {}

  async refresh(): Promise<void> {
    try {
      [this.list, this.ofMachine] = await Promise.all([this.worker().disks(), this.worker().machineDisks()]);
    } catch (error) {
      this.complain(error);
    }
  }

  async lookAtMachine(): Promise<void> {
    try {
      this.ofMachine = await this.worker().machineDisks();
    } catch (error) {
      this.complain(error);
    }
  }

  /** The disk on which a machine of the guest `name` sleeps, if one does: its own, which is called like it, or one that was attached. */
  sleeperOf(name: string | undefined): DiskInfo | undefined {
    return this.list.find((disk) => disk.hibernated && (disk.hibernated.guest ?? disk.name) === name);
  }

  /** Looks until a machine of the guest `name` sleeps; gives up after a while, or when `wanted` says that nobody waits any more. */
  async lookForSleeper(name: string | undefined, wanted: () => boolean): Promise<void> {
    await this.refresh();
    for (const pause of LOOK_FOR_SLEEP) {
      if (this.sleeperOf(name) || !wanted()) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (wanted()) await this.refresh();
    }
  }
}
