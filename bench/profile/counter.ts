import { COST } from '../../src/cpu/cost';
import { Jit } from '../../src/cpu/jit/jit';
import { CPU, EXIT, RECORD } from '../../src/cpu/layout';
import { MemoryAccess } from '../../src/cpu/memory-access';
import { ACCESS } from '../../src/cpu/mmu/mmu';
import { SystemServices } from '../../src/cpu/services';
import { EC, ESR_EC_SHIFT } from '../../src/cpu/syndrome';
import { sysregKeyOfInstruction } from '../../src/cpu/sysregs/encoding';
import { SYS } from '../../src/cpu/sysregs/storage';
import { sysInstructionName } from '../../src/cpu/sysregs/sys-instructions';
import { sysregName } from '../../src/cpu/sysregs/table';
import { SERVICE } from '../../src/isa/emitter';
import type { BusAccessSize } from '../../src/machine/bus';
import type { Machine } from '../../src/machine/machine';
import { Spy } from './spy';
import { type Counts, Tally } from './tally';

/** What is counted, by name of the group. */
export const GROUP = {
  service: 'services',
  sysreg: 'system registers',
  sys: 'SYS instructions',
  exception: 'exceptions',
  memory: 'memory',
  code: 'code',
  device: 'device accesses',
  entry: 'entries into Wasm',
  compile: 'compiled',
} as const;

const nameOfValue = (names: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(names).find((name) => names[name] === value) ?? `0x${value.toString(16)}`;

/** MRS and SYSL. */
const READ_BIT = 1 << 21;

/** Services after which an exception has been taken, if the vCPU leaves. */
const NO_EXCEPTION: ReadonlySet<number> = new Set([SERVICE.ERET, SERVICE.HVC, SERVICE.SMC, SERVICE.WFI, SERVICE.WFE]);

/** Counts what a machine does, from outside. */
export class Counter {
  private readonly tally = new Tally();
  private readonly spy = new Spy();

  constructor(private readonly machine: Machine) {
    this.services();
    this.memory();
    this.code();
    this.interrupts();
    this.devices();
    this.compiler();
  }

  /** Counts since the last time. */
  take(): Counts {
    const counts = this.tally.read();
    this.tally.clear();
    return counts;
  }

  leave(): void {
    this.spy.leave();
  }

  private services(): void {
    const { spy, tally } = this;
    const { engine } = this.machine;
    spy.after(engine.slice, 'serve', () => tally.add(GROUP.service, 'all'));
    spy.after(SystemServices.prototype, 'run', (_services, leaves, record, code) => {
      tally.add(GROUP.service, nameOfValue(SERVICE, code));
      const v = engine.slice.running;
      const word = engine.views.u32[(record + RECORD.IMM) >>> 2]!;
      if (code === SERVICE.SYSREG) {
        const key = sysregKeyOfInstruction(word);
        const sys = sysInstructionName(key);
        if (sys !== undefined) tally.add(GROUP.sys, sys);
        else tally.add(GROUP.sysreg, `${word & READ_BIT ? 'MRS' : 'MSR'} ${sysregName(key)}`);
        const isNext = v.pc === BigInt.asUintN(64, engine.slice.pcOf(record) + 4n);
        if (leaves && !isNext) this.exception();
      } else if (code === SERVICE.MSR_IMMEDIATE) tally.add(GROUP.sysreg, 'MSR (immediate)');
      if (leaves && code === SERVICE.ERET) tally.add(GROUP.exception, 'ERET');
      else if (leaves && !NO_EXCEPTION.has(code) && code !== SERVICE.SYSREG) this.exception();
    });
  }

  private exception(): void {
    const ec = this.machine.engine.slice.running.lo(SYS.ESR_EL1) >>> ESR_EC_SHIFT;
    this.tally.add(GROUP.exception, nameOfValue(EC, ec));
  }

  private memory(): void {
    const { spy, tally } = this;
    const { engine } = this.machine;
    spy.after(MemoryAccess.prototype, 'slow', (_access, faulted, _record, code) => {
      tally.add(GROUP.service, code & SERVICE.STORE ? 'STORE' : 'LOAD');
      const size = code & 0x1f;
      if ((engine.slice.running.lo(CPU.SLOW_VA) & 0xfff) + size > 0x1000) tally.add(GROUP.memory, 'accesses across pages');
      if (faulted) this.exception();
    });
    spy.after(engine.mmu, 'translate', (_mmu, fault, _vcpu, _lo, _hi, access) => {
      tally.add(GROUP.memory, `walks to ${nameOfValue(ACCESS, access).toLowerCase()}`);
      if (fault) tally.add(GROUP.memory, 'walks that fault');
      if (fault && access === ACCESS.EXEC)
        tally.add(GROUP.exception, engine.slice.running.el === 0 ? 'INSTRUCTION_ABORT_LOWER' : 'INSTRUCTION_ABORT_SAME');
    });
    spy.after(engine.tlb, 'fillData', (_tlb, filled) => {
      tally.add(GROUP.memory, filled ? 'data TLB fills' : 'data not entered into the TLB');
    });
    spy.after(engine.tlb, 'fillCode', () => tally.add(GROUP.memory, 'code TLB fills'));
    for (const name of ['flushVcpu', 'tableChanged', 'asidChanged', 'dropAsid', 'dropPage'] as const)
      spy.after(engine.tlb, name, () => tally.add(GROUP.memory, `TLB ${name}`));
  }

  private code(): void {
    const { spy, tally } = this;
    const { decoder, records } = this.machine.engine;
    spy.after(decoder, 'fill', () => tally.add(GROUP.code, 'records decoded'));
    spy.after(decoder, 'decode', () => tally.add(GROUP.code, 'calls of decode'));
    spy.after(records, 'allocate', (_records, base) => {
      tally.add(GROUP.code, base === undefined ? 'pool of records full' : 'pages of records made');
    });
    spy.after(records, 'clear', () => tally.add(GROUP.code, 'all records dropped'));
    spy.after(records, 'written', () => tally.add(GROUP.code, 'writes to lines with code'));
  }

  private interrupts(): void {
    const { spy, tally } = this;
    const { engine } = this.machine;
    const { slice } = engine;
    // Taking an interrupt charges as an exception does, but counts no instruction.
    spy.after(slice, 'charge', (_slice, _result, cost) => {
      if (cost === COST.EXCEPTION) tally.add(GROUP.exception, 'IRQ');
    });
    spy.after(slice, 'exceptionTaken', () => tally.add(GROUP.exception, 'IRQ', -1));
    spy.after(slice, 'enter', ({ running }) => {
      tally.add(GROUP.entry, 'all');
      tally.add(GROUP.entry, `after ${nameOfValue(EXIT, running.get32(CPU.EXIT))}`);
    });
    spy.after(engine, 'runSlice', () => tally.add(GROUP.entry, 'slices'));
  }

  private devices(): void {
    const { spy, tally } = this;
    const { bus } = this.machine;
    const deviceAt = (address: number): string =>
      bus.windows.find(({ base, size }) => address >= base && address < base + size)?.device.name ?? 'nothing';
    const seen = (how: string) => (_bus: object, _result: unknown, address: number, _size: BusAccessSize) =>
      tally.add(GROUP.device, `${how} ${deviceAt(address)}`);
    spy.after(bus, 'read', seen('read'));
    spy.after(bus, 'write', seen('write'));
  }

  private compiler(): void {
    const { spy, tally } = this;
    const { engine } = this.machine;
    spy.after(engine, 'instantiate', (_engine, _result, bytes) => {
      tally.add(GROUP.compile, 'modules');
      tally.add(GROUP.compile, 'bytes', bytes.length);
    });
    const { compiler } = engine;
    if (!(compiler instanceof Jit)) return;
    spy.after(compiler, 'hot', () => tally.add(GROUP.compile, 'hot records'));
    spy.after(compiler.translations, 'add', (_translations, _result, _key, { blocks }) => {
      tally.add(GROUP.compile, 'regions');
      tally.add(
        GROUP.compile,
        'instructions',
        blocks.reduce((sum, { words }) => sum + words.length, 0),
      );
    });
    spy.after(compiler.translations, 'attach', () => tally.add(GROUP.compile, 'regions put in place'));
    spy.after(compiler.translations, 'detach', () => tally.add(GROUP.compile, 'regions taken away'));
  }
}
