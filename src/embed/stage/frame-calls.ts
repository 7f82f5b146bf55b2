/** The calls of the page around, carried out on the session. What a page gives is judged here: it may be anybody's. */

import { HOST_NAMES } from '../../ui/state/psci-facts';
import type { Session } from '../../ui/state/session.svelte';
import type { WakeTarget } from '../../ui/state/wake-plan';
import { PSCI_VERSIONS } from '../../vm/api';
import type { CallName, MachineStatus } from '../protocol';
import type { StageView } from './stage-view.svelte';

const MOST_TYPED = 1 << 20;

interface Parts {
  vm: Session;
  view: StageView;
  /** Starts, wakes or resumes; settles when the machine runs, rejects with the sentence on the page. */
  start(): Promise<void>;
  /** It is not to go on by itself. */
  hold(): void;
  /** Why it stands still, if nobody wanted it to. */
  why(): MachineStatus['why'];
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} must be text, and ${typeof value} was given.`);
  if (value.length > MOST_TYPED) throw new Error(`${what} is ${value.length} characters long; at most ${MOST_TYPED} are taken.`);
  return value;
}

function address(value: unknown): bigint {
  if (typeof value !== 'bigint')
    throw new Error(`An address must be a bigint, such as 0x40000000n, and ${typeof value} was given.`);
  return value;
}

function blob(value: unknown): Blob {
  if (!(value instanceof Blob)) throw new Error('A saved machine must be given as a Blob or File.');
  return value;
}

function wakeTarget(value: unknown): WakeTarget {
  const { psci, host } = (value ?? {}) as { psci?: unknown; host?: unknown };
  return {
    ...(psci === undefined ? {} : { psci: version(psci) }),
    ...(host === undefined ? {} : { host: hostName(host) }),
  };
}

function hostName(value: unknown): string {
  const found = HOST_NAMES.find((known) => known === value);
  if (!found) throw new Error(`The host ${String(value).slice(0, 40)} is not known: choose ${HOST_NAMES.join(', ')}.`);
  return found;
}

function version(value: unknown): (typeof PSCI_VERSIONS)[number] {
  const found = PSCI_VERSIONS.find((known) => known === value);
  if (!found) throw new Error(`PSCI ${String(value).slice(0, 20)} is not known: choose ${PSCI_VERSIONS.join(', ')}.`);
  return found;
}

/** Makes the function that carries a call out. It rejects with one sentence. */
export function makeCalls({ vm, view, start, hold, why }: Parts): (name: CallName, args: readonly unknown[]) => Promise<unknown> {
  // What brings a machine, or another, is done one after the other.
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  }
  /** A guest that stands still for good answers nothing; one that is out of sight goes on by itself. */
  function mustGoOn(): void {
    if (vm.state === 'paused' && why() === undefined) throw new Error('The machine is paused: resume it first.');
  }

  async function status(): Promise<MachineStatus> {
    const { state } = vm;
    await vm.sleepers.looked;
    const version = vm.live ? vm.firmware.now?.version : undefined;
    return {
      state,
      ...(state === 'paused' && why() ? { why: why() } : {}),
      ...(version === undefined ? {} : { psci: version }),
      asleep: vm.sleepers.justFellAsleep !== undefined,
    };
  }

  async function wake(target: WakeTarget): Promise<void> {
    // Whoever calls when the machine has just ended is ahead of the panels.
    await vm.sleepers.refresh();
    const disk = vm.sleepers.justFellAsleep ?? vm.sleepers.chosen;
    if (!disk) throw new Error('No machine sleeps on the disk of this frame: hibernate it first.');
    await vm.wake(disk, target);
    if (vm.failure) throw new Error(vm.failure);
  }

  async function restore(given: Blob, host: string | undefined): Promise<void> {
    const file = new File([given], 'saved machine');
    // The machine that is there goes only for one that can come.
    await vm.worker().checkSaved(file);
    if (vm.live && !(await vm.makeRoom())) throw new Error('The machine that is here could not be switched off.');
    await vm.restore(file, host, undefined);
    if (vm.failure) throw new Error(vm.failure);
    await vm.resume();
  }

  return async (name, [first, second, third]) => {
    // Also where the worker has gone.
    if (name === 'status') return status();
    const worker = vm.worker();
    switch (name) {
      case 'set':
        return view.set(first);
      case 'give':
        throw new Error('Files are given before the first start: remove this frame, and make one anew.');
      case 'start':
        return inTurn(start);
      case 'pause':
        hold();
        return worker.pause();
      case 'resume':
        return worker.resume();
      case 'stop':
        return worker.powerOff(false);
      case 'reset':
        return worker.reset();
      case 'type':
        return worker.input(new TextEncoder().encode(text(first, 'What is typed')));
      case 'exec':
        mustGoOn();
        return worker.exec(text(first, 'A command'));
      case 'hibernate':
        mustGoOn();
        return worker.hibernate();
      case 'wake': {
        const target = wakeTarget(first);
        return inTurn(() => wake(target));
      }
      case 'save':
        return worker.save();
      case 'restore': {
        const { host } = (second ?? {}) as { host?: unknown };
        const onto = host === undefined ? undefined : hostName(host);
        const given = blob(first);
        return inTurn(() => restore(given, onto));
      }
      case 'registers':
        return worker.vcpus();
      case 'readMemory': {
        const { physical, vcpu } = (third ?? {}) as { physical?: unknown; vcpu?: unknown };
        return worker.readMemory(address(first), Number(second), {
          physical: physical === true,
          ...(vcpu === undefined ? {} : { vcpu: Number(vcpu) }),
        });
      }
      case 'setPsci':
        return worker.writeRegister(`psci_version=${version(first)}`);
    }
  };
}
