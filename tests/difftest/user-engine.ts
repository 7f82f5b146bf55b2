import { Engine } from '../../src/cpu/engine';
import { clearExclusive, SPSR, setPstate } from '../../src/cpu/exceptions';
import { CPU } from '../../src/cpu/layout';
import { CPACR, SCTLR, SCTLR_HI } from '../../src/cpu/sysregs/fields';
import { SYS } from '../../src/cpu/sysregs/storage';
import type { Vcpu } from '../../src/cpu/vcpu';
import { resetVcpu } from '../../src/cpu/vcpu-state';
import type { State } from './case';
import type { Places } from './oracle-qemu-user';

/** A real engine at EL0 with the MMU off, as a process under Linux finds it. */

const PAGE = 4096;
const RAM_BASE = 0x4000_0000;
const VECTORS = RAM_BASE;
const WFI = 0xd503207f;
const EL0 = SPSR.DAIF;

/** All that EL0 may be allowed is allowed, as Linux does for its processes. */
const SCTLR_FOR_EL0 = SCTLR.DZE | SCTLR.UCT | SCTLR.UCI | SCTLR.NTWE | SCTLR.NTWI | SCTLR.SPAN;
/** The oracle never checks the alignment of SP (Linux has it checked): src/cpu/alignment.test.ts tests that. */
const UNCHECKED = SCTLR.SA | SCTLR.SA0;

export class UserEngine {
  readonly vcpu: Vcpu;

  private constructor(
    readonly engine: Engine,
    private readonly places: Places,
  ) {
    this.vcpu = engine.vcpus[0]!;
    // An exception is the end.
    engine.views.u32.fill(WFI, this.host(VECTORS) >>> 2, (this.host(VECTORS) + PAGE) >>> 2);
    resetVcpu(this.vcpu, { pc: 0n });
    this.vcpu.set64(SYS.VBAR_EL1, BigInt(VECTORS));
    this.vcpu.setLoHi(SYS.SCTLR_EL1, (this.vcpu.lo(SYS.SCTLR_EL1) & ~UNCHECKED) | SCTLR_FOR_EL0, SCTLR_HI.MSCEN);
    this.vcpu.set32(SYS.CPACR_EL1, CPACR.FPEN);
  }

  static async create(ramBytes: number, places: Places): Promise<UserEngine> {
    const engine = await Engine.create({
      vcpus: 1,
      ram: { base: RAM_BASE, size: ramBytes },
      recordBytes: 16 << 20,
      mmio: { high: 0, read: () => undefined, write: () => false },
      ports: {
        gic: { readIcc: () => 0, writeIcc: () => {} },
        timer: { high: 0, read: () => 0, write: () => {} },
        pmuInterrupt: () => {},
        firmwareCall: () => false,
      },
    });
    return new UserEngine(engine, places);
  }

  host(address: number): number {
    return this.engine.ram.host(address);
  }

  /** The state to begin with, at EL0. */
  load(state: State): void {
    const { vcpu, engine, places } = this;
    const { u8, u64 } = engine.views;
    setPstate(vcpu, (state.nzcv | EL0) >>> 0);
    u64.set(state.x, (vcpu.base + CPU.X) >>> 3);
    vcpu.set64(CPU.SP, state.sp);
    vcpu.pc = state.pc;
    vcpu.set32(CPU.FPCR, state.fpcr);
    vcpu.set32(CPU.FPSR, state.fpsr);
    u8.set(state.v, vcpu.base + CPU.V);
    clearExclusive(vcpu);
    vcpu.set32(CPU.WAITING, 0);
    vcpu.set32(CPU.EVENT, 0);
    if (!state.memory.length) return;
    u8.fill(0, this.host(places.pages), this.host(places.pages) + places.pagesBytes);
    u8.set(state.memory, this.host(places.memory));
  }

  get tookException(): boolean {
    return this.vcpu.get32(CPU.EL) !== 0;
  }

  /** The state at EL0: if it was left by an exception, as it was when that was taken. */
  save(memoryBytes: number): State {
    const { vcpu, engine, tookException, places } = this;
    const { u8, u64 } = engine.views;
    const memory = this.host(places.memory);
    return {
      x: u64.slice((vcpu.base + CPU.X) >>> 3, ((vcpu.base + CPU.X) >>> 3) + 31),
      sp: vcpu.get64(tookException ? SYS.SP_EL0 : CPU.SP),
      pc: tookException ? vcpu.get64(SYS.ELR_EL1) : vcpu.pc,
      nzcv: tookException ? (vcpu.lo(SYS.SPSR_EL1) & SPSR.NZCV) >>> 0 : vcpu.nzcv,
      fpcr: vcpu.get32(CPU.FPCR) >>> 0,
      fpsr: vcpu.get32(CPU.FPSR) >>> 0,
      v: u8.slice(vcpu.base + CPU.V, vcpu.base + CPU.V + 512),
      memory: u8.slice(memory, memory + memoryBytes),
    };
  }
}
