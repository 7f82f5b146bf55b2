import type { SymbolScope } from './cursor';
import { reject } from './errors';

/** Labels and constants of one source, and the location counter that `.` stands for. */
export class SymbolTable implements SymbolScope {
  readonly values = new Map<string, bigint>();
  private readonly labelsOfThisPass = new Set<string>();
  /** Addresses of numeric local labels in order, and how many of each this pass has met. */
  private readonly locals = new Map<string, bigint[]>();
  private met = new Map<string, number>();
  location = 0n;

  /** Call before each pass. */
  restart(base: bigint): void {
    this.location = base;
    this.labelsOfThisPass.clear();
    this.met = new Map();
  }

  defineLabel(name: string): void {
    if (/^\d+$/.test(name)) {
      this.defineLocal(name);
      return;
    }
    if (this.labelsOfThisPass.has(name)) reject(`the label "${name}" is already defined`);
    this.labelsOfThisPass.add(name);
    this.values.set(name, this.location);
  }

  private defineLocal(name: string): void {
    const count = this.met.get(name) ?? 0;
    const addresses = this.locals.get(name) ?? [];
    addresses[count] = this.location;
    this.locals.set(name, addresses);
    this.met.set(name, count + 1);
  }

  assign(name: string, value: bigint): void {
    if (this.labelsOfThisPass.has(name)) reject(`"${name}" is already a label`);
    this.values.set(name, value);
  }

  lookup(name: string): bigint | undefined {
    if (name === '.') return this.location;
    const local = /^(\d+)([fb])$/.exec(name);
    if (!local) return this.values.get(name);
    const count = this.met.get(local[1]!) ?? 0;
    return this.locals.get(local[1]!)?.[local[2] === 'b' ? count - 1 : count];
  }
}
