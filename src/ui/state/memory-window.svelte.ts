import { untrack } from 'svelte';
import type { AddressKind, MemoryState } from '../../vm/api/memory-view';
import { type FoundAddress, findAddress, registerValue } from './address-expression';
import { Inspection } from './inspection.svelte';
import type { Session } from './session.svelte';
import { findNamedAddress } from './symbol-address';

const TOP = 1n << 64n;
const LAST = TOP - 1n;
/** Bytes a row may have, from wide rooms to narrow ones. */
const ROW_BYTES = [32, 16, 8] as const;

/**
 * The window of the memory panel onto an address space: where it is, what is chosen in it, and the bytes, kept fresh while {@link visible}. To be made while
 * a component is.
 */
export class MemoryWindow {
  kind = $state<AddressKind>('el1');
  /** What was asked for, as it was written. */
  expression = $state('sp');
  /** Why that is no address. */
  problem = $state<string | undefined>();
  /** The window stays where the expression is while registers change. */
  follows = $state(false);
  /** It has names that the guest was asked for: another boot, and another guest, may have others. */
  private named = false;
  /** Address of the first byte in sight, a multiple of {@link columns}. */
  top = $state(0n);
  /** The chosen bytes: where they were begun, and the byte the cursor is on. */
  anchor = $state(0n);
  cursor = $state(0n);
  /** Room, as measured. */
  rows = $state(0);
  columns = $state<(typeof ROW_BYTES)[number]>(16);
  /** Bytes that are shown as one number. */
  group = $state<1 | 2 | 4 | 8>(1);
  /** Somebody looks. */
  visible = $state(false);

  readonly memory: Inspection<'memory'>;
  readonly words: Inspection<'address'>;

  constructor(private readonly session: Session) {
    this.memory = new Inspection(session, 'memory', () =>
      this.visible && this.rows > 0
        ? { vcpu: this.vcpu, kind: this.kind, address: this.top, length: this.rows * this.columns }
        : undefined,
    );
    this.words = new Inspection(session, 'address', () =>
      this.visible ? { vcpu: this.vcpu, kind: this.kind, address: this.cursor } : undefined,
    );
    let met: object | undefined;
    $effect(() => {
      const { place } = session.focus;
      if (!place || place === met || place.panel !== 'memory') return;
      met = place;
      untrack(() => this.show(place));
    });
    $effect(() => {
      if (!this.follows || !this.registers) return;
      const found = this.find(this.expression);
      if ('address' in found) untrack(() => found.address !== this.cursor && this.lookAt(found.address));
    });
  }

  private show({ address, physical }: { address: bigint; physical: boolean }): void {
    this.kind = physical ? 'physical' : this.kind === 'physical' ? 'el1' : this.kind;
    this.expression = `0x${address.toString(16)}`;
    this.follows = this.named = false;
    this.lookAt(address);
  }

  private get registers() {
    return this.session.view.vcpus[this.vcpu];
  }

  get vcpu(): number {
    return this.session.focus.vcpu;
  }

  /** First and last chosen address. */
  get chosen(): readonly [first: bigint, last: bigint] {
    return this.anchor < this.cursor ? [this.anchor, this.cursor] : [this.cursor, this.anchor];
  }

  /** Bytes in sight from an address on, as far as they can be read. */
  bytesAt(address: bigint, most: number): Uint8Array {
    const { answer } = this.memory;
    if (!answer || address < answer.address) return new Uint8Array();
    const offset = Number(address - answer.address);
    let length = 0;
    while (length < most && this.stateAt(offset + length) === 'memory') length++;
    return answer.bytes.subarray(offset, offset + length);
  }

  /** What is behind a byte of the answer. */
  stateAt(offset: number): MemoryState | undefined {
    return this.memory.answer?.pieces.find((piece) => offset >= piece.offset && offset < piece.offset + piece.length)?.state;
  }

  private find(text: string) {
    const { registers } = this;
    return findAddress(text, (name) => registers && registerValue(registers, name));
  }

  /** Goes to what is written; registers in it are followed, symbols stay where they are. */
  async go(text: string): Promise<void> {
    this.expression = text.trim();
    const known = this.find(text);
    this.named = 'problem' in known;
    const found = 'problem' in known ? await this.findNamed(text) : known;
    // Meanwhile something else may have been asked for.
    if (this.expression !== text.trim()) return;
    this.problem = 'problem' in found ? found.problem : undefined;
    this.follows = found === known && 'follows' in found && found.follows;
    if ('problem' in found) return;
    this.lookAt(found.address);
  }

  /** Looks up once more what the guest was asked for. */
  async goAgain(): Promise<void> {
    if (this.named) await this.go(this.expression);
  }

  private findNamed(text: string): Promise<FoundAddress> {
    const { registers } = this;
    return findNamedAddress(this.session, text, (name) => registers && registerValue(registers, name));
  }

  /** The cursor is at an address, and that is in sight. */
  lookAt(address: bigint): void {
    this.anchor = this.cursor = address;
    this.problem = undefined;
    this.reveal();
  }

  /** Moves the cursor by so many bytes; `extend` keeps the place where the choice was begun. */
  move(by: number, extend: boolean): void {
    this.put(this.cursor + BigInt(by), extend);
  }

  put(address: bigint, extend: boolean): void {
    this.follows = false;
    this.cursor = address < 0n ? 0n : address > LAST ? LAST : address;
    if (!extend) this.anchor = this.cursor;
    this.reveal();
  }

  scroll(rows: number): void {
    this.follows = false;
    this.top = this.clamped(this.top + BigInt(rows * this.columns));
  }

  measure(columns: number, rows: number): void {
    const wasInSight = this.isInSight;
    const fitting = ROW_BYTES.find((bytes) => bytes <= columns) ?? 8;
    if (fitting !== this.columns || (rows !== this.rows && this.rows === 0)) {
      this.columns = fitting;
      this.rows = rows;
      this.top = this.clamped(this.cursor - BigInt(fitting * Math.floor(rows / 3)));
    }
    this.rows = rows;
    // What is told below may take room from the rows.
    if (wasInSight) this.reveal();
  }

  private get isInSight(): boolean {
    return this.cursor >= this.top && this.cursor < this.top + BigInt(Math.max(1, this.rows) * this.columns);
  }

  private reveal(): void {
    const end = this.top + BigInt(Math.max(1, this.rows) * this.columns);
    const row = this.cursor - (this.cursor % BigInt(this.columns));
    const isNear = this.cursor >= this.top - BigInt(this.columns) && this.cursor < end + BigInt(this.columns);
    if (this.isInSight) return;
    if (!isNear) this.top = this.clamped(row - BigInt(this.columns * Math.floor(this.rows / 3)));
    else this.top = this.clamped(this.cursor < this.top ? row : row - BigInt(this.columns * (this.rows - 1)));
  }

  private clamped(address: bigint): bigint {
    const columns = BigInt(this.columns);
    const last = TOP - BigInt(Math.max(1, this.rows)) * columns;
    const inside = address < 0n ? 0n : address > last ? last : address;
    return inside - (inside % columns);
  }
}
