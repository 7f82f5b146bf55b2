import type { BlockDevice } from '../src/storage/block-device';
import type { ConsoleSize, EndReason, VmEvent } from '../src/vm/api';
import type { EventListener } from '../src/vm/event-stream';
import { sentenceOf } from '../src/vm/sentence';
import type { Vm } from '../src/vm/vm';

/** What a machine that is being built gets to know. */
export interface Building {
  disks: readonly BlockDevice[];
  onEvents: EventListener;
  /** Aborted when the person gives up. */
  signal: AbortSignal;
}

/** Opens the disks of a machine that is to be built. `signal` is aborted when the person gives up. */
type OpenDisks = (signal: AbortSignal) => Promise<readonly BlockDevice[]>;

/** What the host of a slot does for it. */
export interface SlotParts {
  /** Tells events; settles when the listener is ready for more. */
  tell(events: VmEvent[]): void | Promise<unknown>;
  /** A machine ended, whoever has heard of it: closes its disks, and keeps what is to be kept. Rejects with a sentence. */
  farewell(vm: Vm, disks: readonly BlockDevice[], end: EndReason): Promise<void>;
  /** It is to be brought back from there: opens its disks again. Rejects with a sentence, and holds none then, unless they are as it left them. */
  takeBack(vm: Vm, disks: readonly BlockDevice[]): Promise<void>;
  /** Closes the disks of a machine that was never there. */
  abandon(disks: readonly BlockDevice[]): Promise<void>;
}

interface Loading {
  readonly controller: AbortController;
  /** Settles when nothing is left of it, or its machine is there. Never rejects. */
  readonly done: Promise<void>;
}

const CANCELLED = 'The start was cancelled.';

/** What is told of one machine, from the first of its loading to its end: in order, each batch when the listener is ready for it. */
class Line {
  private told: Promise<unknown>;
  /** Nothing of this machine follows, unless it is opened again. */
  close!: () => void;
  private closed!: Promise<void>;

  /** @param before what is to be told first */
  constructor(
    private readonly parts: Pick<SlotParts, 'tell'>,
    before: Promise<unknown>,
  ) {
    this.told = before;
    this.open();
  }

  /** More of this machine follows. */
  open(): void {
    this.closed = new Promise((resolve) => {
      this.close = resolve;
    });
  }

  /** @param last nothing of this machine follows */
  async tell(events: VmEvent[], last = false): Promise<void> {
    const told = this.told.then(() => this.parts.tell(events));
    this.told = told.catch(() => {});
    try {
      await told;
    } finally {
      if (last) this.close();
    }
  }

  /** Settles when all of it was told. To be asked when the machine has ended, or was never there. */
  async over(): Promise<void> {
    await this.closed;
    await this.told;
  }
}

/** What went wrong in an action, as what there is to tell. */
async function complaintsOf(action: () => Promise<void>): Promise<VmEvent[]> {
  try {
    await action();
    return [];
  } catch (error) {
    return [{ type: 'notice', sentence: sentenceOf(error), tone: 'error' }];
  }
}

/**
 * The place for one machine, which is empty, loading, or has one. A machine comes into an empty place only, when the one before has let go of
 * its disks, and nothing of it is told before all of the other; its disks are opened once and closed once, whatever happens, and whether or not
 * somebody listens.
 */
export class MachineSlot {
  private vm: Vm | undefined;
  private opened: readonly BlockDevice[] = [];
  private loading: Loading | undefined;
  /** Settles when the last machine has let go of its disks. Not when that was told: a page that no longer listens must not keep them. */
  private left: Promise<unknown> = Promise.resolve();
  private line: Line;
  /** Typed at the machine that comes next. */
  private early: Uint8Array[] = [];
  /** Of the console that a person looks at, once that is known. */
  private consoleSize: ConsoleSize | undefined;

  constructor(private readonly parts: SlotParts) {
    // Of no machine: there may be something to say before the first.
    this.line = new Line(parts, Promise.resolve());
    this.line.close();
  }

  /** The machine that was here last, living or not. */
  get last(): Vm | undefined {
    return this.vm;
  }

  /** What the machine that lives here was built with, as it was opened. */
  get disks(): readonly BlockDevice[] {
    return this.vm && !this.vm.end ? this.opened : [];
  }

  /** A machine is, was, or comes here. */
  get used(): boolean {
    return this.loading !== undefined || this.vm !== undefined;
  }

  /** The machine that lives here. Throws a sentence if there is none. */
  get living(): Vm {
    if (this.loading) throw new Error('The machine is still loading: wait for it, or cancel that.');
    if (!this.vm || this.vm.end) throw new Error('No machine is running.');
    return this.vm;
  }

  /** The machine that lives here, or has ended and was followed by none: it can be brought back. Throws a sentence if there is none. */
  get standing(): Vm {
    return this.loading || !this.vm ? this.living : this.vm;
  }

  /** Forgets the last machine, once it has ended, so that its memory can be given back. */
  clear(): void {
    if (this.vm?.end && !this.vm.comesBack) this.vm = undefined;
  }

  /**
   * Types at the machine that lives here, or, before the first, or while one is loading, at the one to come: which has it before its first instruction.
   * Throws a sentence if the machine has ended.
   */
  type(bytes: Uint8Array): void {
    if (this.loading || !this.vm) this.early.push(bytes);
    else if (this.vm.end) throw new Error('The machine has ended, and what is typed would reach nobody: start it first.');
    else this.vm.input(bytes);
  }

  /** The console has this size, for the machine that lives here and for those to come. */
  resizeConsole(size: ConsoleSize): void {
    this.consoleSize = size;
    if (this.vm && !this.vm.end) this.vm.resizeConsole(size);
  }

  /** Tells events in the order of the calls, each batch when the listener is ready for it. */
  tell(events: VmEvent[]): Promise<void> {
    return this.line.tell(events);
  }

  /**
   * Fills the place. `openDisks` comes first, so that nothing is downloaded for a machine whose disk another has; `build` makes the machine, not
   * started. Rejects with a sentence, and then nothing is left: if the place is taken, if one of the two rejects, or {@link cancel} was called.
   */
  async load(openDisks: OpenDisks, build: (parts: Building) => Promise<Vm>): Promise<Vm> {
    if (this.loading) throw new Error('A machine is being loaded already: wait for it, or cancel that.');
    if (this.vm && !this.vm.end) throw new Error('A machine is running already: power it off first.');
    if (this.vm?.comesBack) throw new Error('The machine that was here is being brought back from its end: wait for that.');
    const controller = new AbortController();
    const made = this.make(controller.signal, openDisks, build);
    this.loading = {
      controller,
      done: made.then(
        () => {},
        () => {},
      ),
    };
    return made;
  }

  private async make(signal: AbortSignal, openDisks: OpenDisks, build: (parts: Building) => Promise<Vm>): Promise<Vm> {
    let disks: readonly BlockDevice[] = [];
    const goOn = (): void => {
      if (signal.aborted) throw new Error(CANCELLED);
    };
    const line = new Line(this.parts, this.line.over());
    this.line = line;
    void line.tell([{ type: 'state', state: 'loading' }]);
    try {
      await this.left;
      goOn();
      disks = await openDisks(signal);
      goOn();
      // Its end is told together with what came of letting go.
      let left: Promise<VmEvent[]> | undefined;
      let isOver = false;
      const onEvents = async (events: VmEvent[]): Promise<void> => {
        const last = events.some(({ type }) => type === 'ended');
        // Of a machine that has ended nothing else is told, unless it was brought back.
        const comesBack = isOver && events.some(({ type }) => type === 'state');
        if (comesBack) line.open();
        isOver = last || (isOver && !comesBack);
        if (last) events.push(...((await left) ?? []));
        await line.tell(events, last);
      };
      const vm = await build({ disks, onEvents, signal });
      goOn();
      for (const bytes of this.early.splice(0)) vm.input(bytes);
      if (this.consoleSize) vm.resizeConsole(this.consoleSize);
      vm.diskHolder = {
        giveBack: (end) => {
          left = complaintsOf(() => this.parts.farewell(vm, disks, end));
          this.left = left;
        },
        takeBack: async () => {
          await left;
          await this.parts.takeBack(vm, disks);
        },
      };
      this.vm = vm;
      this.opened = disks;
      return vm;
    } catch (error) {
      const complaints = await complaintsOf(() => this.parts.abandon(disks));
      void line.tell([...complaints, { type: 'state', state: 'empty' }], true);
      throw signal.aborted ? new Error(CANCELLED) : error;
    } finally {
      this.loading = undefined;
    }
  }

  /** Gives up loading, if something loads. Resolves when nothing is left of it: downloads have ended, disks are closed. */
  async cancel(): Promise<boolean> {
    const { loading } = this;
    if (!loading) return false;
    loading.controller.abort();
    await loading.done;
    return true;
  }
}
