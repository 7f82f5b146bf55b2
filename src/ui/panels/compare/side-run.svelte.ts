/** One side of a comparison: a machine in a worker of its own, which is typed at when it is at its prompt. */
import { connectVm, type VmConnection } from '../../../../workers/client';
import { DEFAULT_GIC, type GuestInfo, type VmConfig, type VmEvent } from '../../../vm/api';
import { sentenceOf } from '../../../vm/sentence';
import { plainConsole } from '../../state/plain-console';
import { CallRecord } from './call-record';
import { PromptWatch } from './prompt-watch';
import { comparableLines, type RunRecord, type SideChoice } from './run-record';

/** Characters of console that are kept of one side. */
const MOST_CONSOLE = 1 << 20;
/** A guest without a disk of its own gets a small one, so that it can sleep. */
const LEAST_DISK_MIB = 16;

export type SideState = 'loading' | 'running' | 'at-prompt' | 'done' | 'failed';

export class SideRun {
  state = $state<SideState>('loading');
  problem = $state<string | undefined>();
  /** What is being loaded. */
  stage = $state('');
  /** Calls and lines so far, for those who watch. */
  counts = $state.raw({ calls: 0, lines: 0 });

  private readonly connection: VmConnection;
  private readonly decoder = new TextDecoder();
  private text = '';
  private readonly prompt = new PromptWatch();
  private readonly recorded = new CallRecord();
  private end: string | undefined;

  /** @param changed it came to its prompt, or to its end */
  constructor(
    readonly side: SideChoice,
    private readonly guest: GuestInfo,
    private readonly script: readonly string[],
    private readonly changed: () => void,
  ) {
    this.connection = connectVm({ onFailure: (sentence) => this.fail(sentence), namespace: 'compare' });
  }

  get isOver(): boolean {
    return this.state === 'done' || this.state === 'failed';
  }

  get record(): RunRecord {
    const { side, script, end } = this;
    const { calls, dropped } = this.recorded;
    const console = comparableLines(plainConsole(this.text));
    return { guest: this.guest.name, side, script, calls, dropped, console, ...(end === undefined ? {} : { end }) };
  }

  private config(): VmConfig {
    const { psci, host, suspend, registers } = this.side;
    const { vcpus, memoryMiB } = this.guest.defaults;
    return {
      guest: this.guest.name,
      vcpus,
      memoryMiB,
      ...(psci ? { psci } : {}),
      ...(host ? { host } : {}),
      ...(suspend ? { systemSuspend: true } : {}),
      ...(registers.length > 0 ? { registers } : {}),
      conduit: 'hvc',
      gic: DEFAULT_GIC,
      engine: 'auto',
      // Time follows the instructions, so that what differs is the firmware's doing.
      clock: 'virtual',
    };
  }

  async start(): Promise<void> {
    const { vm } = this.connection;
    try {
      await vm.subscribe((events) => {
        for (const event of events) this.take(event);
      });
      const sizeMiB = Math.max(this.guest.defaults.diskMiB, LEAST_DISK_MIB);
      await vm.start(this.config(), { disk: { name: 'compare', sizeMiB, kind: 'memory' } });
    } catch (error) {
      this.fail(sentenceOf(error));
    }
  }

  /** Types a line; the next prompt after it is waited for. */
  type(line: string): void {
    this.prompt.restart();
    this.state = 'running';
    this.connection.vm.input(new TextEncoder().encode(`${line}\r`)).catch((error: unknown) => this.fail(sentenceOf(error)));
  }

  private take(event: VmEvent): void {
    switch (event.type) {
      case 'progress':
        this.stage = event.what;
        break;
      case 'state':
        if (event.state === 'running' && this.state === 'loading') this.state = 'running';
        break;
      case 'console':
        this.print(this.decoder.decode(event.data, { stream: true }));
        break;
      case 'firmware':
        this.recorded.add(event.calls, event.dropped);
        this.counts = { ...this.counts, calls: this.recorded.calls.length };
        break;
      case 'ended':
        if (event.end.how === 'reset') break;
        this.end = event.end.sentence;
        this.close('done');
        break;
    }
  }

  private print(text: string): void {
    this.text = (this.text + text).slice(-MOST_CONSOLE);
    this.prompt.print(text);
    this.counts = { ...this.counts, lines: this.counts.lines + text.split('\n').length - 1 };
    if (this.state !== 'running' || !this.prompt.isAtPrompt) return;
    this.state = 'at-prompt';
    this.changed();
  }

  private fail(sentence: string): void {
    if (this.isOver) return;
    this.problem = sentence;
    this.close('failed');
  }

  /** Ends the worker with its machine and all its memory; what was seen stays. */
  close(state: 'done' | 'failed' = 'done'): void {
    if (this.isOver) return;
    this.state = state;
    this.connection.close();
    this.changed();
  }
}
