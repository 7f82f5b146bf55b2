import { MachineSlot } from '../../workers/machine-slot';
import { SlotCommands } from '../../workers/slot-commands';
import { chunksOf } from '../../workers/snapshot-blob';
import { nodeHost } from '../cli/node-host';
import { abandonDisks, disksFor, openDisks } from '../cli/prepare';
import type { BlockDevice } from '../storage/block-device';
import { MemoryDisk } from '../storage/memory-disk';
import type { DiskChoice, GuestInfo, VmConfig, VmWorker } from '../vm/api';
import { emptyDisksFor } from '../vm/saved-disks';
import { readSavedVm, type SavedVm } from '../vm/saved-vm';
import { createVm, vmFromSnapshot } from '../vm/vm-builder';
import { checkConfig } from '../vm/vm-config';
import type { Backend } from './backend';
import type { NodeGuests } from './node-guests';

const MIB = 2 ** 20;

/** A machine in this thread. */
export class NodeBackend extends SlotCommands implements Backend {
  protected readonly slot = new MachineSlot({
    tell: (events) => this.listener(events),
    farewell: async (_vm, disks) => {
      for (const disk of disks) disk.close();
    },
    abandon: async (disks) => abandonDisks(disks),
  });

  constructor(private readonly guests: NodeGuests) {
    super();
  }

  defaults(guest: string): Promise<GuestInfo['defaults']> {
    return this.guests.defaults(guest);
  }

  async start(config: VmConfig, { disk, images, wakeAnyway = false }: Parameters<VmWorker['start']>[1]): Promise<void> {
    checkConfig(config);
    const vm = await this.slot.load(
      async () => disksOf(disk),
      async ({ disks, onEvents, signal }) => {
        const boot = images ?? (await this.guests.images(config.guest, signal));
        return createVm({ config, images: boot, disks, host: nodeHost(), onEvents, wakeAnyway, signal });
      },
    );
    await vm.start();
  }

  async restore(snapshot: Blob, { host, disk }: Parameters<VmWorker['restore']>[1]): Promise<VmConfig> {
    let saved: SavedVm | undefined;
    let config: VmConfig | undefined;
    let emptyDisks: ReadonlySet<BlockDevice> = new Set();
    await this.slot.load(
      async () => {
        saved = await readSavedVm(chunksOf(snapshot));
        config = { ...saved.config, ...(host === undefined ? {} : { host }) };
        const found = restoredDisks(saved, disk);
        emptyDisks = found.emptyDisks;
        return found.disks;
      },
      ({ disks, onEvents, signal }) =>
        vmFromSnapshot(saved!, { config: config!, disks, emptyDisks, host: nodeHost(), onEvents, signal }),
    );
    return config!;
  }

  async close(): Promise<void> {
    this.listener = () => {};
    await this.slot.cancel();
    const { last } = this.slot;
    // Whoever stops what has stopped by itself meanwhile has what he wants.
    await last?.stop('The machine was closed.').catch(() => {});
    this.slot.clear();
  }
}

function disksOf(disk: DiskChoice | undefined): BlockDevice[] {
  if (!disk) return [];
  const { name, sizeMiB, kind } = disk;
  return kind === 'kept' ? openDisks([{ path: name, size: sizeMiB * MIB }]) : [new MemoryDisk(sizeMiB * MIB, { name })];
}

/** As on the command line for a disk in a file; otherwise all are in memory, filled from the save. */
function restoredDisks(
  saved: SavedVm,
  disk: DiskChoice | undefined,
): { disks: BlockDevice[]; emptyDisks: ReadonlySet<BlockDevice> } {
  if (disk?.kind === 'kept') return disksFor(saved, [{ path: disk.name, size: disk.sizeMiB * MIB }]);
  const disks: BlockDevice[] = emptyDisksFor(saved.disks);
  const emptyDisks = new Set(disks);
  // One more for a machine that had none.
  if (disks.length === 0) disks.push(...disksOf(disk));
  return { disks, emptyDisks };
}
