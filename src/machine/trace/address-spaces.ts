import { type AddressSpaceTag, readAddressSpace } from '../../cpu/address-space';
import type { Vcpu } from '../../cpu/vcpu';
import { type AddressSpace, KEPT_SPACES, MAX_SPACE } from './trace-format';

/** Numbers the address spaces that EL0 runs in, in the order in which they are met. One that was not seen for long is forgotten: it gets a new number. */
export class AddressSpaces {
  /** The one seen last is last. */
  private readonly ids = new Map<string, number>();
  /** What each vCPU was in last. */
  private readonly last: (AddressSpaceTag & { id: number })[] = [];
  private untold: AddressSpace[] = [];
  private met = 0;

  /** The number of that of a vCPU now; 0 if there were more than can be numbered. */
  of(vcpu: Vcpu): number {
    this.last[vcpu.index] ??= { tableLo: -1, tableHi: 0, asid: 0, contextId: 0, id: 0 };
    const last = this.last[vcpu.index]!;
    if (readAddressSpace(vcpu, last)) last.id = this.idOf(last);
    return last.id;
  }

  private idOf({ tableLo, tableHi, asid, contextId }: AddressSpaceTag): number {
    const table = tableHi * 2 ** 32 + tableLo;
    const key = `${table} ${asid} ${contextId}`;
    const known = this.ids.get(key);
    if (known !== undefined) {
      this.ids.delete(key);
      this.ids.set(key, known);
      return known;
    }
    if (this.met === MAX_SPACE) return 0;
    const id = ++this.met;
    this.ids.set(key, id);
    if (this.ids.size > KEPT_SPACES) this.ids.delete(this.ids.keys().next().value!);
    this.untold.push({ id, table, asid, contextId });
    if (this.untold.length > KEPT_SPACES) this.untold.shift();
    return id;
  }

  /** Those that were met since this was asked last: the newest of them, if they are many. */
  take(): AddressSpace[] {
    const { untold } = this;
    this.untold = [];
    return untold;
  }
}
