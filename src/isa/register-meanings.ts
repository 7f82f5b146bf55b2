/** What registers are for, in a line: those of the general file by the procedure call standard (Arm IHI 0055), system registers by the manual (D19). */

const GENERAL: readonly (readonly [from: number, to: number, what: string])[] = [
  [0, 7, 'arguments and results'],
  [8, 8, 'number of a system call, or address of a large result'],
  [9, 15, 'free for a routine to change'],
  [16, 17, 'for veneers of the linker: free between calls'],
  [18, 18, 'kept for the platform'],
  [19, 28, 'a routine must keep it'],
  [29, 29, 'frame pointer'],
  [30, 30, 'link register: where ret goes'],
];

export const GENERAL_REGISTERS: ReadonlyMap<string, string> = new Map([
  ...GENERAL.flatMap(([from, to, what]) =>
    Array.from({ length: to - from + 1 }, (_, index): [string, string][] => [
      [`x${from + index}`, what],
      [`w${from + index}`, `low 32 bits of x${from + index}: ${what}`],
    ]).flat(),
  ),
  ['sp', 'stack pointer: must be a multiple of 16 where memory is accessed by it'],
  ['wsp', 'low 32 bits of the stack pointer'],
  ['xzr', 'reads as zero; what is written is gone'],
  ['wzr', 'reads as zero; what is written is gone'],
  ['lr', 'x30, the link register: where ret goes'],
  ['fp', 'x29, the frame pointer'],
  ...'vqdshb'.split('').flatMap((letter): [string, string][] =>
    Array.from({ length: 32 }, (_, index) => {
      const bits = { v: '', q: '128', d: '64', s: '32', h: '16', b: '8' }[letter]!;
      const kept = index >= 8 && index <= 15 ? '; a routine must keep its low 64 bits' : '';
      return [`${letter}${index}`, letter === 'v' ? `vector register${kept}` : `the low ${bits} bits of v${index}${kept}`];
    }),
  ),
]);

const SYSTEM = `
midr_el1  Which processor this is
mpidr_el1  Which CPU this is: its affinity
revidr_el1  Revision of the processor
currentel  The Exception level, in bits 3:2
daif  Masks of debug exceptions, SErrors, IRQs and FIQs, in bits 9:6
spsel  Which stack pointer EL1 uses
nzcv  The flags, in bits 31:28
uao  User Access Override: LDTR and STTR act as LDR and STR do
pan  Privileged Access Never: EL1 may not touch what EL0 may
dit  Data Independent Timing
ssbs  Speculative Store Bypass Safe
fpcr  Rounding, flushing and default NaNs of floating point
fpsr  What floating point raised: Inexact, Overflow and others
sp_el0  Stack pointer of EL0; Linux keeps the current task in it while at EL1
elr_el1  Where ERET goes, and where the exception came from
spsr_el1  PSTATE before the exception, and after ERET
esr_el1  Why there was an exception: class in bits 31:26
far_el1  Address that an exception is about
vbar_el1  Where the exception vectors are
sctlr_el1  Control: MMU (M), caches (C, I), alignment checks (A) and more
cpacr_el1  Whether floating point is allowed (FPEN, bits 21:20)
tcr_el1  Sizes, granules and cacheability of translation
ttbr0_el1  Page table of the lower addresses, and ASID
ttbr1_el1  Page table of the upper addresses
mair_el1  The eight kinds of memory that page tables name
amair_el1  Auxiliary memory attributes
par_el1  Result of AT: the physical address, or the fault
contextidr_el1  A number for the process, for debuggers
tpidr_el0  Thread pointer of EL0
tpidrro_el0  Thread pointer that EL0 can only read
tpidr_el1  Free for the kernel: here a CPU keeps its own data
isr_el1  Which interrupts are pending
cntfrq_el0  Ticks a second of the counter
cntvct_el0  The virtual counter
cntpct_el0  The physical counter
cntv_ctl_el0  Virtual timer: enable, mask, and whether it is due
cntv_cval_el0  Virtual timer: the count at which it goes off
cntv_tval_el0  Virtual timer: ticks until it goes off
cntp_ctl_el0  Physical timer: enable, mask, and whether it is due
cntp_cval_el0  Physical timer: the count at which it goes off
cntp_tval_el0  Physical timer: ticks until it goes off
cntkctl_el1  What EL0 may do with counters and timers
icc_iar1_el1  Takes the interrupt: its INTID
icc_eoir1_el1  The interrupt is dealt with
icc_hppir1_el1  The interrupt that would be next
icc_pmr_el1  Interrupts below this priority wait
icc_bpr1_el1  Which bits of a priority preempt
icc_ctlr_el1  Control of the GIC's interface
icc_sre_el1  The GIC's interface is its system registers
icc_igrpen1_el1  Interrupts of group 1 are let through
icc_rpr_el1  Priority of the interrupt that is being dealt with
icc_dir_el1  Deactivates an interrupt
icc_sgi1r_el1  Sends a software-generated interrupt to other CPUs
mdscr_el1  Debug: software step, breakpoints
oslar_el1  Lock of the debug registers
oslsr_el1  State of that lock
pmcr_el0  Performance monitors: enable, reset
pmccntr_el0  Counts cycles
pmcntenset_el0  Switches counters on
pmcntenclr_el0  Switches counters off
pmuserenr_el0  Whether EL0 may read counters
ctr_el0  Sizes of cache lines
dczid_el0  Size of the block that DC ZVA clears
clidr_el1  Which caches there are
ccsidr_el1  Size of the cache that CSSELR_EL1 names
csselr_el1  Which cache CCSIDR_EL1 is about
rndr  A random number
rndrrs  A random number after reseeding
id_aa64pfr0_el1  What there is: Exception levels, floating point, GIC
id_aa64pfr1_el1  What there is: BTI, SSBS, MTE
id_aa64isar0_el1  Instructions there are: AES, SHA, atomics, random numbers
id_aa64isar1_el1  Instructions there are: pointer authentication, dot products
id_aa64isar2_el1  Instructions there are: WFxT, CSSC, MOPS
id_aa64mmfr0_el1  Translation: size of physical addresses, granules
id_aa64mmfr1_el1  Translation: hardware flags, PAN
id_aa64mmfr2_el1  Translation: what came later
id_aa64dfr0_el1  Debug: breakpoints, watchpoints, counters
`;

/** Of the system registers that a program here is likely to meet. */
export const SYSTEM_REGISTER_MEANINGS: ReadonlyMap<string, string> = new Map(
  SYSTEM.trim()
    .split('\n')
    .map((line): [string, string] => {
      const [name = '', what = ''] = line.split('  ');
      return [name, what];
    }),
);
