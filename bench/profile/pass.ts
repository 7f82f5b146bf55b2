import type { ScriptedGuest } from '../../guests/scripted-guest';
import { type Interpreter, type Times, timesOf, wasmIn } from './classify';
import { Counter } from './counter';
import { Sampler } from './sampler';
import type { Counts } from './tally';
import { interpreterNames } from './wasm-names';

/** What a pass over the subjects looks at: where the time goes, or how often things happen. Both at once would see each other. */
export type Look = 'times' | 'counts';

export interface SubjectResult {
  seconds: number;
  /** Of the whole process: what is over the seconds was on V8's other threads. */
  cpuSeconds: number;
  instructions: number;
  /** Of them, those that compiled code retired. */
  compiledInstructions: number;
  times?: Times;
  counts?: Counts;
}

/** Looks at one piece of work after another. */
export class Pass {
  private readonly sampler: Sampler | undefined;
  private readonly counter: Counter | undefined;

  constructor(
    private readonly guest: ScriptedGuest,
    look: Look,
    intervalUs: number,
    private readonly interpreter: Interpreter,
  ) {
    if (look === 'times') this.sampler = new Sampler(intervalUs);
    else this.counter = new Counter(guest.machine);
  }

  async over(work: () => void): Promise<SubjectResult> {
    const before = this.read();
    this.counter?.take();
    await this.sampler?.start();
    const cpu = process.cpuUsage();
    const start = performance.now();
    work();
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const profile = await this.sampler?.stop();
    const after = this.read();
    return {
      seconds,
      cpuSeconds: (user + system) / 1e6,
      instructions: after.instructions - before.instructions,
      compiledInstructions: after.compiled - before.compiled,
      ...(profile ? { times: timesOf(profile, this.interpreter) } : {}),
      ...(this.counter ? { counts: this.counter.take() } : {}),
    };
  }

  close(): void {
    this.sampler?.close();
    this.counter?.leave();
  }

  private read(): { instructions: number; compiled: number } {
    const { machine } = this.guest;
    return {
      instructions: machine.instructions,
      compiled: this.guest.compiled,
    };
  }
}

/** Runs a guest on the interpreter alone for a moment: all Wasm that is seen then is the interpreter, whose module every machine shares. */
export async function findInterpreter(guest: ScriptedGuest, instructions: number): Promise<Interpreter> {
  const sampler = new Sampler(100);
  await sampler.start();
  guest.instructions(instructions);
  const urls = wasmIn(await sampler.stop());
  sampler.close();
  return { urls, names: interpreterNames() };
}
