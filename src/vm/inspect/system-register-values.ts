/** All system registers of a vCPU, with their fields in words where somebody wants them. Nothing is acknowledged, counted or stepped by looking. */
import { SystemContext } from '../../cpu/sysregs/context';
import { observeRegister } from '../../cpu/sysregs/observe';
import type { FieldWords } from '../../cpu/words/field-words';
import { decodeRegister } from '../../cpu/words/register-fields';
import { describedRegister, REGISTER_GROUPS } from '../../cpu/words/register-groups';
import type { Machine } from '../../machine/machine';
import { lookedAtVcpu } from './looked-at-vcpu';

export interface RegistersAsk {
  readonly vcpu: number;
  /** Names of those whose fields are wanted. */
  readonly open: readonly string[];
}

export interface RegisterValue {
  readonly name: string;
  readonly title: string;
  readonly value: bigint;
  /** There is more to say than the number. */
  readonly hasFields: boolean;
}

export interface RegisterValues {
  /** In the manual's functional groups. What this CPU or this board does not have is not there. */
  readonly groups: readonly { readonly name: string; readonly registers: readonly RegisterValue[] }[];
  readonly fields: Readonly<Record<string, readonly FieldWords[]>>;
}

export function systemRegisters(machine: Machine, { vcpu: index, open }: RegistersAsk): RegisterValues {
  const context = onlookersContext(machine, index);
  const groups = REGISTER_GROUPS.map(({ name, registers }) => ({
    name,
    registers: registers.flatMap((row): RegisterValue[] => {
      const value = observeRegister(context, row.name);
      return value === undefined
        ? []
        : [{ name: row.name, title: row.title, value, hasFields: row.fields.length > 0 || row.decode !== undefined }];
    }),
  }));
  const fields: Record<string, readonly FieldWords[]> = {};
  for (const name of open) {
    const [row, value] = [describedRegister(name), observeRegister(context, name)];
    if (row && value !== undefined) fields[name] = decodeRegister(row, value);
  }
  return { groups: groups.filter(({ registers }) => registers.length > 0), fields };
}

const refuse = (): never => {
  throw new Error('Somebody who only looks wrote to a register.');
};

/** What reads are made in: ports that change nothing. */
function onlookersContext(machine: Machine, index: number): SystemContext {
  const { gic, engine } = machine;
  const vcpu = lookedAtVcpu(machine, index);
  const timer = machine.timers[index]!;
  return new SystemContext(
    vcpu,
    gic.peekIcc && { readIcc: (each, register) => gic.peekIcc!(each, register), writeIcc: refuse },
    {
      get high() {
        return timer.high;
      },
      read: (_vcpu, register) => timer.peek(register),
      write: refuse,
    },
    engine.tlb,
    engine.mmu,
    // They have caught up when the last slice ended.
    { catchUp() {}, countSoftware: refuse, changed: refuse },
  );
}
