import type { Machine } from '../machine/machine';
import type { VmState } from './api';
import type { Control } from './control';
import type { VmToSave } from './saved-vm';

/** A time in which the machine stands still for somebody. */
interface Still {
  /** Saves that are being read. */
  readonly saves: Set<AsyncGenerator<Uint8Array>>;
  /** For one save and nobody else: another waits for its end. */
  readonly forSave: boolean;
  over: boolean;
}

/** The machine as far as it stands still and is saved. */
export interface Subject {
  state(): VmState;
  /** Its file, chunk by chunk, with sections that its host adds. */
  save(more: VmToSave['more']): AsyncGenerator<Uint8Array>;
}

/** Holds a machine between two instructions while somebody saves it or looks at it: one of its commands, in turn with the others. */
export class Standstill {
  private still: Still | undefined;

  constructor(
    private readonly control: Control,
    private readonly machine: Machine,
    private readonly subject: Subject,
  ) {}

  /** The machine's file; what stands still for somebody already is saved as it stands. See {@link Vm.save}. */
  async *save(more?: VmToSave['more']): AsyncGenerator<Uint8Array> {
    if (this.still && !this.still.forSave) {
      yield* this.chunks(this.still, more);
      return;
    }
    let end = (): void => {};
    const read = new Promise<void>((resolve) => {
      end = resolve;
    });
    const still = await new Promise<Still>((resolve, reject) => {
      this.stand(true, () => {
        resolve(this.still!);
        return read;
      }).catch(reject);
    });
    try {
      yield* this.chunks(still, more);
    } finally {
      end();
    }
  }

  private async *chunks(still: Still, more: VmToSave['more']): AsyncGenerator<Uint8Array> {
    const chunks = this.subject.save(more);
    still.saves.add(chunks);
    yield* chunks;
    still.saves.delete(chunks);
    if (still.over) throw new Error('The machine went on before it was saved whole: read all of it while it stands still.');
  }

  /** See {@link Vm.whileStill}. */
  during<T>(action: () => T | Promise<T>): Promise<T> {
    return this.stand(false, action);
  }

  private async stand<T>(forSave: boolean, action: () => T | Promise<T>): Promise<T> {
    return (await this.control.order('save', async () => {
      const { clock } = this.machine;
      const still: Still = { saves: new Set(), forSave, over: false };
      const runs = this.subject.state() === 'running';
      if (runs) clock.pause();
      this.still = still;
      try {
        return await action();
      } finally {
        still.over = true;
        this.still = undefined;
        for (const save of still.saves) await save.return(undefined);
        if (runs) clock.resume();
      }
    })) as T;
  }
}
