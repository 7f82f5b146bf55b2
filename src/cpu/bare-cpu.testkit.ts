import { assemble } from '../isa/text/assemble';
import { Engine, type EngineOptions } from './engine';
import { Jit } from './jit/jit';
import type { Vcpu } from './vcpu';
import { resetVcpu } from './vcpu-state';

/** A bare CPU for tests: one program in RAM, no board. */

/** Where tests have their RAM: as the board does. */
export const RAM_BASE = 0x40000000;

export interface BareOptions {
  engine?: 'interpreter' | 'jit';
  cpu?: EngineOptions['cpu'];
  /** One unless given; all start at the program's first instruction. */
  vcpus?: number;
  ramBytes?: number;
  recordBytes?: number;
  mmio?: EngineOptions['mmio'];
  pmuInterrupt?: EngineOptions['ports']['pmuInterrupt'];
  firmwareCall?: EngineOptions['ports']['firmwareCall'];
}

export interface Bare {
  engine: Engine;
  cpu: Vcpu;
  symbols: ReadonlyMap<string, bigint>;
  /** Runs until `count` more instructions have been retired, or the vCPU halts. Returns the number retired. */
  run(count: number): number;
  /** 64 bits of RAM at a physical address. */
  read64(address: number): bigint;
}

/**
 * Code that switches the MMU on: 4 KiB pages, 39 bits of virtual address by the table of level 1 at `table` (TTBR0_EL1), ASIDs of 16 bits in
 * TTBR0_EL1; all memory is Normal. Exceptions go to the label `vectors`. Changes x0.
 */
export const mmuOn = (table: number): string => `
      ldr   x0, =${table}
      msr   ttbr0_el1, x0
      mov   x0, #0xff
      msr   mair_el1, x0
      ldr   x0, =${(2n << 32n) | 25n | (1n << 23n)}
      msr   tcr_el1, x0
      adr   x0, vectors
      msr   vbar_el1, x0
      isb
      mrs   x0, sctlr_el1
      orr   x0, x0, #1
      msr   sctlr_el1, x0
      isb
`;

const NO_DEVICES: EngineOptions['mmio'] = { high: 0, read: () => undefined, write: () => false };

/** Assembles `source` at the start of RAM and resets the vCPU to its first instruction (EL1, MMU off). */
export async function bareCpu(source: string, options: BareOptions = {}): Promise<Bare> {
  const engine = await Engine.create({
    vcpus: options.vcpus ?? 1,
    ...(options.cpu && { cpu: options.cpu }),
    ram: { base: RAM_BASE, size: options.ramBytes ?? 4 << 20 },
    recordBytes: options.recordBytes ?? 8 << 20,
    mmio: options.mmio ?? NO_DEVICES,
    ports: {
      gic: { readIcc: () => 0, writeIcc: () => {} },
      timer: { high: 0, read: () => 0, write: () => {} },
      pmuInterrupt: options.pmuInterrupt ?? (() => {}),
      firmwareCall: options.firmwareCall ?? (() => false),
    },
  });
  if (options.engine === 'jit') engine.compiler = new Jit(engine, { heat: 20, batch: 4, patience: 4 });
  const { bytes, symbols } = assemble(source, { base: BigInt(RAM_BASE) });
  engine.ram.write(RAM_BASE, bytes);
  const cpu = engine.vcpus[0]!;
  for (const vcpu of engine.vcpus) resetVcpu(vcpu, { pc: BigInt(RAM_BASE) });
  return {
    engine,
    cpu,
    symbols,
    run(count) {
      let retired = 0;
      while (retired < count) {
        const end = engine.runSlice(cpu, count - retired);
        retired += engine.slice.retired;
        if (end === 1) break;
      }
      return retired;
    },
    read64: (address) => engine.ram.read64(address),
  };
}
