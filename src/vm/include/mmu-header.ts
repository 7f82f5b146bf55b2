import type { Header } from './header';

export const mmu: Header = {
  name: 'mmu.inc',
  what: 'The MMU: bits of descriptors, TCR_EL1 and SCTLR_EL1, and mmu_on, which maps every address to itself.',
  text: `
// Address translation (Arm DDI 0487, D8): 4 KiB granule, 39-bit addresses, so that tables begin at level 1.

.equ DESC_TABLE,        3
.equ DESC_PAGE,         3               // at level 3
.equ DESC_BLOCK,        1               // at levels 1 and 2
.equ DESC_DEVICE,       0 << 2          // AttrIndx 0 of MAIR_VALUE
.equ DESC_NORMAL,       1 << 2          // AttrIndx 1
.equ DESC_EL0,          1 << 6          // AP[1]: EL0 may
.equ DESC_READ_ONLY,    1 << 7          // AP[2]
.equ DESC_INNER_SHAREABLE, 3 << 8
.equ DESC_AF,           1 << 10
.equ DESC_PXN,          1 << 53         // EL1 may not execute
.equ DESC_UXN,          1 << 54         // EL0 may not execute

.equ MAIR_VALUE,        0xff00          // 0: Device-nGnRnE, 1: Normal, write-back
// T0SZ 25, walks that are cached and inner shareable, no TTBR1, 40-bit physical addresses
.equ TCR_VALUE,         25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 2 << 32
.equ SCTLR_M,           1 << 0          // the MMU
.equ SCTLR_C,           1 << 2          // data are cached
.equ SCTLR_I,           1 << 12         // instructions are cached

// Maps the first GiB as devices and the second, where RAM is, as memory, each by one block, and switches the MMU on. Changes x0 to x2.
.macro mmu_on
    bl mmu_map_and_enable
.endm

    .pushsection .text.mmu, "ax"
mmu_map_and_enable:
    adrp x0, mmu_level1
    add x0, x0, :lo12:mmu_level1
    ldr x1, =DESC_BLOCK | DESC_DEVICE | DESC_AF | DESC_PXN | DESC_UXN
    ldr x2, =0x40000000 | DESC_BLOCK | DESC_NORMAL | DESC_INNER_SHAREABLE | DESC_AF
    stp x1, x2, [x0]

// The same with a table of one's own: its address is in x0.
mmu_enable:
    ldr x1, =MAIR_VALUE
    msr mair_el1, x1
    ldr x1, =TCR_VALUE
    msr tcr_el1, x1
    msr ttbr0_el1, x0
    tlbi vmalle1
    dsb sy
    isb
    mrs x1, sctlr_el1
    ldr x2, =SCTLR_M | SCTLR_C | SCTLR_I
    orr x1, x1, x2
    msr sctlr_el1, x1
    isb
    ret
    .popsection

    .pushsection .bss.mmu
    .balign 4096
mmu_level1:
    .space 4096
    .popsection
`,
};
