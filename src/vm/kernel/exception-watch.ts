import { COST } from '../../cpu/cost';
import { EC, ESR_EC_SHIFT } from '../../cpu/syndrome';
import { readField } from '../../cpu/vcpu-state';
import type { Machine } from '../../machine/machine';

/** Cost from power-on after which a guest is known to do something. */
const FRESH_COST = 100_000_000;
/** Cost of a stretch long enough to be judged. */
const STRETCH_COST = 400_000;
/** More instructions than this for each exception are a program. */
const MOST_PER_EXCEPTION = 2;
const VECTORS_BYTES = 0x800n;

const NAMES: Readonly<Record<number, string>> = {
  [EC.UNKNOWN]: 'Undefined Instruction',
  [EC.ILLEGAL_STATE]: 'Illegal Execution State',
  [EC.SVC64]: 'SVC',
  [EC.SYSTEM]: 'trapped system register access',
  [EC.INSTRUCTION_ABORT_SAME]: 'Instruction Abort',
  [EC.PC_ALIGNMENT]: 'PC Alignment Fault',
  [EC.DATA_ABORT_SAME]: 'Data Abort',
  [EC.SP_ALIGNMENT]: 'SP Alignment Fault',
  [EC.BRK64]: 'BRK',
};

/**
 * Notices that a machine fresh from power-on does nothing but take exceptions, each from the vector of the last: what runs is no kernel, or
 * met something it was not made for. Only looks, between stretches of running, and at what the machine counts anyway.
 */
export class ExceptionWatch {
  private readonly powerOnCost: number;
  private cost: number;
  private instructions: number;
  private done = false;

  constructor(private readonly machine: Machine) {
    this.powerOnCost = this.cost = machine.cost;
    this.instructions = machine.instructions;
  }

  /** What to tell, once: the exception in words and its address; undefined while all is well. */
  look(): string | undefined {
    if (this.done) return undefined;
    const { machine } = this;
    const [cost, instructions] = [machine.cost - this.cost, machine.instructions - this.instructions];
    if (cost < STRETCH_COST) return undefined;
    this.cost = machine.cost;
    this.instructions = machine.instructions;
    if (machine.cost - this.powerOnCost > FRESH_COST) this.done = true;
    const exceptions = (cost - instructions) / COST.EXCEPTION;
    if (instructions > exceptions * MOST_PER_EXCEPTION) return undefined;
    const [vcpu] = machine.engine.vcpus;
    if (vcpu?.el !== 1) return undefined;
    const [vectors, elr] = [readField(vcpu, 'VBAR_EL1'), readField(vcpu, 'ELR_EL1')];
    const atVectors = (address: bigint): boolean => address >= vectors && address < vectors + VECTORS_BYTES;
    if (!atVectors(vcpu.pc) || !atVectors(elr)) return undefined;
    this.done = true;
    const exceptionClass = Number(readField(vcpu, 'ESR_EL1') & 0xffff_ffffn) >>> ESR_EC_SHIFT;
    const name = NAMES[exceptionClass] ?? `exception of class 0x${exceptionClass.toString(16)}`;
    return `${name} at 0x${elr.toString(16)}`;
  }
}
