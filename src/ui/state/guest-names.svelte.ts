/** What the page knows of the names of the guest's addresses: whether it is being asked for them, and when they are others. */
import type { VmWorker } from '../../vm/api';

/** What this needs of the session it is of. */
interface Owner {
  worker(): VmWorker;
  attempt(action: () => Promise<void>): Promise<unknown>;
  announce(sentence: string): void;
}

export class GuestNames {
  asking = $state(false);
  /** Grows whenever names may have come or gone: with another machine, with each boot, and when the guest has told its own. */
  revision = $state(0);

  constructor(private readonly owner: Owner) {}

  changed(): void {
    this.revision += 1;
  }

  /** Asks the guest for the names of its functions. */
  async learn(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    await this.owner.attempt(async () => {
      const count = await this.owner.worker().learnSymbols();
      this.owner.announce(`The guest told the names of ${count} functions.`);
    });
    this.asking = false;
    this.changed();
  }
}
