import { type Bare, bareCpu } from './bare-cpu.testkit';

/** A program under a debugger of its own: breakpoints and watchpoints at EL0. */

export interface DebugEvent {
  ec: number;
  iss: number;
  /** ELR_EL1 as a distance from the label `body`. */
  at: number;
  /** FAR_EL1 as a distance from the label `data`. */
  far: number;
}

export interface Debugged {
  bare: Bare;
  events: DebugEvent[];
}

/** MDSCR_EL1.MDE and KDE. */
export const MDE = 1 << 15;
export const KDE = 1 << 13;

/** DBGBCR<n>_EL1 or DBGWCR<n>_EL1: enabled, for EL0. */
export const ENABLED_EL0 = 0b101;
export const ENABLED_EL1 = 0b011;
export const ALL_BYTES = 0xff << 5;
export const ONE_WORD = 0xf << 5;
export const LOADS = 1 << 3;
export const STORES = 1 << 4;

export interface DebuggedOptions {
  engine: 'interpreter' | 'jit';
  /** What `body` is, at EL0: it ends with RET, may change x0 to x3, and finds the address of `data` in x4. */
  body: string;
  /** Code that arms the registers, at EL1; it may use x9, and has the addresses of `body` and `data` in x10 and x4. */
  arm: string;
  /** Code that runs at EL1 after each event. Without it all breakpoints and watchpoints are disabled. */
  after?: string;
  /** Instructions of a slice. */
  slice?: number;
  mdscr?: number;
}

const DISARM = `
      msr   dbgbcr0_el1, xzr
      msr   dbgbcr1_el1, xzr
      msr   dbgwcr0_el1, xzr
      msr   dbgwcr1_el1, xzr`;

/**
 * Calls `body` at EL0 200 times, so that it is compiled if there is a compiler, arms the registers, and calls it once more. All debug exceptions are noted.
 * Ends at the label `stop`.
 */
export async function debugged({
  engine,
  body,
  arm,
  after = DISARM,
  slice = 1000,
  mdscr = MDE,
}: DebuggedOptions): Promise<Debugged> {
  const bare = await bareCpu(
    `
      mov   x9, #(3 << 20)
      msr   cpacr_el1, x9
      ldr   x9, =0x04c0c078
      msr   sctlr_el1, x9
      adr   x0, vectors
      msr   vbar_el1, x0
      ldr   x20, =log
      msr   oslar_el1, xzr
      ldr   x0, =${mdscr}
      msr   mdscr_el1, x0
      msr   spsr_el1, xzr
      adr   x0, user
      msr   elr_el1, x0
      ldr   x4, =data
      mov   x5, #200
      mov   x0, #0
      eret
user: bl    body
      subs  x5, x5, #1
      b.ne  user
      svc   #1
      bl    body
stop: b     stop
body: ${body}
      ret
      .org  0x800
vectors:
      .org  0x800 + 0x400
      mrs   x22, esr_el1
      lsr   x23, x22, #26
      cmp   x23, #0x15
      b.ne  event
      adr   x10, body
      ${arm}
      isb
      eret
event:
      mrs   x24, elr_el1
      mrs   x25, far_el1
      stp   x22, x24, [x20]
      str   x25, [x20, #16]
      add   x20, x20, #32
      ${after}
      isb
      eret
      .org  0x3000
log:  .quad 0
      .org  0x4fc0
data: .quad 0
      .org  0x6000
`,
    { engine },
  );
  for (let i = 0; i < 12000; i += slice) bare.run(slice);
  const events: DebugEvent[] = [];
  const label = (name: string): number => Number(bare.symbols.get(name));
  for (let at = label('log'); at < Number(bare.cpu.x(20)); at += 32) {
    const esr = Number(bare.read64(at));
    events.push({
      ec: esr >>> 26,
      iss: esr & 0x1ffffff,
      at: Number(bare.read64(at + 8)) - label('body'),
      far: Number(bare.read64(at + 16)) - label('data'),
    });
  }
  return { bare, events };
}
