import type { Header } from './header';

export const gic: Header = {
  name: 'gic.inc',
  what: 'A GICv3 and the timer’s interrupt: gic_begin and gic_enable_ppi, and the names of its registers.',
  text: String.raw`
// The interrupt controller: a GICv3 with one security state (Arm IHI 0069). All interrupts are of group 1.

.equ GICD_BASE,         0x08000000      // distributor
.equ GICD_CTLR,         0x0000
.equ GICD_CTLR_ENABLE_GRP1, 1 << 1
.equ GICD_CTLR_ARE,     1 << 4
.equ GICR_BASE,         0x080a0000      // redistributors, one for each CPU
.equ GICR_STRIDE,       0x20000
.equ GICR_WAKER,        0x0014
.equ GICR_WAKER_PROCESSOR_SLEEP, 1      // bit
.equ GICR_WAKER_CHILDREN_ASLEEP, 2      // bit
.equ GICR_SGI_BASE,     0x10000         // its frame for SGIs and PPIs:
.equ GICR_IGROUPR0,     0x0080
.equ GICR_ISENABLER0,   0x0100
.equ GICR_IPRIORITYR,   0x0400

.equ INTID_VTIMER,      27              // PPI: the virtual timer
.equ INTID_PTIMER,      30              // PPI: the physical timer
.equ INTID_UART,        33              // SPI 1
.equ INTID_NONE,        1023            // nothing is pending

.equ CNT_CTL_ENABLE,    1 << 0          // CNTV_CTL_EL0
.equ CNT_CTL_IMASK,     1 << 1
.equ CNT_CTL_ISTATUS,   1 << 2

// Distributor, redistributor and interface of CPU 0. Changes x0 to x2.
.macro gic_begin
    bl gic_begin_cpu0
.endm

// Lets a private interrupt (16 to 31) through: gic_enable_ppi INTID_VTIMER. Changes x0 and x1.
.macro gic_enable_ppi intid:req
    ldr x0, =GICR_BASE + GICR_SGI_BASE
    mov w1, #0x80
    strb w1, [x0, #GICR_IPRIORITYR + \intid]
    ldr w1, =1 << (\intid)
    str w1, [x0, #GICR_ISENABLER0]
.endm

    .pushsection .text.gic, "ax"
gic_begin_cpu0:
    ldr x0, =GICD_BASE
    mov w1, #GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1
    str w1, [x0, #GICD_CTLR]
    ldr x0, =GICR_BASE
    ldr w1, [x0, #GICR_WAKER]
    and w1, w1, #~(1 << GICR_WAKER_PROCESSOR_SLEEP)
    str w1, [x0, #GICR_WAKER]
1:  ldr w1, [x0, #GICR_WAKER]
    tbnz w1, #GICR_WAKER_CHILDREN_ASLEEP, 1b
    ldr x0, =GICR_BASE + GICR_SGI_BASE
    mov w1, #-1
    str w1, [x0, #GICR_IGROUPR0]
    mrs x1, icc_sre_el1
    orr x1, x1, #1                      // SRE: the interface is its system registers
    msr icc_sre_el1, x1
    isb
    mov x1, #0xff
    msr icc_pmr_el1, x1                 // every priority gets through
    mov x1, #1
    msr icc_igrpen1_el1, x1
    isb
    ret
    .popsection
`,
};
