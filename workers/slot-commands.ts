import type { ConsoleSize, ReadMemoryOptions, SavedScreen, TransferProgress, VmEvent, VmWorker } from '../src/vm/api';
import type { Breakpoint, StepKind, Watchpoint } from '../src/vm/api/debugging';
import type { Answer, Ask, Question } from '../src/vm/api/questions';
import type { NamedMoment, TravelTarget } from '../src/vm/api/time-travel';
import { checkBreakpoints } from '../src/vm/breakpoints';
import { checkConsoleSize } from '../src/vm/console-size';
import { getFile, getFolder, putFile } from '../src/vm/file-transfer';
import { typeLong } from '../src/vm/long-input';
import { bookmarkSections } from '../src/vm/saved-bookmarks';
import { screenSections } from '../src/vm/saved-screen';
import type { Vm } from '../src/vm/vm';
import type { MachineSlot } from './machine-slot';
import { blobOf } from './snapshot-blob';

/** Milliseconds between looks whether the guest has taken what was typed. */
const TYPING_REST = 4;

type Listener = Parameters<VmWorker['subscribe']>[0];

/** Commands to the machine in a slot that are the same wherever it runs. They throw or reject with one sentence. */
export abstract class SlotCommands {
  protected listener: Listener = () => {};
  protected abstract readonly slot: MachineSlot;
  /** Those of the machine here, and of the next. */
  private breakpoints: readonly Breakpoint[] = [];

  async subscribe(listener: Listener): Promise<void> {
    this.listener = listener;
  }
  protected say(sentence: string, tone: 'info' | 'warning' | 'error'): void {
    void this.slot.tell([{ type: 'notice', sentence, tone } satisfies VmEvent]);
  }

  async pause(): Promise<void> {
    await this.slot.living.pause();
  }
  async resume(): Promise<void> {
    await this.slot.living.resume();
  }
  async wake(): Promise<void> {
    this.slot.living.wake();
  }
  async setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<void> {
    checkBreakpoints(breakpoints);
    this.breakpoints = breakpoints;
    await this.slot.last?.setBreakpoints(breakpoints);
  }
  async setWatchpoints(watchpoints: readonly Watchpoint[]): Promise<void> {
    const { last } = this.slot;
    if (!last) throw new Error('There is no machine whose memory could be watched.');
    await last.setWatchpoints(watchpoints);
  }
  /** For a machine that was made, before it runs. */
  protected async debug(vm: Vm): Promise<Vm> {
    if (this.breakpoints.length > 0) await vm.setBreakpoints(this.breakpoints);
    return vm;
  }
  async step(kind: StepKind, vcpu: number, address?: bigint): Promise<void> {
    await (kind === 'back' ? this.slot.standing : this.slot.living).step(kind, vcpu, address);
  }
  async travel(target: TravelTarget, onProgress?: (share: number) => void, signal?: AbortSignal): Promise<void> {
    await this.slot.standing.travel(target, onProgress, signal);
  }
  async reset(): Promise<void> {
    await this.slot.living.reset();
  }
  async powerOff(graceful: boolean): Promise<void> {
    if (await this.slot.cancel()) return;
    const vm = this.slot.living;
    if (!graceful) await vm.stop();
    else if (vm.agent.ready) await vm.agent.shutdown();
    else vm.press('power');
  }
  async hibernate(): Promise<void> {
    const { agent } = this.slot.living;
    if (!agent.ready) throw new Error('The guest cannot be asked to hibernate: its agent does not answer.');
    await agent.suspendDisk();
  }
  async input(data: Uint8Array, { keep = false }: { keep?: boolean } = {}): Promise<void> {
    if (keep) return this.slot.type(data);
    const { last } = this.slot;
    if (last && !last.end) last.input(data);
  }
  async typeLong(data: Uint8Array, onProgress?: TransferProgress, signal?: AbortSignal): Promise<void> {
    await typeLong(this.slot.living, data, {
      onProgress,
      signal,
      rest: () => new Promise((resolve) => setTimeout(resolve, TYPING_REST)),
    });
  }
  async resizeConsole(size: ConsoleSize): Promise<void> {
    this.slot.resizeConsole(checkConsoleSize(size));
  }
  async exec(
    command: string,
    onOutput?: (bytes: Uint8Array) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<{ status: number; output: string }> {
    const options = { ...(onOutput ? { onOutput } : {}), ...(signal ? { signal } : {}) };
    const { status, output } = await this.slot.living.agent.exec(command, options);
    return { status, output: new TextDecoder().decode(output) };
  }
  async putFile(path: string, contents: Uint8Array | Blob, onProgress?: TransferProgress, signal?: AbortSignal): Promise<void> {
    const { agent, files } = this.slot.living;
    await putFile(agent, path, contents, { onProgress, signal, stream: files });
  }
  async getFile(path: string, onProgress?: TransferProgress, signal?: AbortSignal): Promise<Uint8Array> {
    const { agent, files } = this.slot.living;
    return getFile(agent, path, { onProgress, signal, stream: files });
  }
  async getFolder(path: string, onProgress?: TransferProgress, signal?: AbortSignal): Promise<Uint8Array> {
    const { agent, files } = this.slot.living;
    return getFolder(agent, path, { onProgress, signal, stream: files });
  }
  async vcpus() {
    return this.slot.last?.vcpus() ?? [];
  }
  async readMemory(address: bigint, length: number, options?: ReadMemoryOptions): Promise<Uint8Array> {
    const { last } = this.slot;
    if (!last) throw new Error('There is no machine whose memory could be read.');
    return last.readMemory(address, length, options);
  }
  async inspect<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const { last } = this.slot;
    if (!last) throw new Error('There is no machine that could be looked at.');
    // Nobody looks before the machine is there: what is needed for it is fetched when somebody does.
    const { inspect } = await import('../src/vm/inspect/inspectors');
    return inspect(last, question, ask);
  }
  async learnSymbols(): Promise<number> {
    return this.slot.living.learnSymbols();
  }
  async firmware() {
    return this.slot.last?.firmware();
  }
  async writeRegister(assignment: string): Promise<void> {
    const { last } = this.slot;
    if (!last) throw new Error('There is no machine whose registers could be written.');
    await last.writeRegister(assignment);
  }
  async booted() {
    const { last } = this.slot;
    if (!last) throw new Error('There was no machine that could have booted.');
    return { images: last.images, diskSizes: last.machine.options.disks.map(({ size }) => size) };
  }
  async save(screen?: SavedScreen, bookmarks?: readonly NamedMoment[]): Promise<Blob> {
    return blobOf(this.slot.living.save([...screenSections(screen), ...bookmarkSections(bookmarks)]));
  }
}
