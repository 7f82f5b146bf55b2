/** A machine under the virtual clock whose input arrives at fixed instruction counts: two runs of it, however interrupted, must agree. */
import { virtualMachine } from '../../guests/virtual-machine';
import type { Machine } from '../../src/machine/machine';
import { machineSections, restoreMachine } from '../../src/machine/saved-machine';
import { stateHash } from '../../src/machine/state-hash';
import { collected } from '../../src/storage/byte-reader';
import { readSnapshot } from '../../src/storage/snapshot-reader';
import { writeSnapshot } from '../../src/storage/snapshot-writer';
import type { BootImages } from '../../src/vm/api';
import { boot } from '../../src/vm/kernel/boot';
import { readKernel } from '../../src/vm/kernel/kernel';

export type Engine = 'interpreter' | 'jit';

export interface VirtualRunOptions {
  images: BootImages;
  vcpus: number;
  memoryMiB: number;
  /** Instructions between two looks at the input. */
  step: number;
  /** Lines for the console, each given at the first look after the count. */
  typed?: readonly { at: number; line: string }[];
}

export class VirtualRun {
  console = '';

  private constructor(
    readonly machine: Machine,
    readonly options: VirtualRunOptions,
    /** How many of the lines were typed. */
    private typed: number,
  ) {}

  private static async make(options: VirtualRunOptions, engine: Engine, typed: number): Promise<VirtualRun> {
    const seen = { onConsole: (_: number) => {} };
    const { vcpus, memoryMiB } = options;
    const machine = await virtualMachine({ vcpus, memoryMiB, engine, onConsole: (byte) => seen.onConsole(byte) });
    const run = new VirtualRun(machine, options, typed);
    seen.onConsole = (byte) => {
      run.console += String.fromCharCode(byte);
    };
    return run;
  }

  static async start(options: VirtualRunOptions, engine: Engine): Promise<VirtualRun> {
    const run = await VirtualRun.make(options, engine, 0);
    boot(run.machine, readKernel(options.images.kernel), options.images);
    return run;
  }

  /** The saved machine in a new one, perhaps of the other engine. */
  static async restore(saved: Saved, options: VirtualRunOptions, engine: Engine): Promise<VirtualRun> {
    const run = await VirtualRun.make(options, engine, saved.typed);
    await restoreMachine(run.machine, readSnapshot([saved.bytes]));
    return run;
  }

  async save(): Promise<Saved> {
    return { bytes: await collected(writeSnapshot(machineSections(this.machine))), typed: this.typed };
  }

  /** Runs to the first look after `instructions`. False: the machine waits for input that never comes, or stopped. */
  runTo(instructions: number): boolean {
    const { step, typed = [] } = this.options;
    while (this.machine.instructions < instructions) {
      const { state } = this.machine.runTo(this.machine.instructions + step);
      const next = typed[this.typed];
      if (next && (this.machine.instructions >= next.at || state === 'idle')) {
        this.machine.input({ type: 'console', bytes: new TextEncoder().encode(`${next.line}\r`) });
        this.typed++;
      } else if (state !== 'running') return false;
    }
    return true;
  }

  hash(): string {
    return stateHash(this.machine);
  }
}

export interface Saved {
  bytes: Uint8Array;
  typed: number;
}
