import { pstate } from '../cpu/exceptions';
import type { Machine } from '../machine/machine';
import type { VcpuPower, VcpuView } from './api';

function powerOf(machine: Machine, index: number): VcpuPower {
  const state = machine.power.states[index];
  if (state === 'stopped') return 'off';
  if (state === 'suspended') return 'suspended';
  return machine.engine.vcpus[index]!.waiting ? 'idle' : 'on';
}

/** Shares of a period, from instructions retired at each EL. */
export interface Shares {
  el0: number;
  el1: number;
}

/** A vCPU for people. */
export function viewVcpu(machine: Machine, index: number, shares: Shares = { el0: 0, el1: 0 }): VcpuView {
  const vcpu = machine.engine.vcpus[index]!;
  return {
    index,
    power: powerOf(machine, index),
    el: vcpu.el ? 1 : 0,
    pc: vcpu.pc,
    sp: vcpu.sp,
    x: Array.from({ length: 31 }, (_, register) => vcpu.x(register)),
    pstate: pstate(vcpu),
    instructions: machine.retired[index]!,
    el0Share: shares.el0,
    el1Share: shares.el1,
  };
}
