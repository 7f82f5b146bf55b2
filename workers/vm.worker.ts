import * as Comlink from 'comlink';
import type { BlockDevice } from '../src/storage/block-device';
import type { DiskInfo, EndReason, VmConfig, VmEvent, VmWorker } from '../src/vm/api';
import { readSavedVm } from '../src/vm/snapshot';
import { holdsHibernationImage } from '../src/vm/swap-signature';
import { Vm } from '../src/vm/vm';
import { checkConfig } from '../src/vm/vm-config';
import { browserHost } from './browser-host';
import { listDisks, openDisk, removeDisk, writeSleep } from './disks';
import { missingFeatures } from './features';
import { listGuests, loadGuest } from './guests';
import { blobOf, chunksOf } from './snapshot-blob';

/** The machine's worker: the VMM behind comlink, with this browser as its host. */
class Worker implements VmWorker {
  private listener: (events: VmEvent[]) => void | Promise<void> = () => {};
  private vm: Vm | undefined;
  private disk: BlockDevice | undefined;

  async unsupported(): Promise<string | undefined> {
    return missingFeatures();
  }
  guests() {
    return listGuests();
  }
  disks(): Promise<DiskInfo[]> {
    return listDisks();
  }
  deleteDisk(name: string): Promise<void> {
    return removeDisk(name);
  }
  async subscribe(listener: (events: VmEvent[]) => void | Promise<void>): Promise<void> {
    this.listener = listener;
  }

  private emit(event: VmEvent): void {
    void this.listener([event]);
  }

  private readonly forward = async (events: VmEvent[]): Promise<void> => {
    // Whoever hears of the end may look at the disks at once: they are let go of first.
    for (const event of events) if (event.type === 'ended') await this.machineEnded(event.end);
    await this.listener(events);
  };

  async start(config: VmConfig, options: Parameters<VmWorker['start']>[1]): Promise<void> {
    if (this.vm && !this.vm.end) throw new Error('A machine is running already: power it off first.');
    checkConfig(config);
    this.emit({ type: 'state', state: 'loading' });
    try {
      await this.build(config, options);
    } catch (error) {
      this.releaseDisk();
      this.emit({ type: 'state', state: 'empty' });
      throw error;
    }
    await this.vm!.start();
  }

  private async build(config: VmConfig, { disk, images }: Parameters<VmWorker['start']>[1]): Promise<void> {
    const host = browserHost();
    // The disk first: if another tab has it, nothing need be downloaded.
    if (disk) this.disk = await openDisk(disk.name, disk.sizeMiB);
    const progress = (what: string, loaded: number, total?: number): void =>
      this.emit({ type: 'progress', what, loaded, ...(total === undefined ? {} : { total }) });
    const boot = images ?? (await loadGuest(config.guest, host.gunzip, progress));
    const vm = await Vm.create({ config, images: boot, disks: this.disk ? [this.disk] : [], host, onEvents: this.forward });
    if (disk) await writeSleep(disk.name, undefined);
    this.vm = vm;
  }

  private releaseDisk(): void {
    this.disk?.close();
    this.disk = undefined;
  }

  /** Lets go of the disk, and notes beside it how the machine went to sleep if it did. */
  private async machineEnded(end: EndReason): Promise<void> {
    const { disk, vm } = this;
    if (!disk || !vm) return;
    const asleep = (end.how === 'hibernated' || end.how === 'off') && holdsHibernationImage(disk);
    this.releaseDisk();
    if (!asleep) return;
    await writeSleep(disk.name, {
      call: end.call === 'SYSTEM_OFF2' ? 'SYSTEM_OFF2' : 'SYSTEM_OFF',
      psci: vm.registers.effectiveVersion,
      vcpus: vm.machine.options.vcpus,
      memoryMiB: vm.machine.options.memoryMiB,
      when: Date.now(),
    });
  }

  private get running(): Vm {
    if (!this.vm || this.vm.end) throw new Error('No machine is running.');
    return this.vm;
  }

  async pause(): Promise<void> {
    await this.running.pause();
  }
  async resume(): Promise<void> {
    await this.running.resume();
  }
  async reset(): Promise<void> {
    await this.running.reset();
  }
  async powerOff(graceful: boolean): Promise<void> {
    const vm = this.running;
    if (!graceful) return vm.stop();
    if (vm.agent.ready) await vm.agent.shutdown();
    else vm.press('power');
  }
  async hibernate(): Promise<void> {
    const { agent } = this.running;
    if (!agent.ready) throw new Error('The guest cannot be asked to hibernate: its agent does not answer.');
    await agent.suspendDisk();
  }
  async input(data: Uint8Array): Promise<void> {
    if (this.vm && !this.vm.end) this.vm.input(data);
  }
  async exec(command: string): Promise<{ status: number; output: string }> {
    const { status, output } = await this.running.agent.exec(command);
    return { status, output: new TextDecoder().decode(output) };
  }
  async vcpus() {
    return this.vm ? this.vm.vcpus() : [];
  }
  async firmware() {
    return this.vm?.firmware();
  }
  async writeRegister(assignment: string): Promise<void> {
    if (!this.vm) throw new Error('There is no machine whose registers could be written.');
    await this.vm.writeRegister(assignment);
  }

  save(): Promise<Blob> {
    const vm = this.running;
    return vm.whileStill(() => blobOf(vm.save()));
  }

  async restore(snapshot: Blob, { host, disk }: Parameters<VmWorker['restore']>[1]): Promise<VmConfig> {
    if (this.vm && !this.vm.end) throw new Error('A machine is running already: power it off first.');
    const saved = await readSavedVm(chunksOf(snapshot));
    const config = { ...saved.config, ...(host === undefined ? {} : { host }) };
    this.emit({ type: 'state', state: 'loading' });
    try {
      if (disk) this.disk = await openDisk(disk.name, disk.sizeMiB);
      const disks = this.disk ? [this.disk] : [];
      this.vm = await Vm.fromSnapshot(saved, {
        config,
        disks,
        host: browserHost(),
        onEvents: this.forward,
      });
    } catch (error) {
      this.releaseDisk();
      this.emit({ type: 'state', state: 'empty' });
      throw error;
    }
    return config;
  }
}

Comlink.expose(new Worker());
