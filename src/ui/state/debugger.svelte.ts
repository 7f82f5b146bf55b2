/** The debugger as the page sees it: breakpoints by address, where the machine stopped and why, and the steps that can be taken from there. */
import type { VmState, VmWorker } from '../../vm/api';
import type { Breakpoint, StepKind, Stop, Watchpoint } from '../../vm/api/debugging';
import { sentenceOf } from '../../vm/sentence';
import type { DebugCommand } from './debug-keys';
import { hexShort } from './format';
import { missedWords } from './missed-words';
import { reasonWords } from './stop-words';
import { writeWords } from './write-words';

/** What the debugger needs of the session it is of. */
interface Debugged {
  readonly state: VmState;
  readonly focus: { vcpu: number };
  readonly view: { readonly vcpus: readonly { readonly pc: bigint }[] };
  worker(): VmWorker;
  pause(): Promise<void>;
  resume(): Promise<void>;
  announce(sentence: string): void;
  notice(sentence: string, tone: 'warning'): void;
}

const ENDED: readonly VmState[] = ['off', 'hibernated', 'crashed'];

/** Of the same stretch of memory. */
const isLike =
  ({ physical, bytes }: Watchpoint) =>
  (other: Watchpoint): boolean =>
    other.physical === physical && other.bytes === bytes;

export class DebuggerState {
  /** Sorted by address. They stay when the machine changes: an address is all there is to one. */
  breakpoints = $state.raw<readonly Breakpoint[]>([]);
  /** Memory whose writes stop the machine at hand. */
  watchpoints = $state.raw<readonly Watchpoint[]>([]);
  private changing = Promise.resolve();
  /** Counts the machines, so that what is asked of one does not reach the next. */
  private machine = 0;
  /** Why the machine stands; undefined while it runs, and where a person paused it. */
  stop = $state.raw<Stop | undefined>();
  /** A step is on its way. */
  stepping = $state(false);

  constructor(private readonly session: Debugged) {}

  /** The machine stands and can be stepped. */
  get canStep(): boolean {
    return this.session.state === 'paused' && !this.stepping;
  }

  /** From its end, too, it may be stepped back. */
  can(kind: StepKind): boolean {
    return !this.stepping && this.stands(kind);
  }

  private stands(kind: StepKind): boolean {
    const { state } = this.session;
    return state === 'paused' || (kind === 'back' && ENDED.includes(state));
  }

  /** Address of the instruction that the vCPU in focus runs next, while the machine is paused. */
  get stoppedAt(): bigint | undefined {
    const { state, focus, view } = this.session;
    return state === 'paused' ? view.vcpus[focus.vcpu]?.pc : undefined;
  }

  /** Why the machine stands, in words; undefined where a person paused it. `place`: the address by a name, if there is one. */
  words(place?: string): string | undefined {
    const { stop } = this;
    // Of one alone nobody asks which.
    const who = this.session.view.vcpus.length > 1 ? `: vCPU ${stop?.vcpu}` : '';
    return stop && `${reasonWords(stop)}${who} at ${place ?? hexShort(stop.address)}`;
  }

  /** That it stands at another moment than it was sent to, and why, as a sentence. */
  get missed(): string | undefined {
    return missedWords(this.stop?.missed);
  }

  /** What was written to watched memory, where it was stopped for that, as a sentence. `place`: the instruction that wrote, by a name. */
  written(place?: string): string | undefined {
    return writeWords(this.stop?.write, place);
  }

  /** Another machine: nobody watches its memory yet. */
  begin(): void {
    this.machine++;
    this.watchpoints = [];
  }
  watch(watchpoint: Watchpoint): Promise<void> {
    return this.changeWatchpoints((all) =>
      all.some(isLike(watchpoint)) ? all : [...all, watchpoint].sort((a, b) => a.physical - b.physical),
    );
  }
  unwatch(watchpoint: Watchpoint): Promise<void> {
    const isIt = isLike(watchpoint);
    return this.changeWatchpoints((all) => (all.some(isIt) ? all.filter((each) => !isIt(each)) : all));
  }
  isWatched(watchpoint: Watchpoint): boolean {
    return this.watchpoints.some(isLike(watchpoint));
  }
  /** One change after the other, each of what there is then. */
  private changeWatchpoints(changed: (all: readonly Watchpoint[]) => readonly Watchpoint[]): Promise<void> {
    const { machine } = this;
    const isAtHand = (): boolean => this.machine === machine;
    this.changing = this.changing.then(async () => {
      const before = this.watchpoints;
      const watchpoints = changed(before);
      if (!isAtHand() || watchpoints === before) return;
      try {
        await this.session.worker().setWatchpoints(watchpoints);
        if (isAtHand()) this.watchpoints = watchpoints;
      } catch (error) {
        if (isAtHand()) this.session.notice(sentenceOf(error), 'warning');
      }
    });
    return this.changing;
  }

  at(address: bigint): Breakpoint | undefined {
    return this.breakpoints.find((breakpoint) => breakpoint.address === address);
  }
  has(address: bigint): boolean {
    return this.at(address) !== undefined;
  }

  /** Sets a breakpoint, or takes it away. */
  async toggle(address: bigint): Promise<void> {
    if (this.has(address)) await this.remove(address);
    else await this.put({ address, enabled: true });
  }
  async remove(address: bigint): Promise<void> {
    await this.replace(this.breakpoints.filter((breakpoint) => breakpoint.address !== address));
  }
  async enable(address: bigint, enabled: boolean): Promise<void> {
    const breakpoint = this.at(address);
    if (breakpoint) await this.put({ ...breakpoint, enabled });
  }
  /** Undefined, or empty: it stops always. Returns what is wrong with the condition, as a sentence; then the one before stays. */
  async condition(address: bigint, condition: string): Promise<string | undefined> {
    const breakpoint = this.at(address);
    if (!breakpoint) return undefined;
    const { condition: _before, ...rest } = breakpoint;
    const text = condition.trim();
    return this.tryReplace(this.with(text ? { ...rest, condition: text } : rest));
  }
  async put(breakpoint: Breakpoint): Promise<void> {
    await this.replace(this.with(breakpoint));
  }
  async clear(): Promise<void> {
    await this.replace([]);
  }

  private with(breakpoint: Breakpoint): Breakpoint[] {
    const others = this.breakpoints.filter(({ address }) => address !== breakpoint.address);
    return [...others, breakpoint].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** Replaces all of them, as an editor does whose program has moved. */
  async replace(breakpoints: readonly Breakpoint[]): Promise<void> {
    const problem = await this.tryReplace(breakpoints);
    if (problem) this.session.notice(problem, 'warning');
  }

  private async tryReplace(breakpoints: readonly Breakpoint[]): Promise<string | undefined> {
    const before = this.breakpoints;
    this.breakpoints = breakpoints;
    try {
      await this.session.worker().setBreakpoints(breakpoints);
      return undefined;
    } catch (error) {
      if (this.breakpoints === breakpoints) this.breakpoints = before;
      return sentenceOf(error);
    }
  }

  /** The worker is a new one, and knows of none. */
  async tell(worker: VmWorker): Promise<void> {
    if (this.breakpoints.length > 0) await worker.setBreakpoints(this.breakpoints);
  }

  /** Steps the vCPU in focus, if the machine stands. */
  async step(kind: StepKind, address?: bigint): Promise<void> {
    if (!this.can(kind)) return;
    this.stepping = true;
    try {
      await this.session.worker().step(kind, this.session.focus.vcpu, address);
    } catch (error) {
      this.session.notice(sentenceOf(error), 'warning');
    } finally {
      this.stepping = false;
    }
  }

  /** What a key or a button asks for. Returns false if there is nothing to do for it: the key is somebody else's then. */
  command(command: DebugCommand): boolean {
    const { state } = this.session;
    if (command === 'continue') {
      if (state === 'paused') void this.session.resume();
      else if (state === 'running') void this.session.pause();
      return state === 'paused' || state === 'running';
    }
    // While a step is on its way its key is pressed in vain, not given to the browser.
    void this.step(command);
    return this.stands(command);
  }

  // What the view hears from the worker.

  stopped(stop: Stop): void {
    this.stop = stop;
    this.session.focus.vcpu = stop.vcpu;
    this.session.announce([`${this.words()}.`, this.written(), this.missed].filter(Boolean).join(' '));
  }
  goesOn(): void {
    this.stop = undefined;
  }
}
