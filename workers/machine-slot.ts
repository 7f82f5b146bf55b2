import type { BlockDevice } from '../src/storage/block-device';
import type { EndReason, VmEvent } from '../src/vm/api';
import type { EventListener } from '../src/vm/event-stream';
import type { Vm } from '../src/vm/vm';

/** What a machine that is being built gets to know. */
export interface Building {
  disks: readonly BlockDevice[];
  onEvents: EventListener;
  /** Aborted when the person gives up. */
  signal: AbortSignal;
}

/** What the host of a slot does for it. */
export interface SlotParts {
  /** Tells events; settles when the listener is ready for more. */
  tell(events: VmEvent[]): void | Promise<unknown>;
  /** A machine ended, and nobody has heard of it yet: closes its disks, and keeps what is to be kept. Rejects with a sentence. */
  farewell(vm: Vm, disks: readonly BlockDevice[], end: EndReason): Promise<void>;
  /** Closes the disks of a machine that was never there. */
  abandon(disks: readonly BlockDevice[]): Promise<void>;
}

interface Loading {
  readonly controller: AbortController;
  /** Settles when nothing is left of it, or its machine is there. Never rejects. */
  readonly done: Promise<void>;
}

const CANCELLED = 'The start was cancelled.';

/**
 * The place for one machine, which is empty, loading, or has one. A machine comes into an empty place only, after all that was to tell of the
 * one before has been told; its disks are opened once and closed once, whatever happens.
 */
export class MachineSlot {
  private vm: Vm | undefined;
  private loading: Loading | undefined;
  /** Settles when the last machine's end has been told. */
  private left: Promise<void> = Promise.resolve();
  private told: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: SlotParts) {}

  /** The machine that was here last, living or not. */
  get last(): Vm | undefined {
    return this.vm;
  }

  /** The machine that lives here. Throws a sentence if there is none. */
  get living(): Vm {
    if (this.loading) throw new Error('The machine is still loading: wait for it, or cancel that.');
    if (!this.vm || this.vm.end) throw new Error('No machine is running.');
    return this.vm;
  }

  /** Tells events in the order of the calls, each batch when the listener is ready for it. */
  tell(events: VmEvent[]): Promise<void> {
    const told = this.told.then(() => this.parts.tell(events)).then(() => {});
    this.told = told.catch(() => {});
    return told;
  }

  /**
   * Fills the place. `openDisks` comes first, so that nothing is downloaded for a machine whose disk another has; `build` makes the machine, not
   * started. Rejects with a sentence, and then nothing is left: if the place is taken, if one of the two rejects, or {@link cancel} was called.
   */
  async load(openDisks: () => Promise<readonly BlockDevice[]>, build: (parts: Building) => Promise<Vm>): Promise<Vm> {
    if (this.loading) throw new Error('A machine is being loaded already: wait for it, or cancel that.');
    if (this.vm && !this.vm.end) throw new Error('A machine is running already: power it off first.');
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

  private async make(
    signal: AbortSignal,
    openDisks: () => Promise<readonly BlockDevice[]>,
    build: (parts: Building) => Promise<Vm>,
  ): Promise<Vm> {
    let disks: readonly BlockDevice[] = [];
    const goOn = (): void => {
      if (signal.aborted) throw new Error(CANCELLED);
    };
    try {
      await this.left;
      await this.tell([{ type: 'state', state: 'loading' }]);
      goOn();
      disks = await openDisks();
      goOn();
      const place: { vm?: Vm } = {};
      let left = (): void => {};
      const gone = new Promise<void>((resolve) => {
        left = resolve;
      });
      const onEvents = async (events: VmEvent[]): Promise<void> => {
        const last = events.find((event) => event.type === 'ended');
        if (last) events.push(...(await this.leave(place.vm!, disks, last.end)));
        try {
          await this.tell(events);
        } finally {
          if (last) left();
        }
      };
      const vm = await build({ disks, onEvents, signal });
      goOn();
      place.vm = this.vm = vm;
      this.left = gone;
      return vm;
    } catch (error) {
      await this.parts.abandon(disks).catch(() => {});
      await this.tell([{ type: 'state', state: 'empty' }]);
      throw signal.aborted ? new Error(CANCELLED) : error;
    } finally {
      this.loading = undefined;
    }
  }

  /** Returns what there is to tell besides. */
  private async leave(vm: Vm, disks: readonly BlockDevice[], end: EndReason): Promise<VmEvent[]> {
    const complaints: VmEvent[] = [];
    const complain = (error: unknown): void => {
      complaints.push({ type: 'notice', sentence: error instanceof Error ? error.message : String(error), tone: 'error' });
    };
    await this.parts.farewell(vm, disks, end).catch(complain);
    return complaints;
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
