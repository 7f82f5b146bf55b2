import type { Machine } from '../src/machine/machine';
import { boot } from '../src/vm/kernel/boot';
import { readKernel } from '../src/vm/kernel/kernel';
import { virtualMachine } from './virtual-machine';

/** Cost between two looks at the console. The guest cannot tell, but what is typed arrives at the end of one: part of what repeats exactly. */
const STRETCH = 1_000_000;

/** Many times what all benchmarks take. */
const MOST_INSTRUCTIONS = 200e9;

export interface ScriptedFiles {
  kernel: Uint8Array;
  initrd?: Uint8Array;
  append?: string;
}

/**
 * A guest with one vCPU under the virtual clock, worked with through its console and without a pause: the same commands are the same run,
 * instruction by instruction, on either engine, watched or not.
 */
export class ScriptedGuest {
  /** Instructions that compiled code has retired. The machine's own counter starts over at 2^32. */
  compiled = 0;
  private console = '';

  private constructor(
    readonly machine: Machine,
    private readonly prompt: string,
  ) {}

  /** Made and loaded; not one instruction has run. */
  static async create(
    files: ScriptedFiles,
    engine: 'interpreter' | 'jit',
    memoryMiB: number,
    prompt: string,
  ): Promise<ScriptedGuest> {
    const decoder = new TextDecoder('latin1');
    const machine: Machine = await virtualMachine({
      vcpus: 1,
      memoryMiB,
      engine,
      onConsole: (byte) => {
        guest.console += decoder.decode(Uint8Array.of(byte));
      },
    });
    const guest = new ScriptedGuest(machine, prompt);
    boot(machine, readKernel(files.kernel), files);
    return guest;
  }

  /** Runs until the guest's prompt is there. */
  toPrompt(): void {
    this.until(this.prompt);
  }

  /** Types a line and runs until the prompt is there again. */
  line(text: string): void {
    this.type(text);
    this.toPrompt();
  }

  /** Runs a command of its shell, throwing away what it prints, until the prompt is there again. */
  command(text: string): void {
    // The quotes keep the echo of what is typed from looking like the mark.
    this.type(`{ ${text}; } > /dev/null 2>&1; echo "do""ne $?."`);
    const status = this.until(/done (\d+)\./);
    if (status !== '0') throw new Error(`“${text}” ended with status ${status}.`);
    this.toPrompt();
  }

  /** Runs for so many instructions more, whatever the guest does. */
  instructions(count: number): void {
    const end = this.machine.instructions + count;
    for (let running = true; running && this.machine.instructions < end; ) {
      running = this.run(() => this.machine.runTo(Math.min(end, this.machine.instructions + STRETCH))).state === 'running';
    }
  }

  private run<T>(stretch: () => T): T {
    const vcpu = this.machine.engine.vcpus[0]!;
    const before = vcpu.compiledInstructions;
    const outcome = stretch();
    this.compiled += (vcpu.compiledInstructions - before) >>> 0;
    return outcome;
  }

  private type(text: string): void {
    this.console = '';
    this.machine.input({ type: 'console', bytes: new TextEncoder().encode(`${text}\n`) });
  }

  private until(wanted: string | RegExp): string | undefined {
    for (;;) {
      const at = typeof wanted === 'string' ? this.console.indexOf(wanted) : this.console.search(wanted);
      if (at >= 0) return typeof wanted === 'string' ? undefined : wanted.exec(this.console)![1];
      const { state } = this.run(() => this.machine.run({ cost: STRETCH }));
      if (this.machine.instructions > MOST_INSTRUCTIONS)
        throw new Error(`The guest runs and runs; its console ended with: ${this.console.slice(-500)}`);
      if (state !== 'running') throw new Error(`The guest is ${state}; its console ended with: ${this.console.slice(-500)}`);
    }
  }
}
