/** What a person wants to know of one address: what maps it, what is behind it, and whether a translation table is there. */
import { type ElVerdicts, explainWalk } from '../../cpu/mmu/explain-walk';
import { findTableEntry } from '../../cpu/mmu/find-table';
import { regionAt } from '../../machine/board-regions';
import type { Machine } from '../../machine/machine';
import type { AddressWords, MemoryPlace } from '../api/memory-view';
import { checkAddress, lookedAtVcpu } from './looked-at-vcpu';

const rights = ({ read, write, execute }: ElVerdicts): string =>
  `${read.allowed ? 'r' : '-'}${write.allowed ? 'w' : '-'}${execute.allowed ? 'x' : '-'}`;

export function addressWords(machine: Machine, { vcpu: index, kind, address }: MemoryPlace): AddressWords {
  checkAddress(address);
  const vcpu = lookedAtVcpu(machine, index);
  const walk = kind === 'physical' ? undefined : explainWalk(vcpu, machine.memory, address);
  const physical = walk ? walk.mapped?.physical : address;
  const region = physical === undefined ? undefined : regionAt(machine, Number(physical));
  return {
    address,
    physical,
    region: region && { ...region, from: BigInt(region.from), end: BigInt(region.end) },
    mapped: walk?.mapped,
    fault: walk?.fault,
    may: walk && { el1: rights(walk.el1), el0: rights(walk.el0) },
    entry: region?.kind === 'ram' ? findTableEntry(vcpu, machine.memory, Number(physical)) : undefined,
  };
}
