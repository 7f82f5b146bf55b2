import { assemble } from '../src/isa/text/assemble';
import { Machine } from '../src/machine/machine';
import { FirmwareRegisters, KVM_POLICY } from '../src/psci';

/** How late timer interrupts are, and how smoothly the counter runs, with the host's clock, while the guest reads the counter all the time. */
const CODE = 0x4008_0000;
const RESULTS = 0x4020_0000;
const PROGRAM = `
      ldr   x0, =vectors
      msr   vbar_el1, x0
      ldr   x0, =0x08000000
      mov   w1, #0x12
      str   w1, [x0]
      ldr   x0, =0x080b0000
      mov   w1, #-1
      str   w1, [x0, #0x80]
      mov   w1, #0x08000000
      str   w1, [x0, #0x100]
      mov   x1, #0xff
      msr   icc_pmr_el1, x1
      mov   x1, #1
      msr   icc_igrpen1_el1, x1
      ldr   x20, =${RESULTS}
      ldr   x21, =62500               // 1 ms
      mrs   x22, cntvct_el0
      add   x22, x22, x21
      msr   cntv_cval_el0, x22
      msr   cntv_ctl_el0, x1
      msr   daifclr, #2
      mrs   x1, cntvct_el0
1:    mrs   x2, cntvct_el0            // x23 reads without a change, x24 the longest such run
      cmp   x2, x1
      cinc  x23, x23, eq
      csel  x23, xzr, x23, ne
      cmp   x23, x24
      csel  x24, x23, x24, hi
      mov   x1, x2
      str   x24, [x20, #24]
      b     1b
      .balign 2048
vectors:
      .zero 0x280
      mrs   x10, cntvct_el0
      mrs   x11, icc_iar1_el1
      sub   x12, x10, x22             // x25 interrupts, x26 sum of delays, x27 longest
      add   x25, x25, #1
      add   x26, x26, x12
      cmp   x12, x27
      csel  x27, x12, x27, hi
      stp   x25, x26, [x20]
      str   x27, [x20, #16]
      add   x22, x10, x21
      msr   cntv_cval_el0, x22
      msr   icc_eoir1_el1, x11
      eret
`;

export interface RealtimeFigures {
  interrupts: number;
  meanLatenessUs: number;
  longestLatenessUs: number;
  /** Reads of the counter in a row that saw the same value. */
  longestStandstill: number;
  /** Machine time by the host's. */
  drift: number;
}

export async function realtime(engine: 'interpreter' | 'jit', seconds = 3): Promise<RealtimeFigures> {
  const registers = FirmwareRegisters.forVersion(undefined, 1);
  if (!registers.ok) throw new Error(registers.sentence);
  const machine = await Machine.create({
    vcpus: 1,
    memoryMiB: 16,
    conduit: 'hvc',
    clock: 'realtime',
    engine,
    registers: registers.value,
    policy: KVM_POLICY,
    systemSuspend: false,
    disks: [],
    host: { monotonic: () => performance.now() * 1e6, wall: () => BigInt(Date.now()) * 1_000_000n },
    seed: new Uint8Array(32),
    onConsole: () => {},
    onFirmwareCall: () => {},
    onSystemEvent: () => {},
    onFault: () => {},
  });
  machine.load(CODE, assemble(PROGRAM, { base: BigInt(CODE) }).bytes, 'program');
  machine.reset(CODE, 0);
  machine.run({ cost: 1 });
  const startNs = machine.clock.ns;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) machine.run({ cost: 500_000 });
  const elapsed = (performance.now() - start) * 1e6;
  const result = (offset: number): number => Number(machine.memory.read64(RESULTS + offset));
  const us = (ticks: number): number => (ticks * 16) / 1000;
  return {
    interrupts: result(0),
    meanLatenessUs: us(result(8) / result(0)),
    longestLatenessUs: us(result(16)),
    longestStandstill: result(24),
    drift: (machine.clock.ns - startNs) / elapsed,
  };
}
