import * as Comlink from 'comlink';
import { type BlockDevice, DiskError, SECTOR_BYTES } from '../src/storage/block-device';
import { type Breathe, fingerprintOf } from '../src/storage/disk-contents';
import { MemoryDisk } from '../src/storage/memory-disk';
import { OpfsDisk } from '../src/storage/opfs-disk';
import type {
  ConnectionOptions,
  DiskChoice,
  DiskInfo,
  EndReason,
  MachineDisk,
  Recognised,
  VmConfig,
  VmEvent,
  VmWorker,
} from '../src/vm/api';
import { DEFAULT_GIC, DEFAULT_VIRTIO, MOST_IN_MEMORY, WAKE_REFUSAL } from '../src/vm/api';
import type { AssemblyWords, CheckedProgram } from '../src/vm/api/assembly';
import { breather } from '../src/vm/breather';
import { partsOf } from '../src/vm/disk-survey';
import { withWords } from '../src/vm/more-words';
import { type GivenDisk, pairDisks, type SavedDisk } from '../src/vm/pair-disks';
import { BookmarkTaker } from '../src/vm/saved-bookmarks';
import { ScreenTaker } from '../src/vm/saved-screen';
import type { SavedVm } from '../src/vm/saved-vm';
import { takers } from '../src/vm/section-takers';
import { sentenceOf } from '../src/vm/sentence';
import type { Sleeper } from '../src/vm/sleepers';
import { discardImage } from '../src/vm/swap-signature';
import { VARIABLE_BYTES } from '../src/vm/variables';
import type { Vm } from '../src/vm/vm';
import { checkConfig } from '../src/vm/vm-config';
import { transferAbortSignals } from './abort-signals';
import { missingFeatures } from './browser-features';
import { browserHost } from './browser-host';
import { copyImage } from './disk-image';
import {
  abandonDisk,
  forgetSleep,
  isNew,
  keepsDisks,
  leaveDisk,
  listDisks,
  openDisk,
  removeDisk,
  settleDisk,
  sizeOfDisk,
  sleepOn,
  takeBackDisk,
  useNamespace,
} from './disks';
import { eachOf } from './exclusively';
import { machineCode } from './fetch-machine-code';
import { listGuests, loadGuest, useGuestsUrl } from './guest-downloads';
import { MachineSlot } from './machine-slot';
import { MemoryDisks } from './memory-disks';
import { inSentences } from './sentences';
import type { Sleep } from './sleep-note';
import { SlotCommands } from './slot-commands';
import { chunksOf } from './snapshot-blob';

const MIB = 1024 * 1024;

/** The machine's worker: the VMM behind comlink, with this browser as its host. */
class Worker extends SlotCommands implements VmWorker {
  /** Why what it was to be configured with is refused. */
  private refused: unknown;
  /** It was said that this browser keeps no disks. */
  private saidMemory = false;
  /** The progress told last is not taken in yet: what comes meanwhile is not worth telling. */
  private progressing = false;
  private readonly memoryDisks = new MemoryDisks();
  protected readonly slot = new MachineSlot({
    tell: (events) => this.listener(events),
    farewell: (vm, disks, end) => this.farewell(vm, disks, end),
    takeBack: (vm, disks) => this.takeBack(vm, disks),
    abandon: (disks) => eachOf(...disks.map((disk) => () => this.abandon(disk))),
  });

  async configure({ guestsUrl, namespace }: ConnectionOptions): Promise<void> {
    if (this.slot.used)
      throw new Error('Where guests come from, and whose disks are used, can be said before the first machine only.');
    try {
      if (guestsUrl !== undefined) useGuestsUrl(guestsUrl);
      if (namespace !== undefined) useNamespace(namespace);
    } catch (error) {
      this.refused = error;
      throw error;
    }
  }
  /** Whoever asked for disks of their own that they cannot have gets nobody else's instead, nor anything. */
  requireConfigured(): void {
    if (this.refused !== undefined) throw this.refused;
  }
  async unsupported(): Promise<string | undefined> {
    return missingFeatures();
  }
  guests() {
    return listGuests();
  }
  async disks(): Promise<DiskInfo[]> {
    const inMemory = this.memoryDisks.list();
    if ((await keepsDisks()) !== true) return inMemory;
    const kept = await listDisks({
      brokenNote: (name) =>
        this.say(
          `a machine went to sleep on the disk “${name}” while its page was closed, and how it did was not noted: start it as it was, and it wakes`,
          'warning',
        ),
      powerCut: (name) => this.sayPowerCut(name),
    });
    // Who has a disk open can look at it, and nobody else.
    const own = this.slot.last && !this.slot.last.end ? this.slot.last.machine.options.disks : [];
    const seen = kept.map((info) => {
      const disk = info.inUse ? own.find(({ name }) => name === info.name) : undefined;
      return disk ? { ...info, ...partsOf(disk) } : info;
    });
    // A disk in memory hides the kept one of its name: its machine is the one here.
    return [...seen.filter(({ name }) => inMemory.every((each) => each.name !== name)), ...inMemory];
  }
  async machineDisks(): Promise<MachineDisk[]> {
    const { last, disks } = this.slot;
    // What keeps the variables of its firmware is no disk to it.
    return disks.slice(0, last?.machine.options.disks.length).map((disk) => ({
      name: disk.name,
      size: disk.size,
      used: isInMemory(disk) ? disk.used : disk.size,
      ...partsOf(disk),
      where: this.memoryDisks.has(disk) ? 'memory' : isInMemory(disk) ? 'machine' : 'kept',
    }));
  }
  async deleteDisk(name: string): Promise<void> {
    if (!this.memoryDisks.remove(name)) await removeDisk(name);
  }
  async discardSleep(name: string): Promise<void> {
    const inMemory = this.memoryDisks.list().some((disk) => disk.name === name);
    const size = inMemory ? undefined : await sizeOfDisk(name);
    if (!inMemory && size === undefined) throw new Error(`Nobody sleeps on the disk “${name}”: there is no such disk.`);
    const disk = inMemory ? this.memoryDisks.open(name, 0) : await this.openKept(name, size!);
    let discarded = false;
    try {
      discarded = await discardImage(disk, breather(browserHost()));
    } finally {
      if (this.memoryDisks.has(disk)) this.memoryDisks.leave(disk, disk);
      else await leaveDisk(disk, undefined);
    }
    if (!discarded) throw new Error(`No Linux that is known here sleeps on the disk “${name}”: nothing on it was changed.`);
    if (!inMemory) await forgetSleep(name);
  }
  async assemble(source: string): Promise<Uint8Array> {
    // Most machines never need it.
    const { assembleProgram } = await import('../src/vm/assembler-desk');
    return assembleProgram(source);
  }
  async checkProgram(source: string): Promise<CheckedProgram> {
    const { checkProgram } = await import('../src/vm/assembler-desk');
    return checkProgram(source);
  }
  async assemblyWords(): Promise<AssemblyWords> {
    const { assemblyWords } = await import('../src/vm/assembler-desk');
    return assemblyWords();
  }

  async start(
    config: VmConfig,
    {
      disk,
      attached,
      variables,
      images,
      append,
      wakeAnyway = false,
      trace = false,
      past = false,
    }: Parameters<VmWorker['start']>[1],
  ): Promise<void> {
    checkConfig(config);
    const host = browserHost();
    const store: DiskChoice | undefined = variables && { ...variables, sizeMiB: VARIABLE_BYTES / MIB };
    const choices = [disk, attached, store].filter((choice) => choice !== undefined);
    let kept: readonly BlockDevice[] = [];
    const vm = await this.slot.load(
      () => this.openAll(choices),
      async ({ disks: opened, onEvents, signal }) => {
        const disks = store ? opened.slice(0, -1) : opened;
        const keeper = store && opened.at(-1);
        const progress = (what: string, loaded: number, total?: number): void => this.progress(what, loaded, total);
        const breathe = breather(host, signal);
        // Beside the guest, which is more; a failure is told where it is needed.
        const fetchCode = (): void => void machineCode().catch(() => {});
        const guest = images ? { images } : await loadGuest(config.guest, progress, fetchCode, signal, breathe);
        const { beginDisk, createVm } = await machineCode(signal);
        const begun = new Set<BlockDevice>();
        const requirePrint = async (disk: BlockDevice): Promise<void> => {
          const print = wakeAnyway ? undefined : choices[opened.indexOf(disk)]?.print;
          if (print !== undefined) await this.requirePrint(disk, print, breathe);
        };
        await this.beginDisks(opened, async (disk) => {
          const image = choices[opened.indexOf(disk)]?.image;
          begun.add(disk);
          if (image) await copyImage(image, disk, (loaded, total) => progress('disk image', loaded, total), breathe);
          else if (disk !== keeper) await beginDisk(disk, guest.template, breathe);
          // Before it is somebody's: a copy of what is not wanted is not kept.
          await requirePrint(disk);
        });
        for (const disk of opened) if (!begun.has(disk)) await requirePrint(disk);
        kept = disks.filter((disk) => !isInMemory(disk));
        const boot = withWords(guest.images, append);
        const stores = { disks, ...(keeper && { variables: keeper }) };
        const vm = await createVm({ config, images: boot, ...stores, host, onEvents, wakeAnyway, trace, past, signal });
        if (!wakeAnyway) vm.broughtVcpus = (await this.sleepOn(vm.sleepers[0]?.disk))?.vcpus;
        return this.debug(vm);
      },
    );
    await vm.start();
    // Not before: a start that is given up leaves a sleeper as it was.
    for (const { name } of choices) this.memoryDisks.wake(name);
    for (const { name } of kept) await forgetSleep(name).catch((error: unknown) => this.say(sentenceOf(error), 'error'));
  }

  /** Who fell asleep with a disk goes on with what it knew of it. */
  private async requirePrint(disk: BlockDevice, print: string, breathe: Breathe): Promise<void> {
    if ((await printOf(disk, breathe)) === print) return;
    const sentence =
      `The disk “${disk.name}” is not as it was when the machine fell asleep with it: it is another one, or what was written to it is gone with an earlier page. ` +
      'The kernel would go on with what it knew of it, and harm it: attach it as it was.';
    throw Object.assign(new Error(sentence), { name: WAKE_REFUSAL });
  }

  private async sleepOn(disk: BlockDevice | undefined): Promise<Sleep | undefined> {
    if (!disk) return undefined;
    return isInMemory(disk) ? this.memoryDisks.sleepOn(disk.name) : sleepOn(disk.name);
  }

  async recognise(file: Blob, name: string): Promise<Recognised> {
    const { recogniseFile } = await import('./recognise-file');
    return recogniseFile(file, name);
  }

  private progress(what: string, loaded: number, total?: number): void {
    if (this.progressing && loaded !== total) return;
    this.progressing = true;
    const event: VmEvent = { type: 'progress', what, loaded, ...(total === undefined ? {} : { total }) };
    void this.slot.tell([event]).finally(() => {
      this.progressing = false;
    });
  }

  /** All of them or none. */
  private async openAll(choices: readonly DiskChoice[]): Promise<BlockDevice[]> {
    const disks: BlockDevice[] = [];
    try {
      for (const choice of choices) disks.push(await this.openChosen(choice));
      return disks;
    } catch (error) {
      await eachOf(...disks.map((disk) => () => this.abandon(disk)));
      throw error;
    }
  }

  /** Keeps a disk in memory where it is asked to, or where the browser keeps none: which is said once. */
  private async openChosen(
    disk: DiskChoice,
    /** Of a new one. */
    bytes = disk.image ? Math.ceil(disk.image.size / SECTOR_BYTES) * SECTOR_BYTES : disk.sizeMiB * MIB,
    { empty = false } = {},
  ): Promise<BlockDevice> {
    const inMemory = (): BlockDevice => {
      if (disk.image && bytes > MOST_IN_MEMORY)
        throw new Error(
          `The copy of “${disk.name}” would take ${Math.ceil(bytes / MIB)} MiB of this page's memory, for this browser does not keep it: at most ${MOST_IN_MEMORY / MIB} MiB are taken.`,
        );
      return this.memoryDisks.open(disk.name, bytes, { empty });
    };
    if (disk.kind === 'memory') return inMemory();
    const kept = await keepsDisks();
    if (kept === true) {
      try {
        return await this.openKept(disk.name, bytes);
      } catch (error) {
        if (!(error instanceof DiskError && error.code === 'no-space')) throw error;
        this.say(`${error.message} The disk is in memory instead, and is gone when this page is left.`, 'warning');
        return inMemory();
      }
    }
    if (!this.saidMemory)
      this.say(`${kept} The disk “${disk.name}” is in memory, and is gone when this page is left.`, 'warning');
    this.saidMemory = true;
    return inMemory();
  }

  /** Gives those of a machine's disks that are new what they are to begin with. */
  private async beginDisks(disks: readonly BlockDevice[], begin?: (disk: BlockDevice) => Promise<void>): Promise<void> {
    for (const disk of disks) {
      const inMemory = this.memoryDisks.isNew(disk);
      if (!inMemory && !isNew(disk)) continue;
      await begin?.(disk);
      if (inMemory) this.memoryDisks.settle(disk);
      else await settleDisk(disk);
    }
  }

  private async openKept(name: string, bytes: number): Promise<BlockDevice> {
    const { disk, interrupted } = await openDisk(name, bytes);
    if (interrupted) this.sayPowerCut(name);
    return disk;
  }

  /** Whoever finds it out first, a listing or a start, says it. */
  private sayPowerCut(name: string): void {
    this.say(`the disk “${name}” was in use when its page was closed: to the guest that was a power cut`, 'warning');
  }

  /**
   * The disks of a saved machine: the chosen one, which must be one of them (or is one more, if it has none), and the others new, in memory, to take
   * what the save carries.
   */
  private async disksFor(saved: readonly SavedDisk[], choice: DiskChoice | undefined): Promise<BlockDevice[]> {
    const { emptyDisksFor } = await machineCode();
    const disks: BlockDevice[] = emptyDisksFor(saved);
    if (!choice) return disks;
    const isKept = choice.kind !== 'memory' && (await keepsDisks()) === true;
    const size = isKept ? await sizeOfDisk(choice.name) : undefined;
    const others = saved.slice(1).map((): GivenDisk => ({ name: '', size: undefined, isNew: true }));
    const place = pairDisks(saved, [{ name: choice.name, size, isNew: size === undefined }, ...others]).indexOf(0);
    disks[place] = await this.openChosen(choice, saved[place]?.size, { empty: true });
    return disks;
  }

  /** Lets go of the disks, and notes beside each how the machine went to sleep there if it did. */
  private async farewell(vm: Vm, disks: readonly BlockDevice[], end: EndReason): Promise<void> {
    const sleeps = end.how === 'crashed' || end.how === 'reset' ? [] : vm.sleepers;
    // While they are open: what of the notes is about another disk.
    const notes = await Promise.all(
      disks.map(async (disk) => {
        const sleeper = sleeps.find((each) => each.disk === disk);
        return sleeper && this.noteOf(vm, sleeper, disks, end);
      }),
    );
    await eachOf(...disks.map((disk, index) => () => this.leave(vm, disk, notes[index])));
  }

  /** How a machine went to sleep on one of its disks: its guest's own comes first, if it has one, and is called like it. */
  private async noteOf(vm: Vm, { disk, image }: Sleeper, opened: readonly BlockDevice[], end: EndReason): Promise<Sleep> {
    const { options } = vm.machine;
    const { guest } = vm.config;
    // What keeps the variables of its firmware comes behind.
    const disks = opened.slice(0, options.disks.length);
    const attached = disks.find((each) => each !== disk && each.name !== guest);
    const own = disks.find((each) => each !== disk && each.name === guest);
    // One that cannot be read is not noted: what is noted is compared before the wake.
    const printIf = async (other: BlockDevice | undefined): Promise<string | undefined> => {
      try {
        return other && (await printOf(other));
      } catch (error) {
        this.say(sentenceOf(error), 'error');
        return undefined;
      }
    };
    const [print, ownPrint] = [await printIf(attached), await printIf(own)];
    return {
      call: end.call === 'SYSTEM_OFF2' ? end.call : 'SYSTEM_OFF',
      psci: vm.registers.effectiveVersion,
      vcpus: Math.min(options.vcpus, vm.broughtVcpus ?? Number.POSITIVE_INFINITY),
      cpu: options.cpu ?? 'max',
      gic: options.gic ?? DEFAULT_GIC,
      virtio: options.virtio ?? DEFAULT_VIRTIO,
      memoryMiB: options.memoryMiB,
      host: vm.registers.host.generation.name,
      when: Date.now(),
      ...(image ? { imageBytes: image.bytes } : {}),
      ...(disk.name === guest ? {} : { guest, ...(own ? { hasOwn: true } : {}), ...(ownPrint ? { ownPrint } : {}) }),
      ...(attached && print ? { attached: { name: attached.name, size: attached.size, print } } : {}),
    };
  }

  private async leave(vm: Vm, disk: BlockDevice, sleep: Sleep | undefined): Promise<void> {
    if (this.memoryDisks.has(disk)) this.memoryDisks.leave(disk, vm, sleep);
    else if (isInMemory(disk)) {
      // One in memory that is nobody else's is gone with its machine, which may be brought back; who sleeps there is not.
      if (sleep && !this.memoryDisks.take(disk, vm, sleep))
        this.say(
          `The machine slept on a disk in memory called “${disk.name}”, and there is another of that name: it cannot be woken. Delete that one first another time.`,
          'warning',
        );
    } else await leaveDisk(disk, sleep);
  }

  /** All of them or none: what is noted of a sleep stays as it was then. */
  private async takeBack(vm: Vm, disks: readonly BlockDevice[]): Promise<void> {
    const taken: BlockDevice[] = [];
    try {
      for (const disk of disks) {
        if (this.memoryDisks.knows(disk)) this.memoryDisks.takeBack(disk, vm);
        else if (disk instanceof OpfsDisk) await takeBackDisk(disk);
        taken.push(disk);
      }
    } catch (error) {
      await eachOf(...taken.map((disk) => () => this.leaveAgain(disk))).catch((more: unknown) =>
        this.say(sentenceOf(more), 'error'),
      );
      throw error;
    }
    for (const disk of disks) {
      if (this.memoryDisks.knows(disk)) this.memoryDisks.wake(disk.name);
      else if (disk instanceof OpfsDisk)
        await forgetSleep(disk.name).catch((error: unknown) => this.say(sentenceOf(error), 'error'));
    }
  }
  private async leaveAgain(disk: BlockDevice): Promise<void> {
    if (this.memoryDisks.knows(disk)) this.memoryDisks.leaveAgain(disk);
    else if (disk instanceof OpfsDisk) await leaveDisk(disk, undefined);
  }

  private async abandon(disk: BlockDevice): Promise<void> {
    if (this.memoryDisks.has(disk)) this.memoryDisks.abandon(disk);
    else if (isInMemory(disk)) disk.close();
    else await abandonDisk(disk);
  }

  async checkSaved(snapshot: Blob): Promise<{ config: VmConfig; disks: number }> {
    const { readSavedVm } = await machineCode();
    const { config, disks } = await readSavedVm(chunksOf(snapshot));
    return { config, disks: disks.length };
  }

  async restore(
    snapshot: Blob,
    { host, disk, shelve = false, trace = false }: Parameters<VmWorker['restore']>[1],
  ): Promise<VmConfig> {
    let saved: SavedVm | undefined;
    let config: VmConfig | undefined;
    const emptyDisks = new Set<BlockDevice>();
    const [screens, marks] = [new ScreenTaker(), new BookmarkTaker()];
    await this.slot.load(
      async (signal) => {
        // The file first: what it is not fit for need not be opened.
        const { readSavedVm } = await machineCode(signal);
        saved = await readSavedVm(chunksOf(snapshot));
        config = { ...saved.config, ...(host === undefined ? {} : { host }) };
        const disks = await this.disksFor(saved.disks, disk);
        const [first] = saved.disks;
        if (shelve && !disk && first) disks[0] = this.memoryDisks.open(config.guest, first.size, { empty: true });
        for (const opened of disks) if (isInMemory(opened) || isNew(opened)) emptyDisks.add(opened);
        return disks;
      },
      async ({ disks, onEvents, signal }) => {
        const { vmFromSnapshot } = await machineCode(signal);
        return this.debug(
          await vmFromSnapshot(saved!, {
            config: config!,
            disks,
            emptyDisks,
            others: takers(screens, marks),
            host: browserHost(),
            onEvents,
            trace,
            signal,
          }),
        );
      },
    );
    // They have what the save carried.
    await this.beginDisks([...emptyDisks]);
    const { screen } = screens;
    if (screen) await this.slot.tell([{ type: 'screen', screen }]);
    const { bookmarks } = marks;
    if (bookmarks.length > 0) await this.slot.tell([{ type: 'bookmarks', bookmarks }]);
    if ([...emptyDisks].some(isInMemory))
      this.say(
        'A disk of the saved machine is in memory: what is written to it is gone with the machine, unless you save that again.',
        'warning',
      );
    return config!;
  }
}

/** By what a disk is known again: 16 hexadecimal digits. */
const printOf = async (disk: BlockDevice, breathe: Breathe = breather(browserHost())): Promise<string> =>
  (await fingerprintOf(disk, breathe)).toString(16).padStart(16, '0');

const isInMemory = (disk: BlockDevice | undefined): disk is MemoryDisk => disk instanceof MemoryDisk;

transferAbortSignals();
const worker = new Worker();
Comlink.expose(inSentences(worker, () => worker.requireConfigured()));
