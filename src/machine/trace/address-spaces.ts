import { type AddressSpaceTag, readAddressSpace } from '../../cpu/address-space';
import type { Vcpu } from '../../cpu/vcpu';
import { type AddressSpace, MAX_SPACE } from './trace-format';

/** Numbers the address spaces that EL0 runs in, in the order in which they are met. */
export class AddressSpaces {
  private readonly ids = new Map<string, number>();
  /** What each vCPU was in last. */
  private readonly last: (AddressSpaceTag & { id: number })[] = [];
  private untold: AddressSpace[] = [];

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
    if (known !== undefined) return known;
    const id = this.ids.size + 1;
    if (id > MAX_SPACE) return 0;
    this.ids.set(key, id);
    this.untold.push({ id, table, asid, contextId });
    return id;
  }

  /** Those that were met since this was asked last. */
  take(): AddressSpace[] {
    const { untold } = this;
    this.untold = [];
    return untold;
  }
}
