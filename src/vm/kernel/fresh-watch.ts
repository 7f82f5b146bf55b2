import type { Machine } from '../../machine/machine';
import type { VmConfig } from '../api';
import { ExceptionWatch } from './exception-watch';
import { SilenceWatch } from './silence-watch';

/** Notices, after power-on, that what was booted cannot run here, and says so in sentences. */
export class FreshWatch {
  private readonly exceptions: ExceptionWatch;
  private readonly silence: SilenceWatch;

  constructor(
    machine: Machine,
    private readonly config: VmConfig,
  ) {
    this.exceptions = new ExceptionWatch(machine);
    this.silence = new SilenceWatch(machine);
  }

  /** Looks, between two stretches of running. `hasPrinted`: the guest has written to a console. Each sentence comes once. */
  look(hasPrinted: boolean): string[] {
    const { guest, kernelFormat } = this.config;
    const sentences: string[] = [];
    const exception = this.exceptions.look();
    if (exception)
      sentences.push(
        `The guest does nothing but take exceptions (${exception}): is “${guest}” ${kernelFormat === 'firmware' ? 'firmware' : 'a kernel'} for arm64?`,
      );
    if (this.silence.look(hasPrinted))
      sentences.push(
        `The guest waits with its interrupts masked and no timer set, and has printed nothing: is “${guest}” for a processor like this (its page size, EL1)?`,
      );
    return sentences;
  }
}
