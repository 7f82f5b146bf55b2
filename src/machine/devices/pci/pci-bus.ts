/**
 * Bus 0 behind the generic host: which function answers at which address, by the BARs as the guest has them now, and which of the four
 * interrupt lines is high.
 */
import type { IrqLine } from '../../device';
import { deviceOf, PCI_PINS } from './config-space';
import type { PciFunction, PciListener, PciMapping } from './pci-function';

/** The line that pin `pin` (1 to 4) of a function is wired to: each device begins with the next one, as in `virt`'s interrupt-map. */
export const lineOf = (place: number, pin: number): number => (deviceOf(place) + pin - 1) % PCI_PINS;

export class PciBus implements PciListener {
  private readonly functions = new Map<number, PciFunction>();
  private ascending: (readonly [place: number, owner: PciFunction])[] = [];
  private mappings: readonly PciMapping[] = [];

  /** @param lines INTA to INTD of device 0 */
  constructor(private readonly lines: readonly IrqLine[]) {}

  /** Puts a function at `place`: see {@link devfn}. */
  plug(place: number, owner: PciFunction): void {
    this.functions.set(place, owner);
    this.ascending = [...this.functions].sort(([a], [b]) => a - b);
    owner.listener = this;
  }

  at(place: number): PciFunction | undefined {
    return this.functions.get(place);
  }

  /** The BAR that holds all of the access. Where BARs overlap, the lowest function's answers. */
  find(address: number, size: number): PciMapping | undefined {
    return this.mappings.find((mapping) => address >= mapping.base && address + size <= mapping.base + mapping.size);
  }

  decodingChanged(): void {
    this.mappings = this.ascending.flatMap(([, owner]) => owner.mappings());
  }

  interruptChanged(owner: PciFunction): void {
    for (const [place, each] of this.functions) if (each === owner) this.drive(lineOf(place, owner.pin));
  }

  /** Looks at all functions anew: they were reset or restored. */
  settle(): void {
    this.decodingChanged();
    for (let line = 0; line < PCI_PINS; line++) this.drive(line);
  }

  private drive(line: number): void {
    let high = false;
    for (const [place, { pin, asserts }] of this.functions) high ||= asserts && lineOf(place, pin) === line;
    this.lines[line]!.set(high);
  }
}
