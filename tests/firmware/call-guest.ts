/**
 * A guest of a few instructions that makes the firmware calls a test puts into its memory, by real HVC or SMC instructions, and writes
 * down what came back. Every vCPU that is started with a list's address in x0 works through that list.
 */

import { CPU, RECORD } from '../../src/cpu/layout';
import { resetVcpu } from '../../src/cpu/vcpu-state';
import { assemble } from '../../src/isa/text/assemble';
import { Machine, type MachineOptions } from '../../src/machine/machine';
import type { RunOutcome } from '../../src/machine/scheduler';
import {
  type CallReply,
  type Conduit,
  encodeVersion,
  FirmwareRegisters,
  type Host,
  KVM_POLICY,
  makeHost,
  type Policy,
  type PowerState,
  type PsciVersion,
  type SystemEvent,
} from '../../src/psci';
import type { DeviceState } from '../../src/storage/state-value';

const CODE = 0x4008_0000;
/** Lists lie here, one per vCPU. */
const LISTS = 0x4010_0000;
const LIST_STRIDE = 0x10_0000;

/** A list: how many calls it has, then the calls. Offsets and sizes in bytes. */
const CALL_BYTES = 80;
const LIST_HEADER = 16;
const OFFSET = { count: 0, smc: 8, args: 0, results: 32, changed: 64, done: 72 } as const;

/** x4–x30 and SP hold 0x5a00 + n × 0x1_0000_0001 at each call; a call that changes one of them is told by the bit of its number. */
const PROGRAM = `
start:
    ldr x1, [x0]
    ldr x2, [x0, #8]
    add x0, x0, #${LIST_HEADER}
    msr tpidr_el1, x0
    msr tpidrro_el0, x1
    msr tpidr_el0, x2
next:
    mrs x1, tpidrro_el0
    cbz x1, finished
    sub x1, x1, #1
    msr tpidrro_el0, x1
${registers(4, 30, (n) => `    mov x${n}, #0x5a00\n    movk x${n}, #${n}, lsl #32`)}
    mov x3, #0x7ff0
    mov sp, x3
    mrs x3, tpidr_el1
    mrs x2, tpidr_el0
    cbnz x2, use_smc
    ldp x0, x1, [x3]
    ldp x2, x3, [x3, #16]
use_hvc:
    hvc #0
    b answered
use_smc:
    ldp x0, x1, [x3]
    ldp x2, x3, [x3, #16]
the_smc:
    smc #0
answered:
    // x5 is looked at later: it is needed for the list's address. FAR_EL1 is as good a place as any while there are no faults.
    msr far_el1, x5
    mrs x5, tpidr_el1
    stp x0, x1, [x5, #${OFFSET.results}]
    stp x2, x3, [x5, #${OFFSET.results + 16}]
    mov x0, #0
    mov x2, #0x5a00
    mrs x1, far_el1
    movk x2, #5, lsl #32
    cmp x1, x2
    cset x3, ne
    orr x0, x0, x3, lsl #5
${registers(4, 30, (n) =>
  n === 5
    ? ''
    : `    mov x2, #0x5a00\n    movk x2, #${n}, lsl #32\n    cmp x${n}, x2\n    cset x3, ne\n    orr x0, x0, x3, lsl #${n}`,
)}
    mov x2, sp
    mov x3, #0x7ff0
    cmp x2, x3
    cset x3, ne
    orr x0, x0, x3, lsl #31
    str x0, [x5, #${OFFSET.changed}]
    mov x0, #1
    str x0, [x5, #${OFFSET.done}]
    add x5, x5, #${CALL_BYTES}
    msr tpidr_el1, x5
    b next
finished:
    wfi
    b finished
`;

function registers(from: number, to: number, line: (n: number) => string): string {
  return Array.from({ length: to - from + 1 }, (_, i) => line(from + i)).join('\n');
}

let assembled: ReturnType<typeof assemble> | undefined;
const program = () => (assembled ??= assemble(PROGRAM, { base: BigInt(CODE) }));

export interface CallResult {
  /** x0–x3, unsigned. */
  regs: [bigint, bigint, bigint, bigint];
  /** x0 signed, as C code compares it. */
  x0: bigint;
  /** Registers other than x0–x3 that the call changed: bit n for xn, bit 31 for SP. */
  changed: bigint;
}

export interface CallGuestOptions {
  engine: 'interpreter' | 'jit';
  conduit?: Conduit;
  vcpus?: number;
  version?: PsciVersion;
  host?: Host;
  policy?: Partial<Policy>;
  systemSuspend?: boolean;
  /** Immediate of the SMC and HVC instructions. */
  immediate?: number;
}

const shared = new Map<string, Promise<CallGuest>>();

/** A machine of 8 vCPUs that tests of one file share, at the newest version, powered on: making one takes longer than most tests. */
export async function sharedGuest(options: Omit<CallGuestOptions, 'vcpus' | 'immediate'>): Promise<CallGuest> {
  const { conduit, ...kind } = options;
  const key = JSON.stringify(kind);
  const made = shared.get(key) ?? CallGuest.create({ ...kind, vcpus: 8 });
  shared.set(key, made);
  const guest = await made;
  guest.conduit = conduit ?? 'hvc';
  guest.keepsStarted = false;
  for (let vcpu = 0; vcpu < 8; vcpu++) guest.setCalls(vcpu, []);
  if (kind.version !== '0.1') guest.registers.write('psci_version', BigInt(encodeVersion('1.3')));
  guest.powerOn();
  return guest;
}

export class CallGuest {
  readonly events: SystemEvent[] = [];
  readonly replies: CallReply[] = [];
  /** vCPUs that are switched on do not run: they are looked at as they would start. */
  keepsStarted = false;
  readonly entry = CODE;

  private constructor(
    readonly machine: Machine,
    readonly registers: FirmwareRegisters,
    /** By which instruction the lists' calls are made. */
    public conduit: Conduit,
  ) {}

  static async create(options: CallGuestOptions): Promise<CallGuest> {
    const vcpus = options.vcpus ?? 2;
    const made = FirmwareRegisters.forVersion(options.version, vcpus, options.host ?? makeHost());
    if (!made.ok) throw new Error(made.sentence);
    const conduit = options.conduit ?? 'hvc';
    const seen: Pick<MachineOptions, 'onFirmwareCall' | 'onSystemEvent'> = { onFirmwareCall: () => {}, onSystemEvent: () => {} };
    const machine = await Machine.create({
      vcpus,
      memoryMiB: 16,
      conduit,
      clock: 'virtual',
      engine: options.engine,
      // What is told to be hot is compiled at once.
      jit: { batch: 1 },
      registers: made.value,
      policy: { ...KVM_POLICY, ...options.policy },
      systemSuspend: options.systemSuspend ?? false,
      disks: [],
      host: { monotonic: () => 0, wall: () => 0n },
      seed: new Uint8Array(32).fill(0xa5),
      onConsole: () => {},
      onFirmwareCall: (reply) => seen.onFirmwareCall(reply),
      onSystemEvent: (event, reply) => seen.onSystemEvent(event, reply),
      onFault: (sentence) => {
        throw new Error(sentence);
      },
    });
    const guest = new CallGuest(machine, made.value, conduit);
    seen.onFirmwareCall = (reply) => {
      guest.replies.push(reply);
      if (guest.keepsStarted) for (const effect of reply.effects) if (effect.type === 'start-cpu') guest.hold(effect.vcpu);
    };
    seen.onSystemEvent = (event) => guest.events.push(event);
    machine.load(CODE, program().bytes, 'program');
    if (options.immediate) guest.patchImmediate(options.immediate);
    guest.powerOn();
    return guest;
  }

  /** The address of a label of the program. */
  label(name: string): number {
    return Number(program().symbols.get(name)!);
  }

  private patchImmediate(immediate: number): void {
    for (const label of ['use_hvc', 'the_smc']) {
      const at = this.machine.memory.host(this.label(label));
      this.machine.engine.views.u32[at >>> 2]! |= immediate << 5;
    }
  }

  /** Reset: vCPU 0 about to work through its list, all others off. Forgets events and calls. */
  powerOn(): void {
    this.machine.reset(CODE, this.list(0));
    this.events.length = 0;
    this.replies.length = 0;
  }

  /** The guest-physical address of a vCPU's list: what it must find in x0. */
  list(vcpu: number): number {
    return LISTS + vcpu * LIST_STRIDE;
  }

  /** Power states as a VMM may set them; vCPUs switched on this way wait at an address that does nothing. */
  setPower(states: readonly PowerState[]): void {
    states.forEach((state, vcpu) => {
      this.machine.power.states[vcpu] = state;
      if (vcpu > 0) this.machine.engine.vcpus[vcpu]!.pc = BigInt(this.label('finished'));
    });
  }

  /** Writes the list of a vCPU. Values are x0–x3 of each call. */
  setCalls(vcpu: number, calls: readonly (readonly (number | bigint)[])[]): void {
    const { data } = this.machine.engine.views;
    const at = this.host(vcpu);
    data.setBigUint64(at + OFFSET.count, BigInt(calls.length), true);
    data.setBigUint64(at + OFFSET.smc, this.conduit === 'smc' ? 1n : 0n, true);
    calls.forEach((regs, call) => {
      const entry = at + LIST_HEADER + call * CALL_BYTES;
      for (let i = 0; i < CALL_BYTES; i += 8) data.setBigUint64(entry + i, 0n, true);
      regs.forEach((value, register) => {
        data.setBigUint64(entry + OFFSET.args + 8 * register, BigInt.asUintN(64, BigInt(value)), true);
      });
    });
  }

  /** What the calls of a vCPU gave, as far as they came back. */
  results(vcpu: number): CallResult[] {
    const { data } = this.machine.engine.views;
    const at = this.host(vcpu);
    const count = Number(data.getBigUint64(at + OFFSET.count, true));
    const results: CallResult[] = [];
    for (let call = 0; call < count; call++) {
      const entry = at + LIST_HEADER + call * CALL_BYTES;
      const word = (offset: number): bigint => data.getBigUint64(entry + offset, true);
      if (word(OFFSET.done) === 0n) break;
      const regs: CallResult['regs'] = [0, 8, 16, 24].map((offset) => word(OFFSET.results + offset)) as CallResult['regs'];
      results.push({ regs, x0: BigInt.asIntN(64, regs[0]), changed: word(OFFSET.changed) });
    }
    return results;
  }

  private host(vcpu: number): number {
    return this.machine.memory.host(this.list(vcpu));
  }

  /** Switches a vCPU on, as a VMM may, to work through its list. */
  start(vcpu: number): void {
    resetVcpu(this.machine.engine.vcpus[vcpu]!, { pc: BigInt(CODE), x0: BigInt(this.list(vcpu)) });
    this.machine.power.states[vcpu] = 'runnable';
  }

  /** The VMM makes the caller of a system event RUNNABLE again, without a reset, and runs it. */
  rerun(vcpu = 0): void {
    this.machine.power.states[vcpu] = 'runnable';
    const { scheduler, ...time } = this.machine.saveTime() as { scheduler: DeviceState } & DeviceState;
    this.machine.checkTime({ ...time, scheduler: { ...scheduler, halted: false } })();
    this.run();
  }

  /** Tells the JIT that the program is hot, so that it compiles it now. It must have run a little, and be of one page. */
  heat(): void {
    const { compiler, records } = this.machine.engine;
    const first = records.find(CODE)!;
    const entries = new Set(['next', 'use_hvc', 'use_smc', 'answered'].map((label) => this.label(label)));
    // Wherever the program goes on after a service.
    for (let address = this.label('answered'); address < this.label('finished'); address += 64) entries.add(address);
    for (const address of entries) {
      compiler?.hot(first + ((address - CODE) / 4) * RECORD.SIZE, {
        recordsOf: () => 0,
        placeIn: () => undefined,
        hasWindow: false,
      });
    }
  }

  /** Instructions that compiled code retired. */
  get compiled(): number {
    const { engine } = this.machine;
    return engine.vcpus.reduce((sum, vcpu) => sum + (vcpu.get32(engine.compiledCounter) >>> 0), 0);
  }

  /** Keeps a vCPU that is on from getting a turn: it waits for an interrupt that never comes. */
  hold(vcpu: number): void {
    this.machine.engine.vcpus[vcpu]!.set32(CPU.WAITING, 1);
  }

  /** Runs until nothing goes on by itself: all wait, or the machine stopped. */
  run(instructions = 100_000): RunOutcome['state'] {
    return this.machine.runTo(this.machine.instructions + instructions).state;
  }

  /** One call by vCPU 0 of a machine just powered on. Undefined if it does not come back. */
  call(...regs: (number | bigint)[]): CallResult | undefined {
    this.setCalls(0, [regs]);
    this.powerOn();
    this.run();
    return this.results(0)[0];
  }

  /** x0 of calls made one after the other by vCPU 0. */
  x0s(calls: readonly (readonly (number | bigint)[])[]): bigint[] {
    this.setCalls(0, calls);
    this.powerOn();
    this.run();
    return this.results(0).map(({ x0 }) => x0);
  }
}
