/** Which code is in sight: a window on the address space of a vCPU that follows its PC, or stays where somebody looks. */
import { untrack } from 'svelte';
import type { CodeLine } from '../../vm/api/questions';
import { registerValue } from './address-expression';
import { Inspection } from './inspection.svelte';
import type { Session } from './session.svelte';
import { findNamedAddress } from './symbol-address';

const WORD = 4n;
const LAST_TOP = (1n << 64n) - WORD;
/** Lines that stay in sight around the PC, where there is room for them: nearer to an edge the window moves. */
const MARGIN = 2;
/** Places one can go back to. */
const MOST_PLACES = 50;

export class CodeView {
  /** Whether the window goes where the PC is, whenever the machine stands. */
  following = $state(true);
  /** Lines there is room for. */
  rows = $state(24);
  /** Address of the first line; undefined until it is known. */
  top = $state.raw<bigint | undefined>();
  /** The line that keys are for. */
  cursor = $state.raw<bigint | undefined>();
  /** Why somewhere could not be gone to, as a sentence. */
  problem = $state<string | undefined>();
  readonly code: Inspection<'code'>;

  private readonly places: bigint[] = [];

  /** To be made while a component is. */
  constructor(private readonly vm: Session) {
    this.code = new Inspection(vm, 'code', () => {
      const { top, rows } = this;
      const vcpu = vm.focus.vcpu;
      if (top !== undefined) return { vcpu, address: top, before: 0, after: rows - 1 };
      const before = Math.floor(rows / 3);
      return { vcpu, before, after: rows - 1 - before };
    });
    // The first answer says where the window is; until then it is around the PC.
    $effect(() => {
      const first = this.code.answer?.lines[0];
      if (first && untrack(() => this.top === undefined)) this.top = first.address;
    });
    $effect(() => {
      if (!vm.hasMachine) {
        this.top = this.cursor = undefined;
        this.following = true;
      }
    });
    $effect(() => {
      const { stoppedAt } = vm.debugger;
      // Also when the room for it changes.
      void this.rows;
      if (stoppedAt === undefined || !this.following) return;
      untrack(() => this.reveal(stoppedAt));
    });
    $effect(() => {
      const { place } = vm.focus;
      if (place?.panel === 'code' && !place.physical) untrack(() => this.goTo(place.address));
    });
  }

  get lines(): readonly CodeLine[] {
    return this.code.answer?.lines ?? [];
  }

  private reveal(address: bigint): void {
    this.cursor = address;
    const { top, rows } = this;
    const margin = BigInt(Math.min(MARGIN, Math.floor(rows / 4)));
    const inSight = top !== undefined && address >= top + margin * WORD && address < top + (BigInt(rows) - margin) * WORD;
    if (!inSight) this.center(address);
  }

  private center(address: bigint): void {
    this.scrollTo((address & ~3n) - BigInt(Math.floor(this.rows / 3)) * WORD);
  }

  private scrollTo(top: bigint): void {
    this.top = top < 0n ? 0n : top > LAST_TOP ? LAST_TOP : top;
  }

  /** Shows an address; the PC is not followed any more. */
  goTo(address: bigint): void {
    if (this.cursor !== undefined && this.cursor !== address) this.places.push(this.cursor);
    if (this.places.length > MOST_PLACES) this.places.shift();
    this.following = false;
    this.problem = undefined;
    this.cursor = address & ~3n;
    const { top, rows } = this;
    if (top === undefined || address < top || address >= top + BigInt(rows - 1) * WORD) this.center(address);
  }

  /** Where one was before. */
  back(): void {
    const place = this.places.pop();
    if (place === undefined) return;
    this.goTo(place);
    this.places.pop();
  }

  /** Follows the PC, from now. */
  follow(): void {
    this.following = true;
    this.problem = undefined;
    const pc = this.vm.debugger.stoppedAt ?? this.code.answer?.pc;
    if (pc !== undefined) this.reveal(pc);
  }

  scroll(lines: number): void {
    if (this.top === undefined) return;
    this.following = false;
    this.scrollTo(this.top + BigInt(lines) * WORD);
  }

  /** Moves the cursor, and the window with it. */
  move(lines: number): void {
    const from = this.cursor ?? this.code.answer?.pc;
    if (from === undefined || this.top === undefined) return;
    const to = from + BigInt(lines) * WORD;
    if (to < 0n || to > LAST_TOP) return;
    this.following = false;
    this.cursor = to;
    const last = this.top + BigInt(this.rows - 2) * WORD;
    if (to < this.top) this.scrollTo(to);
    else if (to > last) this.scrollTo(this.top + (to - last));
  }

  /** Goes to what somebody typed: an address, a register, a symbol, or a sum of them. */
  async goToWanted(text: string): Promise<void> {
    this.problem = undefined;
    const vcpu = this.vm.view.vcpus[this.vm.focus.vcpu];
    const found = await findNamedAddress(this.vm, text, (name) => vcpu && registerValue(vcpu, name));
    if ('problem' in found) this.problem = found.problem;
    else this.goTo(found.address);
  }
}
