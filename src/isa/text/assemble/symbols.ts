import type { SymbolScope } from './cursor';
import { reject } from './errors';

/** A label of the source. */
export interface AssembledLabel {
  name: string;
  address: bigint;
  /** Of the source, from 1. */
  line: number;
}

/** Labels and constants of one source, and the location counter that `.` stands for. */
export class SymbolTable implements SymbolScope {
  readonly values = new Map<string, bigint>();
  /** By name. Those of this pass. */
  readonly labels = new Map<string, AssembledLabel>();
  /** Addresses of numeric local labels in order, and how many of each this pass has met. */
  private readonly locals = new Map<string, bigint[]>();
  private met = new Map<string, number>();

  /** @param here the address that is written to next */
  constructor(private readonly here: () => bigint) {}

  /** Call before each pass. */
  restart(): void {
    this.labels.clear();
    this.met = new Map();
  }

  defineLabel(name: string, line: number): void {
    if (/^\d+$/.test(name)) {
      this.defineLocal(name);
      return;
    }
    const known = this.labels.get(name);
    if (known) reject(`the label "${name}" is already defined`, { at: 0, length: name.length });
    this.labels.set(name, { name, address: this.here(), line });
    this.values.set(name, this.here());
  }

  private defineLocal(name: string): void {
    const count = this.met.get(name) ?? 0;
    const addresses = this.locals.get(name) ?? [];
    addresses[count] = this.here();
    this.locals.set(name, addresses);
    this.met.set(name, count + 1);
  }

  assign(name: string, value: bigint): void {
    if (this.labels.has(name)) reject(`"${name}" is already a label`);
    this.values.set(name, value);
  }

  names(): Iterable<string> {
    return this.values.keys();
  }

  lookup(name: string): bigint | undefined {
    if (name === '.') return this.here();
    const local = /^(\d+)([fb])$/.exec(name);
    if (!local) return this.values.get(name);
    const count = this.met.get(local[1]!) ?? 0;
    return this.locals.get(local[1]!)?.[local[2] === 'b' ? count - 1 : count];
  }
}
