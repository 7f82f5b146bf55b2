import type { PanelName } from '../dock/panels';

/**
 * What a person looks at, shared by the panels: so that an address in one of them can be shown in another. A panel follows it; whoever offers
 * “show this” calls {@link show}.
 */
export class Focus {
  /** Index of the vCPU whose registers, code and page tables are shown. */
  vcpu = $state(0);
  /** The address that was asked for last, and what kind it is of. Each {@link show} makes a new object. `panel` is where it is to be shown. */
  place = $state.raw<{ address: bigint; physical: boolean; panel: PanelName } | undefined>();
  /** The panel that somebody wants to see, until it is shown. */
  wanted = $state.raw<PanelName | undefined>();

  /** The firmware call that was asked for last, by its `seq`. Each {@link showCall} makes a new object. */
  call = $state.raw<{ seq: number } | undefined>();

  /** Shows a call in the firmware's list, where that is in sight. */
  showCall(seq: number): void {
    this.call = { seq };
  }

  /** Brings `panel` to the front, at `address` if there is one. */
  show(panel: PanelName, address?: bigint, { physical = false } = {}): void {
    if (address !== undefined) this.place = { address, physical, panel };
    this.wanted = panel;
  }
}
