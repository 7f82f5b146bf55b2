import type { Breathe, Steps } from './stepwise';

/**
 * Work that many want and that is done once. Whoever wants it does the next steps, at their own breaths; so two who want it at the same time do it
 * together, and who gives up leaves what is done to the next. What fails is begun anew by whoever asks then.
 */
export class SharedWork<T> {
  private steps: Steps<Promise<T>> | undefined;
  private result: Promise<T> | undefined;

  /** @param begin the work; its last part may go on by itself. */
  constructor(private readonly begin: () => Steps<Promise<T>>) {}

  /** Rejects with what the work throws, or the breath. */
  async done(breathe: Breathe): Promise<T> {
    while (!this.result) {
      this.step();
      const breath = breathe();
      if (breath) await breath;
    }
    return this.result;
  }

  private step(): void {
    this.steps ??= this.begin();
    try {
      const { done, value } = this.steps.next();
      if (done) this.ends(value);
    } catch (error) {
      this.steps = undefined;
      throw error;
    }
  }

  private ends(result: Promise<T>): void {
    this.steps = undefined;
    this.result = result;
    result.catch(() => {
      this.result = undefined;
    });
  }
}
