import type { PanelName } from '../dock/panels';

/** An example by its name, a source file, or the text of a program that came with the address while the page was open. */
export type ProgramWish =
  | { readonly example: string }
  | { readonly file: File }
  | { readonly linked: string; readonly title?: string | undefined };

/**
 * What a person looks at, shared by the panels: so that an address in one of them can be shown in another. A panel follows it; whoever offers
 * “show this” calls {@link show}.
 */
export class Focus {
  private chosen = $state(0);
  private readonly within = $derived.by(() => Math.min(this.chosen, Math.max(0, this.vcpus() - 1)));
  /** The address that was asked for last, and what kind it is of. Each {@link show} makes a new object. `panel` is where it is to be shown. */
  place = $state.raw<{ address: bigint; physical: boolean; panel: PanelName } | undefined>();
  /** The panel that somebody wants to see, until it is shown. */
  wanted = $state.raw<PanelName | undefined>();

  /** The panel that there is something to see in, for as long as there is: it is never small. */
  spotlight = $state<PanelName | undefined>();

  /** The firmware call that was asked for last, by its `seq`. Each {@link showCall} makes a new object. */
  call = $state.raw<{ seq: number } | undefined>();
  /** The line of the console that was asked for last; none: the newest. Each {@link showLine} makes a new object. */
  line = $state.raw<{ pattern: RegExp | undefined } | undefined>();
  /** What somebody wants to see in the editor, until it has it. */
  program = $state.raw<ProgramWish | undefined>();

  /** How the page is laid out, for an address; undefined where it is as usual. */
  layout = $state<string | undefined>();

  /** @param vcpus how many the machine at hand has told of; read reactively */
  constructor(private readonly vcpus: () => number) {}

  /** Index of the vCPU whose registers, code and page tables are shown: always one that the machine has. */
  get vcpu(): number {
    return this.within;
  }
  set vcpu(index: number) {
    this.chosen = index;
  }

  /** Shows a call in the firmware's list, where that is in sight. */
  showCall(seq: number): void {
    this.call = { seq };
  }

  /** Keeps the last line like `pattern`, or the newest, in sight of the console, until somebody scrolls or types there. */
  showLine(pattern: RegExp | undefined): void {
    this.line = { pattern };
  }

  /** Opens a program in the editor. */
  edit(program: ProgramWish): void {
    this.program = program;
    this.wanted = 'editor';
  }

  /** Brings `panel` to the front, at `address` if there is one. */
  show(panel: PanelName, address?: bigint, { physical = false } = {}): void {
    if (address !== undefined) this.place = { address, physical, panel };
    this.wanted = panel;
  }
}
