import { readVirtual } from '../../cpu/mmu/inspect';
import { flowOf } from '../../debug/flow';
import { disassemble } from '../../isa/text/disassemble';
import type { Answer, Ask } from '../api/questions';
import type { Inspected } from './inspectors';

/** Lines of code that are given at once. */
const MOST_LINES = 1024;
const WORD = 4n;
const TOP = 1n << 64n;

const wrapped = (address: bigint): bigint => BigInt.asUintN(64, address);

/** Instructions around an address as a vCPU's page tables map it now. Throws one sentence if there is no such vCPU or address. */
export function inspectCode({ machine, symbols, samples }: Inspected, ask: Ask<'code'>): Answer<'code'> {
  const { vcpu: index, before, after } = ask;
  const vcpu = machine.engine.vcpus[index];
  if (!vcpu) throw new Error(`There is no vCPU ${index}: the machine has ${machine.options.vcpus}, counted from 0.`);
  const count = before + after + 1;
  if (!Number.isInteger(count) || before < 0 || after < 0 || count > MOST_LINES)
    throw new Error(`${count} lines of code cannot be shown at once: ask for 1 to ${MOST_LINES}.`);
  const center = ask.address ?? vcpu.pc;
  if (center < 0n || center >= TOP) throw new Error(`The address ${center} is none: choose one from 0 to 2^64 − 1.`);
  const { table } = symbols;
  const bytes = new Uint8Array(4);
  const data = new DataView(bytes.buffer);
  samples.watch();
  const first = (center & ~3n) - BigInt(before) * WORD;
  const lines = Array.from({ length: count }, (_, place) => {
    const address = wrapped(first + BigInt(place) * WORD);
    const symbol = table.placeOf(address);
    const named = { address, ...(symbol && { symbol }), heat: samples.share(address) };
    if (readVirtual(vcpu, machine.memory, address, bytes)) return named;
    const word = data.getUint32(0, true);
    const target = targetOf(word, address);
    const targetPlace = target === undefined ? undefined : table.placeOf(target);
    return {
      ...named,
      word,
      text: disassemble(word, address),
      ...(target === undefined ? {} : { target, ...(targetPlace && { targetPlace }) }),
    };
  });
  return { pc: vcpu.pc, el: vcpu.el === 0 ? 0 : 1, lines, samples: samples.total };
}

/** Where an instruction leads or what it points to: a direct branch, a call, ADR and ADRP, a literal. */
function targetOf(word: number, address: bigint): bigint | undefined {
  const flow = flowOf(word);
  if (flow.kind === 'branch') return wrapped(address + flow.offset);
  const isBl = word >>> 26 === 0b100101;
  return isBl ? wrapped(address + BigInt((word << 6) >> 4)) : undefined;
}
