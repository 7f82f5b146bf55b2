import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { EndReason, VmStats } from '../vm/api';
import type { Vm } from '../vm/vm';
import { UserError, writeReason } from './user-error';

/** Why the machine was stopped from outside, if it was. */
export type StopCause = 'max-seconds' | 'signal' | 'quit' | 'exec' | 'output-closed';

/** How a run ended, as `--report` tells it. 64-bit values are hexadecimal strings. */
export interface RunReport {
  guest: string;
  vcpus: number;
  memoryMiB: number;
  psci: string;
  conduit: string;
  engine: string;
  clock: string;
  /** Retired, by vCPU; a restored machine goes on counting. */
  instructions: number[];
  instructionsTotal: number;
  /** Machine time. */
  machineSeconds: number;
  /** From the start to the end, sleep included. */
  hostSeconds: number;
  /** Of them, spent running guest instructions. */
  runningSeconds: number;
  /** Millions of instructions per running second. */
  mips: number;
  /** Firmware calls by function. */
  psciCalls: Record<string, number>;
  end: (Omit<EndReason, 'systemEvent'> & { systemEvent?: { type: string; flags: string; data: string[] } }) | null;
  stoppedBy: StopCause | null;
  exitStatus: number;
}

/** Adds up the time a machine really ran, which its statistics tell as speeds of periods. */
export class RunningTime {
  seconds = 0;
  private instructions = 0;

  add({ instructions, mips }: VmStats): void {
    if (mips > 0) this.seconds += (instructions - this.instructions) / (mips * 1e6);
    this.instructions = instructions;
  }
}

/** Makes sure that a file can be written, so that a long run does not end with nothing to show. Leaves its content alone. */
export function requireWritable(what: string, path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UserError(`The ${what} “${path}” cannot be written: ${writeReason(error)}.`);
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const hex = (value: bigint): string => `0x${value.toString(16)}`;

export interface Ending {
  end: EndReason | undefined;
  stoppedBy: StopCause | undefined;
  exitStatus: number;
  hostSeconds: number;
  runningSeconds: number;
  /** Retired before this run, by a machine that was restored. */
  instructionsBefore: number;
}

export function makeReport(vm: Vm, config: { guest: string; engine: string; clock: string }, ending: Ending): RunReport {
  const { machine } = vm;
  const { end } = ending;
  const total = machine.retired.reduce((sum, count) => sum + count, 0);
  return {
    guest: config.guest,
    vcpus: machine.options.vcpus,
    memoryMiB: machine.options.memoryMiB,
    psci: vm.registers.effectiveVersion,
    conduit: machine.options.conduit,
    engine: config.engine,
    clock: config.clock,
    instructions: [...machine.retired],
    instructionsTotal: total,
    machineSeconds: machine.clock.ns / 1e9,
    hostSeconds: round(ending.hostSeconds, 3),
    runningSeconds: round(ending.runningSeconds, 3),
    mips: ending.runningSeconds > 0 ? round((total - ending.instructionsBefore) / ending.runningSeconds / 1e6, 1) : 0,
    psciCalls: Object.fromEntries([...vm.callsByName].sort(([a], [b]) => (a < b ? -1 : 1))),
    end: end === undefined ? null : plainEnd(end),
    stoppedBy: ending.stoppedBy ?? null,
    exitStatus: ending.exitStatus,
  };
}

function plainEnd({ systemEvent, ...end }: EndReason): NonNullable<RunReport['end']> {
  if (systemEvent === undefined) return end;
  const { type, flags, data } = systemEvent;
  return { ...end, systemEvent: { type, flags: hex(flags), data: data.map(hex) } };
}

/** Writes the report. Throws a UserError if the file cannot be written. */
export function writeReport(path: string, report: RunReport): void {
  try {
    writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new UserError(`The report “${path}” cannot be written: ${writeReason(error)}.`);
  }
}
