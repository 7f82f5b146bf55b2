/** One end of a line to a machine's worker: comlink wrapped into the plain {@link ProgramWorker} contract. */
import * as Comlink from 'comlink';
import type { ConnectionOptions, ProgramWorker } from '../src/vm/api';
import type { Answer, Ask, Question } from '../src/vm/api/questions';
import { sentenceOf } from '../src/vm/sentence';
import { transferAbortSignals, withSignal } from './abort-signals';

export interface VmConnection {
  vm: ProgramWorker;
  /** Ends the worker at once, whatever it does; calls still open never settle. */
  close(): void;
}

export interface ConnectionSettings extends ConnectionOptions {
  /** Hears, in one sentence, that the worker itself broke (could not load, or threw outside of a call). */
  onFailure: (sentence: string) => void;
}

const NOT_LOADED =
  "The machine's worker could not be loaded: is this computer online? Or the site forbids it (worker-src in its Content-Security-Policy).";

export function connect(worker: Worker, { onFailure, ...options }: ConnectionSettings): VmConnection {
  transferAbortSignals();
  const remote = Comlink.wrap<ProgramWorker>(worker);
  worker.addEventListener('error', (event) => {
    // A module that cannot be fetched gives an event without a message.
    onFailure(event.message ? `The machine's worker failed: ${event.message}.` : NOT_LOADED);
  });
  worker.addEventListener('messageerror', () => onFailure("The machine's worker sent a message this browser cannot read."));
  // Messages arrive in order: the worker knows this before it is asked for anything.
  const { guestsUrl, namespace } = options;
  if (guestsUrl !== undefined || namespace !== undefined) {
    const given = {
      // A worker that was made of a blob has no address to take a relative one from.
      ...(guestsUrl === undefined ? {} : { guestsUrl: absolute(guestsUrl) }),
      ...(namespace === undefined ? {} : { namespace }),
    };
    remote.configure(given).catch((error: unknown) => onFailure(sentenceOf(error)));
  }

  const vm: ProgramWorker = {
    configure: (given) => remote.configure(given),
    unsupported: () => remote.unsupported(),
    guests: () => remote.guests(),
    disks: () => remote.disks(),
    machineDisks: () => remote.machineDisks(),
    deleteDisk: (name) => remote.deleteDisk(name),
    discardSleep: (name) => remote.discardSleep(name),
    subscribe: (listener) => remote.subscribe(Comlink.proxy(listener)),
    assemble: (source) => remote.assemble(source),
    checkProgram: (source) => remote.checkProgram(source),
    assemblyWords: () => remote.assemblyWords(),
    start(config, options) {
      const { images } = options;
      const buffers = images ? [images.kernel.buffer, ...(images.initrd ? [images.initrd.buffer] : [])] : [];
      // The images are moved, not copied: a kernel and its initrd may be hundreds of megabytes.
      return remote.start(config, Comlink.transfer(options, buffers as ArrayBuffer[]));
    },
    pause: () => remote.pause(),
    resume: () => remote.resume(),
    wake: () => remote.wake(),
    setBreakpoints: (breakpoints) => remote.setBreakpoints(breakpoints),
    setWatchpoints: (watchpoints) => remote.setWatchpoints(watchpoints),
    step: (kind, vcpu, address) => remote.step(kind, vcpu, address),
    travel: (target, onProgress, signal) =>
      withSignal(signal, (line) => remote.travel(target, onProgress && Comlink.proxy(onProgress), line)),
    reset: () => remote.reset(),
    powerOff: (graceful) => remote.powerOff(graceful),
    hibernate: () => remote.hibernate(),
    input: (data, options) => remote.input(data, options),
    typeLong: (data, onProgress, signal) =>
      withSignal(signal, (line) => remote.typeLong(data, onProgress && Comlink.proxy(onProgress), line)),
    resizeConsole: (size) => remote.resizeConsole(size),
    exec: (command, onOutput, signal) =>
      withSignal(signal, (line) => remote.exec(command, onOutput && Comlink.proxy(onOutput), line)),
    putFile: (path, contents, onProgress, signal) =>
      withSignal(signal, (line) => remote.putFile(path, contents, onProgress && Comlink.proxy(onProgress), line)),
    getFile: (path, onProgress, signal) =>
      withSignal(signal, (line) => remote.getFile(path, onProgress && Comlink.proxy(onProgress), line)),
    getFolder: (path, onProgress, signal) =>
      withSignal(signal, (line) => remote.getFolder(path, onProgress && Comlink.proxy(onProgress), line)),
    readMemory: (address, length, options) => remote.readMemory(address, length, options),
    inspect: <Q extends Question>(question: Q, ask: Ask<Q>) => remote.inspect(question, ask) as Promise<Answer<Q>>,
    learnSymbols: () => remote.learnSymbols(),
    vcpus: () => remote.vcpus(),
    firmware: () => remote.firmware(),
    writeRegister: (assignment) => remote.writeRegister(assignment),
    booted: () => remote.booted(),
    recognise: (file, name) => remote.recognise(file, name),
    save: (screen, bookmarks) => remote.save(screen, bookmarks),
    checkSaved: (snapshot) => remote.checkSaved(snapshot),
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

/** What is no address the worker refuses, with a sentence. */
function absolute(url: string): string {
  const base = typeof document === 'undefined' ? self.location.href : document.baseURI;
  return URL.canParse(url, base) ? new URL(url, base).href : url;
}
