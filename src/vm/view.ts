import { pstate } from '../cpu/exceptions';
import { readField } from '../cpu/vcpu-state';
import type { Machine } from '../machine/machine';
import type { VcpuPower, VcpuView } from './api';

export function powerOf(machine: Machine, index: number): VcpuPower {
  const state = machine.power.states[index];
  if (state === 'stopped') return 'off';
  if (state === 'suspended') return 'suspended';
  const vcpu = machine.engine.vcpus[index]!;
  if (vcpu.waiting && vcpu.interruptLines === 0) return 'idle';
  return machine.onTurn === index ? 'on' : 'ready';
}

/** Shares of a period (0..1): spent at each EL, and waiting for its turn while others ran. */
export interface Shares {
  el0: number;
  el1: number;
  ready: number;
}

/** A vCPU for people. */
export function viewVcpu(machine: Machine, index: number, shares: Shares = { el0: 0, el1: 0, ready: 0 }): VcpuView {
  const vcpu = machine.engine.vcpus[index]!;
  const read = (name: string): bigint => readField(vcpu, name);
  const el = read('PSTATE.EL') === 1n ? 1 : 0;
  return {
    index,
    power: powerOf(machine, index),
    el,
    pc: read('PC'),
    sp: read(el === 1 && read('PSTATE.SP') === 1n ? 'SP_EL1' : 'SP_EL0'),
    x: Array.from({ length: 31 }, (_, register) => read(`X${register}`)),
    pstate: pstate(vcpu),
    instructions: machine.retired[index]!,
    el0Share: shares.el0,
    el1Share: shares.el1,
    readyShare: shares.ready,
  };
}
