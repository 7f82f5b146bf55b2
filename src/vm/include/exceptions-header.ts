import type { Header } from './header';

export const exceptions: Header = {
  name: 'exceptions.inc',
  what: 'Exception vectors: the macro vectors makes the table, save_all and restore_all keep the registers; names of ESR_EL1’s classes.',
  text: String.raw`
// Exceptions at EL1 (Arm DDI 0487, D1 and the description of ESR_EL1).

.equ ESR_EC_SHIFT,      26
.equ EC_UNKNOWN,        0x00            // an undefined instruction
.equ EC_FP_ACCESS,      0x07            // floating point while CPACR_EL1.FPEN forbids it
.equ EC_SVC64,          0x15
.equ EC_SYS64,          0x18            // a system register that is not allowed here
.equ EC_INSTRUCTION_ABORT_LOWER, 0x20
.equ EC_INSTRUCTION_ABORT, 0x21
.equ EC_DATA_ABORT_LOWER, 0x24
.equ EC_DATA_ABORT,     0x25
.equ EC_BRK64,          0x3c

.equ SPSR_EL0T,         0x0
.equ SPSR_EL1H,         0x5
.equ SPSR_DAIF,         0xf << 6

// Where an exception goes. A name that is left out is a loop on the spot: vectors sync=my_sync, irq=my_irq
//   sync, irq: from EL1 itself; sync0, irq0: from EL0
.macro vectors sync=., irq=., sync0=., irq0=.
    .balign 2048
exception_vectors:
    .rept 4                             // from EL1 while it uses SP_EL0: nobody does here
    b .
    .balign 128
    .endr
    b \sync
    .balign 128
    b \irq
    .balign 128
    b .
    .balign 128
    b .
    .balign 128
    b \sync0
    .balign 128
    b \irq0
    .balign 128
    .rept 6
    b .
    .balign 128
    .endr
.endm

// Points VBAR_EL1 to the table. Changes x0.
.macro use_vectors
    adrp x0, exception_vectors
    add x0, x0, :lo12:exception_vectors
    msr vbar_el1, x0
    isb
.endm

// All general registers to the stack, and back.
.macro save_all
    sub sp, sp, #256
    stp x0, x1, [sp, #0]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    str x30, [sp, #240]
.endm
.macro restore_all
    ldp x0, x1, [sp, #0]
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x19, [sp, #144]
    ldp x20, x21, [sp, #160]
    ldp x22, x23, [sp, #176]
    ldp x24, x25, [sp, #192]
    ldp x26, x27, [sp, #208]
    ldp x28, x29, [sp, #224]
    ldr x30, [sp, #240]
    add sp, sp, #256
.endm
`,
};
