/** The firmware as the page shows it: what it offers, what the guest believes of it, and the person's writes to its registers. */
import type { FirmwareCall, FirmwareView, VmConfig, VmWorker } from '../../vm/api';
import { sentenceOf } from '../../vm/sentence';
import { type Belief, BeliefTracker } from './belief';
import type { Draft } from './draft.svelte';
import { previewFirmware, replaceAssignment } from './firmware-preview';
import { hostKnows } from './options';
import { type PsciVersion, parseAssignment, versionOf } from './psci-facts';
import { type Refusal, refusalOf } from './register-words';
import type { RemedyDeed } from './remedies';
import { consequenceInShort, writeWarnings } from './scenario-words';

/** What the model needs of the page's machine. */
export interface FirmwareOwner {
  readonly live: boolean;
  /** The configuration cannot be changed now. */
  readonly fixed: boolean;
  readonly shown: VmConfig;
  readonly draft: Draft;
  worker(): VmWorker;
  announce(sentence: string): void;
  notice(sentence: string, tone: 'info' | 'warning' | 'error'): void;
}

/** A write that waits for the person's yes. */
export interface Question {
  assignment: string;
  title: string;
  warnings: string[];
}

export class FirmwareModel {
  question = $state.raw<Question | undefined>();
  refusal = $state.raw<Refusal | undefined>();
  /** What the guest believes, and what the kernel that only booted to wake it was told. */
  belief = $state.raw<Belief | undefined>();
  bootKernel = $state.raw<Belief | undefined>();
  /** Calls of the machine at hand, by function name. */
  counts = $state.raw<Readonly<Record<string, number>>>({});

  private atHand = $state.raw<FirmwareView | undefined>();
  private readonly tracker = new BeliefTracker();
  private calls: Record<string, number> = {};

  constructor(private readonly owner: FirmwareOwner) {}

  private readonly preview = $derived.by(() => previewFirmware(this.owner.shown));

  /** The firmware of the running machine, or the one the next start would make. */
  get now(): FirmwareView {
    return this.owner.live && this.atHand ? this.atHand : this.preview.view;
  }

  /** What the host would refuse at the next start. */
  get refusedAhead(): readonly Refusal[] {
    return this.owner.fixed ? [] : this.preview.refusals;
  }

  /** A machine begins; `inherited` is what its sleeping kernel believes already. */
  begin(inherited?: Belief): void {
    this.tracker.begin(inherited);
    this.calls = {};
    this.atHand = undefined;
    this.question = this.refusal = undefined;
    this.publish();
  }

  addBatch({ calls, counts }: { calls: readonly FirmwareCall[]; counts: Readonly<Record<string, number>> }): void {
    for (const call of calls) this.tracker.add(call);
    for (const [name, count] of Object.entries(counts)) this.calls[name] = (this.calls[name] ?? 0) + count;
  }

  /** The machine goes on from its past: what was counted after that was not called. */
  async recount(): Promise<void> {
    const view = await this.refresh();
    if (!view) return;
    this.calls = { ...view.calls };
    this.publish();
  }

  /** Tells the panels; not at every call, because a busy guest makes thousands. */
  publish(): void {
    this.counts = { ...this.calls };
    if (this.belief !== this.tracker.believed) this.belief = this.tracker.believed;
    if (this.bootKernel !== this.tracker.bootKernel) this.bootKernel = this.tracker.bootKernel;
  }

  /** The guest was reset: its kernel will ask anew. */
  forget(): void {
    this.tracker.begin();
    this.publish();
  }

  /** The kernel that was to be woken was not. */
  disinherit(): void {
    this.tracker.disinherit();
    this.publish();
  }

  /** For a machine restored from a file, whose kernel asked in another life. */
  inherit(belief: Belief): void {
    this.tracker.goOn(belief);
    this.publish();
  }

  async refresh(): Promise<FirmwareView | undefined> {
    try {
      const view = await this.owner.worker().firmware();
      this.atHand = view;
      return view;
    } catch {
      // The worker is gone or has no machine: the preview stands in.
      return undefined;
    }
  }

  /** The person wants a register to have this value: written at once, kept for the start, or asked about first. */
  async choose(name: string, value: string): Promise<void> {
    const assignment = `${name}=${value.trim()}`;
    this.refusal = undefined;
    if (!this.owner.live) {
      this.writeDraft(assignment);
      return;
    }
    const version = this.versionIn(assignment);
    if (version === undefined || !hostKnows(this.now.host, version) || version === '0.1') {
      await this.write(assignment);
      return;
    }
    if (version === this.now.version) return;
    this.question = {
      assignment,
      title: `Make this PSCI ${version} while the guest runs?`,
      warnings: writeWarnings(this.belief, this.now.version, version, this.now.systemSuspend, this.calls),
    };
    this.owner.announce(this.question.title);
  }

  /** The version an assignment to psci_version means, `1.1` or `0x10001`. */
  private versionIn(assignment: string): PsciVersion | undefined {
    const parsed = parseAssignment(assignment);
    return parsed.ok && parsed.value.name === 'psci_version' ? versionOf(parsed.value.value) : undefined;
  }

  async answer(yes: boolean): Promise<void> {
    const { question } = this;
    this.question = undefined;
    if (question && yes) await this.write(question.assignment);
  }

  /** Allows what was refused, now or from the next start on; that it cannot is a refusal again. */
  async remedy(deed: RemedyDeed): Promise<void> {
    const { draft } = this.owner;
    this.refusal = undefined;
    if (deed.kind === 'write') await this.choose(deed.name, deed.value);
    else if (deed.kind === 'keep') this.writeDraft(deed.assignment);
    else {
      draft.systemSuspend = true;
      this.owner.announce('SYSTEM_SUSPEND is offered from the next start on.');
    }
  }

  /** It has been allowed, and waits for the next start. */
  waits(deed: RemedyDeed): boolean {
    const { draft } = this.owner;
    if (deed.kind === 'offer-suspend') return draft.systemSuspend;
    return deed.kind === 'keep' && draft.registers.includes(deed.assignment);
  }

  private async write(assignment: string): Promise<void> {
    const before = this.now.version;
    try {
      await this.owner.worker().writeRegister(assignment);
    } catch (error) {
      this.refuse(refusalOf(assignment, sentenceOf(error)));
      return;
    }
    const view = await this.refresh();
    if (view && view.version !== before) this.tellChange(before, view);
    else this.owner.announce(`${assignment} is written.`);
  }

  private tellChange(before: string, view: FirmwareView): void {
    const { belief } = this;
    if (!belief || belief.version === view.version) {
      this.owner.notice(`PSCI ${before} became ${view.version} while the guest runs`, 'info');
      return;
    }
    const { words, loses } = consequenceInShort(belief, view, this.calls);
    const sentence = `PSCI ${before} became ${view.version} · the guest still believes ${belief.version}: ${words}`;
    this.owner.notice(sentence, loses ? 'warning' : 'info');
  }

  private refuse(refusal: Refusal): void {
    this.refusal = refusal;
    this.owner.announce(`Refused${refusal.errno ? ` with ${refusal.errno}` : ''}: ${refusal.sentence}`);
  }

  /** A stopped machine: the value is tried on a firmware made here and kept if the host would take it. */
  private writeDraft(assignment: string): void {
    const { draft } = this.owner;
    const version = this.versionIn(assignment);
    const config: VmConfig = version
      ? { ...draft.config(), psci: version }
      : { ...draft.config(), registers: replaceAssignment(draft.registers, assignment) };
    const refusal = previewFirmware(config).refusals.find((one) => one.assignment === assignment);
    if (refusal) {
      this.refuse(refusal);
      return;
    }
    if (version) draft.psci = version;
    else draft.registers = config.registers ?? [];
    this.owner.announce(`${assignment} is kept for the next start.`);
  }
}
