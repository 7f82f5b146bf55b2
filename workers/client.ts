/** The page's end of the worker's line: comlink wrapped into the plain {@link VmWorker} contract. */
import * as Comlink from 'comlink';
import type { VmWorker } from '../src/vm/api';

export interface VmConnection {
  vm: VmWorker;
  /** Ends the worker at once, whatever it does; calls still open never settle. */
  close(): void;
}

/** `onFailure` hears, in one sentence, that the worker itself broke (could not load, or threw outside of a call). */
export function connectVm(worker: Worker, onFailure: (sentence: string) => void): VmConnection {
  const remote = Comlink.wrap<VmWorker>(worker);
  worker.addEventListener('error', (event) => {
    // A module that cannot be fetched gives an event without a message.
    onFailure(event.message ? `The machine's worker failed: ${event.message}.` : "The machine's worker could not be loaded.");
  });
  worker.addEventListener('messageerror', () => onFailure("The machine's worker sent a message this browser cannot read."));

  const vm: VmWorker = {
    unsupported: () => remote.unsupported(),
    guests: () => remote.guests(),
    disks: () => remote.disks(),
    deleteDisk: (name) => remote.deleteDisk(name),
    subscribe: (listener) => remote.subscribe(Comlink.proxy(listener)),
    start(config, options) {
      const { images } = options;
      const buffers = images ? [images.kernel.buffer, ...(images.initrd ? [images.initrd.buffer] : [])] : [];
      // The images are moved, not copied: a kernel and its initrd may be hundreds of megabytes.
      return remote.start(config, Comlink.transfer(options, buffers as ArrayBuffer[]));
    },
    pause: () => remote.pause(),
    resume: () => remote.resume(),
    reset: () => remote.reset(),
    powerOff: (graceful) => remote.powerOff(graceful),
    hibernate: () => remote.hibernate(),
    input: (data) => remote.input(data),
    exec: (command) => remote.exec(command),
    vcpus: () => remote.vcpus(),
    firmware: () => remote.firmware(),
    writeRegister: (assignment) => remote.writeRegister(assignment),
    save: () => remote.save(),
    restore: (snapshot, options) => remote.restore(snapshot, options),
  };
  return {
    vm,
    close() {
      remote[Comlink.releaseProxy]();
      worker.terminate();
    },
  };
}
