// The MMU: addresses stay what they are. Devices lie below 1 GiB, RAM above, in blocks of 2 MiB.

.equ DESCRIPTOR_TABLE,  3
// Block, AF, AttrIndx 0 (Device-nGnRnE), UXN, PXN
.equ BLOCK_DEVICE,      0x0060000000000401
// Block, AF, inner shareable, AttrIndx 1 (Normal write-back), UXN
.equ BLOCK_RAM,         0x0040000000000705
.equ BLOCK_SHIFT,       21
.equ MAIR,              0xff00
// T0SZ 32 (4 GiB, tables start at level 1), inner shareable write-back walks, 4 KiB granule, no TTBR1, 36-bit addresses
.equ TCR,               32 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 1 << 32
// M, C, I: MMU and caches on
.equ SCTLR_ON,          1 | 1 << 2 | 1 << 12

// Fills the tables; needs VAR_MEMORY_SIZE.
mmu_make_tables:
    ldr x0, =TABLE_L1
    ldr x1, =TABLE_L2_DEVICES + DESCRIPTOR_TABLE
    ldr x2, =TABLE_L2_RAM + DESCRIPTOR_TABLE
    stp x1, x2, [x0]
    ldr x0, =TABLE_L2_DEVICES
    ldr x1, =BLOCK_DEVICE
    mov x2, #512
    mov x3, #1 << BLOCK_SHIFT
1:  str x1, [x0], #8
    add x1, x1, x3
    subs x2, x2, #1
    b.ne 1b
    // As many blocks as there is RAM, up to 1 GiB: what is beyond faults, as it should.
    variables x4
    ldr x2, [x4, #VAR_MEMORY_SIZE]
    lsr x2, x2, #BLOCK_SHIFT
    mov x5, #512
    cmp x2, x5
    csel x2, x2, x5, lo
    ldr x0, =TABLE_L2_RAM
    ldr x1, =BLOCK_RAM + RAM_BASE
2:  str x1, [x0], #8
    add x1, x1, x3
    subs x2, x2, #1
    b.ne 2b
    ret

// Switches the MMU of this CPU on.
mmu_enable:
    ldr x0, =MAIR
    msr mair_el1, x0
    ldr x0, =TCR
    msr tcr_el1, x0
    ldr x0, =TABLE_L1
    msr ttbr0_el1, x0
    tlbi vmalle1
    dsb sy
    isb
    mrs x0, sctlr_el1
    ldr x1, =SCTLR_ON
    orr x0, x0, x1
    msr sctlr_el1, x0
    isb
    ret
    .ltorg
