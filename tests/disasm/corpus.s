// Lines that assemblers must agree on: aliases, ranges, directives. Compared with GNU as by against-as.ts.
start:
    mov x0, #0
    mov w1, #-1
    mov x2, #0xffff0000
    mov x3, #0x5555555555555555
    mov x4, #0xffffffffffff1234
    mov w5, #0xffff1234
    mov wsp, w3
    mov sp, x1
    mov x1, sp
    mov x1, x2
    mov w7, wzr
    mvn x1, x2, lsl #3
    neg w1, w2
    negs x1, x2, asr #5
    add x0, x1, #4095
    add x0, x1, #4096
    add x0, x1, #1, lsl #12
    add x0, x1, -1
    sub sp, sp, #16
    subs x0, x1, #-4096
    cmp w1, #-3
    cmn x1, #7
    cmp x1, w2, uxtw
    cmp sp, x2
    add sp, sp, x1, lsl #3
    add x1, sp, x2
    add x1, x2, w3, sxtw #2
    add x1, x2, x3, sxtx
    sub w1, wsp, w2
    and x1, x2, #0xff
    and w1, w2, #~0xf
    bic x1, x2, #1
    orr x1, x2, #0x8000000000000000
    eor w1, w2, #0x80000001
    tst x1, #(1 << 3)
    ands x1, x2, x3, ror #63
    bics w1, w2, w3
    eon x1, x2, x3
    lsl x1, x2, #1
    lsr w1, w2, #31
    asr x1, x2, x3
    ror w1, w2, #5
    sxtb x1, w2
    sxtw x1, w2
    uxth w1, w2
    ubfx x1, x2, #4, #8
    sbfiz w1, w2, #4, #8
    bfi x1, x2, #60, #4
    bfc w1, #0, #32
    bfxil x1, x2, #1, #3
    extr x1, x2, x3, #7
    movz x1, #0x1234, lsl #48
    movk w1, #0xffff, lsl #16
    movn x1, #0
    movz x9, #0, lsl #16
    csel x1, x2, x3, hs
    cset w1, lo
    csetm x1, ne
    cinc x1, x2, gt
    cinv w1, w2, eq
    cneg x1, x2, mi
    ccmp x1, #31, #15, al
    ccmn w1, w2, #0, vs
    mul x1, x2, x3
    mneg w1, w2, w3
    madd x1, x2, x3, x4
    smull x1, w2, w3
    umsubl x1, w2, w3, x4
    umulh x1, x2, x3
    udiv w1, w2, w3
    crc32cx w1, w2, x3
    clz x1, x2
    rev w1, w2
    rev x1, x2
    rev32 x1, x2
    rbit w1, w2
    adcs x1, x2, x3
    ngc w1, w2
loop:
1:  ldr x0, [x1]
    ldr w0, [x1, #4]
    ldr x0, [x1, #-8]
    ldr x0, [x1, #3]
    ldr x0, [sp], #16
    str w0, [sp, #-16]!
    ldrb w0, [x1, x2]
    ldrsb x0, [x1, w2, sxtw]
    ldrh w0, [x1, x2, lsl #1]
    ldrsh w0, [x1, w2, uxtw #1]
    ldrsw x0, [x1, x2, sxtx #2]
    strb w3, [x4, x5, lsl #0]
    ldur x0, [x1, #8]
    sttr w0, [x1]
    ldtrsh x2, [x3, #-256]
    ldp x29, x30, [sp], #16
    stp w1, w2, [x3, #-8]
    ldpsw x1, x2, [x3, #252]!
    stnp x1, x2, [x3, #504]
    prfm pldl1keep, [x1, #8]
    prfm #7, [x1, #-1]
    ldxr w1, [x2]
    stlxrb w1, w2, [sp]
    ldaxp x1, x2, [x3]
    stxp w1, w2, w3, [x4]
    ldar x1, [x2]
    stlrh w1, [x2]
    ldaddal x1, x2, [x3]
    stclrl w1, [x2]
    swpab w1, w2, [x3]
    casal x1, x2, [x3]
    caspa w0, w1, w2, w3, [x4]
    ldr x1, loop
    ldrsw x1, 1b
    adr x1, end
    adr x1, .
    adr x1, . + 8
    b end
    b 1f
    bl start
    b.ne 1b
    beq 1f
    b.hs loop
    cbz w1, 1b
    cbnz x1, end
    tbz w1, #31, 1b
    tbz x1, #5, 1b
    tbnz x1, #63, end
1:  br x1
    blr lr
    ret
    ret x1
    eret
    svc #0
    hvc 1
    smc #0xffff
    brk #0x3e8
    hlt #2
    udf #5
    nop
    yield
    wfe
    wfi
    sev
    hint #16
    hint #100
    bti c
    psb csync
    clrex
    clrex #3
    dsb ish
    dsb #1
    dmb osh
    isb
    isb sy
    msr daifset, #2
    msr DAIFClr, #0xf
    msr spsel, #1
    msr pan, #1
    mrs x0, CurrentEL
    mrs x1, s3_3_c13_c0_2
    msr TTBR0_EL1, x2
    msr sctlr_el1, xzr
    mrs x3, icc_iar1_el1
    msr ICC_EOIR1_EL1, x3
    dc civac, x1
    dc zva, x1
    ic ialluis
    ic ivau, x2
    tlbi vmalle1is
    tlbi vae1, x4
    at s1e1r, x5
    sys #3, c7, c5, #1, x3
    sysl x1, #0, c1, c2, #3
    .balign 16
    .hword 1, 2 + 3 * 4, -1
    .byte 'a', '\n', 0xff
    .ascii "one\ttwo\\"
    .asciz "three", "\x41\102"
    .balign 8
    .word end - start, 5 & 6 | 1
    .quad loop - start, ~0, -(1 << 63)
    .space 3, 0x55
    .p2align 2
.equ COUNT, 3
    COUNT2 = COUNT * 2
    .rept COUNT
    add x0, x0, #COUNT2
    .endr
    .macro push first, second=xzr
    stp \first, \second, [sp, #-16]!
    .endm
    push x1
    push x2, x3
    .macro wait_for bit
again\@:
    tbz x0, #\bit, again\@
    .endm
    wait_for 3
    wait_for 4
    .if COUNT == 3
    mov x0, #1
    .else
    mov x0, #2
    .endif
    .irp n, 1, 2, 3
    mov x\n, #\n
    .endr
    ldr x0, =0x123456789abcdef0
    ldr w1, =0x12345678
    ldr x2, =0x123456789abcdef0
    .ltorg
end:
    ldr x3, =0xfeedfacecafebeef
    ldr x4, =COUNT + 0x1000000001
