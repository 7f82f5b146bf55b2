import type { Vm } from '../vm/vm';
import { writeSaved } from './saved-file';
import { sentenceOf } from './user-error';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Saves a running machine whenever it is asked to: holds it, writes it to its file, and lets it go on. */
export class MachineSaver {
  /** Times the machine was saved. */
  count = 0;
  failed = false;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly vm: Vm,
    private readonly path: string,
    private readonly disks: number,
    private readonly say: (sentence: string) => void,
  ) {}

  /** Settles when the machine was saved, or a sentence was said. One after the other if asked twice. */
  save(): Promise<void> {
    this.last = this.last.then(() => this.saveNow());
    return this.last;
  }

  private async saveNow(): Promise<void> {
    const { vm } = this;
    try {
      const bytes = await writeSaved(this.path, vm.save());
      this.count++;
      const disks = this.disks === 0 ? '' : `, with its ${this.disks === 1 ? 'disk' : `${this.disks} disks`}`;
      this.say(`The machine was saved to “${this.path}” (${megabytes(bytes)}${disks}).`);
    } catch (error) {
      // It may have run to its end meanwhile.
      if (vm.end) this.say('The machine ended before it could be saved.');
      else {
        this.failed = true;
        this.say(sentenceOf(error));
      }
    }
  }
}
