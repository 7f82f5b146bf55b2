/** The compatibility lab's state: what is compared, the runs, and how far they are. */
import type { GuestInfo } from '../../../vm/api';
import { sentenceOf } from '../../../vm/sentence';
import { packText, unpackText } from '../../state/packed-text';
import type { Session } from '../../state/session.svelte';
import { IN_HASH, packedComparison } from './compare-link';
import { isSideChoice, type RunRecord, type SideChoice, sideWords } from './run-record';
import { SideRun } from './side-run.svelte';

export const MOST_SIDES = 4;

export interface Side {
  choice: SideChoice;
  /** A run from a file stands in for a machine. */
  file?: { name: string; run: RunRecord };
}

/** Commands to begin with. */
export const PRESETS: readonly { guest: 'lab' | 'debian'; text: string; script: string }[] = [
  { guest: 'lab', text: 'ask for everything: psci', script: 'psci' },
  { guest: 'lab', text: 'hibernate: sleep', script: 'sleep' },
  { guest: 'lab', text: 'a second CPU, then off', script: 'on 1\ncpus\npoweroff' },
  { guest: 'debian', text: 'what the kernel found', script: 'dmesg | grep -i psci\nhead -n 9 /sys/kernel/debug/psci' },
  { guest: 'debian', text: 'hibernate', script: 'hibernate' },
  { guest: 'debian', text: 'suspend to RAM', script: 'cat /sys/power/state\necho mem > /sys/power/state' },
];

const plain = (psci: SideChoice['psci']): SideChoice => ({ psci, host: '', suspend: false, registers: [] });

export class Comparison {
  private picked = $state<string | undefined>();
  script = $state('psci');
  sides = $state.raw<readonly Side[]>([{ choice: plain('1.3') }, { choice: plain('1.1') }]);
  runs = $state.raw<readonly (SideRun | undefined)[]>([]);
  /** What the runs left, one of each side, when all are over. */
  records = $state.raw<readonly RunRecord[]>([]);
  problem = $state<string | undefined>();
  private typed = 0;
  /** The hash that was taken over last. */
  private taken: string | null = null;

  constructor(private readonly vm: Session) {}

  /** The lab unless another was chosen: it shows most in the least time. */
  get guestName(): string {
    const { guests } = this.vm;
    return this.picked ?? (guests.find(({ name }) => name === 'lab') ?? guests[0])?.name ?? '';
  }

  set guestName(name: string) {
    this.picked = name;
  }

  get guest(): GuestInfo | undefined {
    return this.vm.guests.find(({ name }) => name === this.guestName);
  }

  get isRunning(): boolean {
    return this.runs.some((run) => run && !run.isOver);
  }

  get lines(): string[] {
    return this.script
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  }

  nameOf(index: number): string {
    const side = this.sides[index];
    return side?.file ? side.file.name : sideWords(side?.choice ?? plain(''));
  }

  /** What ran before says nothing of what is chosen now. */
  change(index: number, choice: Partial<SideChoice>): void {
    this.forget();
    this.sides = this.sides.map((side, at) => (at === index ? { choice: { ...side.choice, ...choice } } : side));
  }

  /** A run from a file in place of a side. */
  putFile(index: number, name: string, run: RunRecord): void {
    this.forget();
    const side = { choice: run.side, file: { name, run } };
    this.sides = this.sides.map((each, at) => (at === index ? side : each));
    this.guestName = run.guest;
    this.script = run.script.join('\n');
  }

  add(): void {
    this.forget();
    if (this.sides.length < MOST_SIDES) this.sides = [...this.sides, { choice: plain('0.2') }];
  }

  remove(index: number): void {
    this.sides = this.sides.filter((_, at) => at !== index);
    this.forget();
  }

  private forget(): void {
    this.runs = [];
    this.records = [];
  }

  /** Runs all sides at the same time; those of files are there already. */
  run(): void {
    this.stop();
    this.forget();
    this.problem = undefined;
    const { guest } = this;
    if (!guest) {
      this.problem = `This site has no guest “${this.guestName}”.`;
      return;
    }
    this.typed = 0;
    const script = this.lines;
    this.runs = this.sides.map(({ choice, file }) => (file ? undefined : new SideRun(choice, guest, script, () => this.goOn())));
    for (const run of this.runs) void run?.start();
    this.goOn();
  }

  /** Types the next line when every living side waits for one; ends them all after the last. */
  private goOn(): void {
    const living = this.runs.filter((run) => run !== undefined).filter((run) => !run.isOver);
    if (living.length === 0) this.finish();
    else if (living.every(({ state }) => state === 'at-prompt')) {
      const line = this.lines[this.typed++];
      for (const run of living) {
        if (line === undefined) run.close();
        else run.type(line);
      }
    }
  }

  private finish(): void {
    if (this.runs.some((run) => run?.state === 'failed')) return;
    this.records = this.sides.flatMap(({ file }, index) => file?.run ?? this.runs[index]?.record ?? []);
  }

  /** Ends all machines; what they did until now is compared. */
  stop(): void {
    for (const run of this.runs) run?.close();
  }

  /** The address that brings somebody else to the same comparison. */
  async link(base: string): Promise<string> {
    const url = new URL(base);
    url.search = '';
    const sides = this.sides.map(({ choice }) => choice);
    url.hash = `${IN_HASH}=${await packText(JSON.stringify({ guest: this.guestName, script: this.script, sides }))}`;
    return url.href;
  }

  /** Takes over what an address asks to compare, once: what was changed since is not undone. Nothing runs by itself. */
  async takeHash(hash: string): Promise<void> {
    const packed = packedComparison(hash);
    if (packed === null || packed === this.taken) return;
    this.taken = packed;
    this.stop();
    this.forget();
    this.problem = undefined;
    let text: string;
    try {
      text = await unpackText(packed, 'comparison');
    } catch (error) {
      this.problem = sentenceOf(error);
      return;
    }
    try {
      const { guest, script, sides } = JSON.parse(text) as Record<string, unknown>;
      const good =
        typeof guest === 'string' &&
        typeof script === 'string' &&
        Array.isArray(sides) &&
        sides.length >= 2 &&
        sides.length <= MOST_SIDES &&
        sides.every(isSideChoice);
      if (!good) throw new Error('wrong');
      this.guestName = guest;
      this.script = script;
      this.sides = (sides as SideChoice[]).map((choice) => ({ choice }));
    } catch {
      this.problem = 'The comparison in this address is damaged: perhaps the address was cut off where it was copied.';
    }
  }
}
