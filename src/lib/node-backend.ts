import { MachineSlot } from '../../workers/machine-slot';
import { MemoryDisks } from '../../workers/memory-disks';
import { SlotCommands } from '../../workers/slot-commands';
import { chunksOf } from '../../workers/snapshot-blob';
import { FileDisk } from '../cli/file-disk';
import { nodeHost } from '../cli/node-host';
import { abandonDisks, disksFor, openDisks, openVariables } from '../cli/prepare';
import type { BlockDevice } from '../storage/block-device';
import { MemoryDisk } from '../storage/memory-disk';
import type { DiskChoice, GuestInfo, VariableChoice, VmConfig, VmWorker } from '../vm/api';
import { beginDisk, type GuestTemplate } from '../vm/disk-template';
import { withWords } from '../vm/more-words';
import { emptyDisksFor } from '../vm/saved-disks';
import { readSavedVm, type SavedVm } from '../vm/saved-vm';
import { VARIABLE_BYTES } from '../vm/variables';
import type { Vm } from '../vm/vm';
import { createVm, vmFromSnapshot } from '../vm/vm-builder';
import { checkConfig } from '../vm/vm-config';
import type { Backend } from './backend';
import type { NodeGuests } from './node-guests';

const MIB = 2 ** 20;

/** A machine in this thread. */
export class NodeBackend extends SlotCommands implements Backend {
  private readonly memoryDisks = new MemoryDisks();
  protected readonly slot = new MachineSlot({
    tell: (events) => this.listener(events),
    farewell: async (vm, disks) => {
      for (const disk of disks) {
        if (this.memoryDisks.has(disk)) this.memoryDisks.leave(disk, vm);
        // One in memory is gone with its machine, which may be brought back.
        else if (!(disk instanceof MemoryDisk)) disk.close();
      }
    },
    takeBack: async (vm, disks) => this.takeBack(vm, disks),
    abandon: async (disks) => this.abandon(disks),
  });

  constructor(private readonly guests: NodeGuests) {
    super();
  }

  defaults(guest: string): Promise<GuestInfo['defaults']> {
    return this.guests.defaults(guest);
  }

  async start(
    config: VmConfig,
    { disk, variables, images, append, wakeAnyway = false, past = false }: Parameters<VmWorker['start']>[1],
  ): Promise<void> {
    checkConfig(config);
    const vm = await this.slot.load(
      async () => this.openAll(disk, variables),
      async ({ disks: opened, onEvents, signal }) => {
        const disks = variables ? opened.slice(0, -1) : opened;
        const keeper = variables && opened.at(-1);
        if (keeper) this.memoryDisks.settle(keeper);
        const guest = images ? { images } : await this.guests.files(config.guest, signal);
        await this.beginDisks(disks, guest.template);
        return createVm({
          config,
          images: withWords(guest.images, append),
          disks,
          ...(keeper && { variables: keeper }),
          host: nodeHost(),
          onEvents,
          wakeAnyway,
          past,
          signal,
        });
      },
    );
    await vm.start();
  }

  async restore(snapshot: Blob, { host, disk, shelve }: Parameters<VmWorker['restore']>[1]): Promise<VmConfig> {
    let saved: SavedVm | undefined;
    let config: VmConfig | undefined;
    let emptyDisks: ReadonlySet<BlockDevice> = new Set();
    await this.slot.load(
      async () => {
        saved = await readSavedVm(chunksOf(snapshot));
        config = { ...saved.config, ...(host === undefined ? {} : { host }) };
        const found = this.restoredDisks(saved, disk, shelve);
        emptyDisks = found.emptyDisks;
        return found.disks;
      },
      ({ disks, onEvents, signal }) =>
        vmFromSnapshot(saved!, { config: config!, disks, emptyDisks, host: nodeHost(), onEvents, signal }),
    );
    for (const disk of emptyDisks) this.memoryDisks.settle(disk);
    return config!;
  }

  async close(): Promise<void> {
    this.listener = () => {};
    await this.slot.cancel();
    const { last } = this.slot;
    // Whoever stops what has stopped by itself meanwhile has what he wants.
    await last?.stop('The machine was closed.').catch(() => {});
    this.slot.clear();
    this.memoryDisks.close();
  }

  /** What keeps variables is the last. All or none. */
  private openAll(disk: DiskChoice | undefined, variables: VariableChoice | undefined): BlockDevice[] {
    const disks = this.open(disk);
    if (!variables) return disks;
    const { name, kind } = variables;
    try {
      return [...disks, kind === 'kept' ? openVariables(name) : this.memoryDisks.open(name, VARIABLE_BYTES)];
    } catch (error) {
      this.abandon(disks);
      throw error;
    }
  }

  private open(disk: DiskChoice | undefined): BlockDevice[] {
    if (!disk) return [];
    const { name, sizeMiB, kind } = disk;
    return kind === 'kept' ? openDisks([{ path: name, size: sizeMiB * MIB }]) : [this.memoryDisks.open(name, sizeMiB * MIB)];
  }

  /** Gives those of a machine's disks that are new what they are to begin with. */
  private async beginDisks(disks: readonly BlockDevice[], template?: GuestTemplate): Promise<void> {
    for (const disk of disks) {
      if (!this.memoryDisks.isNew(disk) && !(disk instanceof FileDisk && disk.isNew)) continue;
      await beginDisk(disk, template);
      this.memoryDisks.settle(disk);
    }
  }

  /** All of them or none. */
  private takeBack(vm: Vm, disks: readonly BlockDevice[]): void {
    const file = disks.find((disk) => !(disk instanceof MemoryDisk));
    if (file)
      throw new Error(
        `The machine has ended, and its file ${file.name} was closed: only one whose disks are in memory goes back.`,
      );
    const taken: MemoryDisk[] = [];
    try {
      for (const disk of disks) {
        if (!this.memoryDisks.knows(disk)) continue;
        this.memoryDisks.takeBack(disk, vm);
        taken.push(disk);
      }
    } catch (error) {
      for (const disk of taken) this.memoryDisks.leave(disk, vm);
      throw error;
    }
  }

  private abandon(disks: readonly BlockDevice[]): void {
    for (const disk of disks) if (this.memoryDisks.has(disk)) this.memoryDisks.abandon(disk);
    abandonDisks(disks.filter((disk) => !this.memoryDisks.has(disk)));
  }

  /** As on the command line for a disk in a file; otherwise all are in memory, filled from the save, the first where it outlives the machine. */
  private restoredDisks(
    saved: SavedVm,
    disk: DiskChoice | undefined,
    shelve = false,
  ): { disks: BlockDevice[]; emptyDisks: ReadonlySet<BlockDevice> } {
    if (disk?.kind === 'kept') return disksFor(saved, [{ path: disk.name, size: disk.sizeMiB * MIB }]);
    const disks: BlockDevice[] = emptyDisksFor(saved.disks);
    const [first] = saved.disks;
    const name = disk?.name ?? (shelve ? saved.config.guest : undefined);
    if (first && name !== undefined) disks[0] = this.memoryDisks.open(name, first.size, { empty: true });
    const emptyDisks = new Set(disks);
    // One more for a machine that had none.
    if (disks.length === 0) disks.push(...this.open(disk));
    return { disks, emptyDisks };
  }
}
