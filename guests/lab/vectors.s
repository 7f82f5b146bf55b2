// Exceptions. Interrupts are served and forgotten; everything else is explained, and then the CPU goes on where it said it would.

// Frame of a taken exception: x0 … x30, ELR, SPSR.
.equ FRAME_SIZE,        272
.equ FRAME_ELR,         248
.equ FRAME_SPSR,        256

.macro vector handler
    .balign 0x80
    sub sp, sp, #FRAME_SIZE
    stp x0, x1, [sp]
    stp x29, x30, [sp, #232]
    bl save_frame
    mov x0, sp
    bl \handler
    b return_from_exception
.endm

    .balign 0x800
vectors:
    // from EL1 with SP_EL0: not used
    vector unexpected
    vector unexpected
    vector unexpected
    vector unexpected
    // from EL1 with SP_EL1
    vector synchronous
    vector interrupt
    vector unexpected
    vector unexpected
    // from EL0, 64-bit and 32-bit: not used
    .rept 8
    vector unexpected
    .endr

// Stores the registers that the vector has not stored yet.
save_frame:
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
    str x28, [sp, #224]
    mrs x0, elr_el1
    mrs x1, spsr_el1
    str x0, [sp, #FRAME_ELR]
    str x1, [sp, #FRAME_SPSR]
    ret

return_from_exception:
    ldr x0, [sp, #FRAME_ELR]
    ldr x1, [sp, #FRAME_SPSR]
    msr elr_el1, x0
    msr spsr_el1, x1
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
    ldr x28, [sp, #224]
    ldp x29, x30, [sp, #232]
    ldp x0, x1, [sp], #FRAME_SIZE
    eret

// x0 is the frame.
interrupt:
    enter
1:  mrs x19, icc_iar1_el1
    mov x0, #INTID_NONE
    cmp x19, x0
    b.hs 4f
    cmp x19, #INTID_VTIMER
    b.ne 2f
    bl timer_interrupt
2:  cmp x19, #INTID_UART
    b.ne 3f
    bl uart_interrupt
3:  msr icc_eoir1_el1, x19
    isb
    b 1b
4:  leave

// x0 is the frame: says what happened, then goes on at CPU_RECOVER.
synchronous:
    enter
    mov x19, x0
    bl console_unlock                   // whoever was printing on this CPU was interrupted
    mrs x20, esr_el1
    lsr x21, x20, #26                   // EC
    adr x0, exception_classes
    mov x1, x21
    bl name_of
    mov x1, x0
    say "\n*** Exception: %s\n"
    mov x1, x20
    mov x2, x21
    and x3, x20, #0x1ffffff
    say "    ESR_EL1 0x%w  (class 0x%x, syndrome 0x%x)\n"
    ldr x1, [x19, #FRAME_ELR]
    ldr x2, [x19, #FRAME_SPSR]
    say "    ELR_EL1 0x%p  SPSR_EL1 0x%w\n"
    // Aborts (0x20, 0x21, 0x24, 0x25) and PC alignment (0x22) say where.
    sub x0, x21, #0x20
    cmp x0, #5
    b.hi 2f
    mrs x1, far_el1
    say "    FAR_EL1 0x%p"
    adr x0, fault_codes
    and x1, x20, #0x3f
    bl name_of
    mov x1, x0
    adr x2, text_read
    adr x3, text_write
    tst x20, #1 << 6                    // WnR
    csel x2, x2, x3, eq
    tst x21, #4                         // instruction aborts have no WnR
    adr x3, text_fetch
    csel x2, x2, x3, ne
    say "  (%s on %s)\n"
2:  mrs x0, tpidr_el1
    ldr x1, [x0, #CPU_RECOVER]
    cbz x1, 3f
    str x1, [x19, #FRAME_ELR]
    leave
3:  say "    Nowhere to go on: this CPU stops here.\n"
4:  wfi
    b 4b

unexpected:
    mrs x1, esr_el1
    mrs x2, elr_el1
    say "\n*** Exception through a vector that is not used: ESR_EL1 0x%w, ELR_EL1 0x%p\n"
1:  wfi
    b 1b

// The name of code x1 in the table at x0: lines of a byte, a string; 0xff ends it, with a name for all others.
name_of:
    mov x3, x0
1:  ldrb w2, [x3], #1
    mov x0, x3
    cmp w2, #0xff
    b.eq 3f
    cmp w2, w1
    b.eq 3f
2:  ldrb w2, [x3], #1
    cbnz w2, 2b
    b 1b
3:  ret
    .ltorg

.macro named code, name
    .byte \code
    .asciz "\name"
.endm
exception_classes:
    named 0x00, "unknown reason (undefined instruction)"
    named 0x01, "trapped WFI or WFE"
    named 0x07, "access to floating point or vectors"
    named 0x0e, "illegal execution state"
    named 0x15, "SVC"
    named 0x16, "HVC"
    named 0x17, "SMC"
    named 0x18, "trapped MSR, MRS or system instruction"
    named 0x20, "instruction abort from a lower level"
    named 0x21, "instruction abort"
    named 0x22, "misaligned PC"
    named 0x24, "data abort from a lower level"
    named 0x25, "data abort"
    named 0x26, "misaligned SP"
    named 0x3c, "BRK"
    named 0xff, "of another class"
fault_codes:
    named 0x00, "address size fault, level 0"
    named 0x01, "address size fault, level 1"
    named 0x04, "translation fault, level 0"
    named 0x05, "translation fault, level 1"
    named 0x06, "translation fault, level 2"
    named 0x07, "translation fault, level 3"
    named 0x09, "access flag fault, level 1"
    named 0x0a, "access flag fault, level 2"
    named 0x0d, "permission fault, level 1"
    named 0x0e, "permission fault, level 2"
    named 0x10, "external abort"
    named 0x21, "alignment fault"
    named 0xff, "other fault"
text_read:
    .asciz "a read"
text_write:
    .asciz "a write"
text_fetch:
    .asciz "an instruction fetch"
    .balign 4
