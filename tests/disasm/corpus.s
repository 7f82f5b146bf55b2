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
// floating point and vectors
    fmov d0, #1.0
    fmov s1, #-0.125
    fmov v2.4s, #31
    fmov d0, x1
    fmov x1, v2.d[1]
    fadd d0, d1, d2
    fmadd s0, s1, s2, s3
    fcmp d0, #0.0
    fcmp s1, s2
    fccmp d0, d1, #4, ne
    fcsel d0, d1, d2, ge
    fcvtzs x0, d1
    fcvtzu w0, s1, #4
    scvtf d0, w1
    ucvtf s0, x1, #64
    fcvt s0, d1
    fcvt d0, h1
    frintx d0, d1
    add v0.16b, v1.16b, v2.16b
    sub d0, d1, d2
    mov v0.16b, v1.16b
    orr v0.8b, v1.8b, v2.8b
    and v0.16b, v1.16b, v2.16b
    movi v0.2d, #0xff00ff00ff00ff00
    movi v1.4s, #1, lsl #24
    movi v1.8h, #5
    movi v1.2s, #5, msl #16
    mvni v1.4h, #7, lsl #8
    movi d3, #0
    movi v0.16b, #0x80
    bic v0.4s, #1
    dup v0.4s, w1
    dup v0.2d, x1
    dup v0.8h, v1.h[7]
    mov w0, v1.s[3]
    mov x0, v1.d[1]
    umov w0, v1.b[15]
    smov x0, v1.h[2]
    mov v0.s[1], w2
    ins v0.d[1], x2
    mov v0.b[3], v1.b[7]
    mov d0, v1.d[1]
    sxtl v0.8h, v1.8b
    uxtl2 v0.2d, v1.4s
    sshll v0.4s, v1.4h, #3
    shl v0.4s, v1.4s, #31
    ushr v0.2d, v1.2d, #64
    shrn v0.8b, v1.8h, #8
    sqshrn2 v0.16b, v1.8h, #1
    sqrshrun s0, d1, #32
    saddl v0.8h, v1.8b, v2.8b
    uaddw2 v0.4s, v1.4s, v2.8h
    addhn v0.8b, v1.8h, v2.8h
    pmull v0.8h, v1.8b, v2.8b
    addv b0, v1.16b
    uaddlv d0, v1.4s
    addp d0, v1.2d
    addp v0.4s, v1.4s, v2.4s
    cmeq v0.16b, v1.16b, #0
    fcmlt v0.4s, v1.4s, #0.0
    rev64 v0.16b, v1.16b
    cnt v0.8b, v1.8b
    mvn v0.16b, v1.16b
    not v0.8b, v1.8b
    xtn v0.2s, v1.2d
    sqxtn b0, h1
    mul v0.4s, v1.4s, v2.s[3]
    smlal2 v0.4s, v1.8h, v15.h[7]
    fmla v0.2d, v1.2d, v31.d[1]
    fmul s0, s1, v2.s[2]
    ext v0.16b, v1.16b, v2.16b, #3
    tbl v0.16b, {v1.16b, v2.16b}, v3.16b
    tbx v0.8b, {v30.16b, v31.16b, v0.16b, v1.16b}, v3.8b
    zip1 v0.2d, v1.2d, v2.2d
    ld1 {v0.16b}, [x0]
    ld1 {v0.16b-v3.16b}, [x0], #64
    st4 {v0.4s, v1.4s, v2.4s, v3.4s}, [sp], x1
    ld2 {v31.8h, v0.8h}, [x2]
    ld1 {v0.b}[15], [x0]
    st3 {v0.d, v1.d, v2.d}[1], [x0], #24
    ld1r {v0.2d}, [x0], #8
    ldr q0, [x1, #16]
    str b0, [x1], #-1
    ldp d8, d9, [sp], #16
    ldr s0, [x1, x2, lsl #2]
    ldr d0, =0x3ff0000000000000

// Cryptography
    aese v1.16b, v2.16b
    aesd v1.16b, v31.16b
    aesmc v30.16b, v2.16b
    aesimc v1.16b, v2.16b
    pmull v1.1q, v2.1d, v3.1d
    pmull2 v1.1q, v2.2d, v3.2d
    pmull v1.8h, v2.8b, v3.8b
    sha1c q1, s2, v3.4s
    sha1p q1, s2, v3.4s
    sha1m q1, s2, v3.4s
    sha1h s1, s2
    sha1su0 v1.4s, v2.4s, v3.4s
    sha1su1 v1.4s, v2.4s
    sha256h q1, q2, v3.4s
    sha256h2 q1, q2, v3.4s
    sha256su0 v1.4s, v2.4s
    sha256su1 v1.4s, v2.4s, v3.4s
    sha512h q1, q2, v3.2d
    sha512h2 q1, q2, v3.2d
    sha512su0 v1.2d, v2.2d
    sha512su1 v1.2d, v2.2d, v3.2d
    eor3 v1.16b, v2.16b, v3.16b, v4.16b
    bcax v1.16b, v2.16b, v3.16b, v4.16b
    rax1 v1.2d, v2.2d, v3.2d
    xar v1.2d, v2.2d, v3.2d, #63
    sm3ss1 v1.4s, v2.4s, v3.4s, v4.4s
    sm3tt1a v1.4s, v2.4s, v3.s[3]
    sm3tt1b v1.4s, v2.4s, v3.s[0]
    sm3tt2a v1.4s, v2.4s, v3.s[1]
    sm3tt2b v1.4s, v2.4s, v31.s[2]
    sm3partw1 v1.4s, v2.4s, v3.4s
    sm3partw2 v1.4s, v2.4s, v3.4s
    sm4e v1.4s, v2.4s
    sm4ekey v1.4s, v2.4s, v3.4s

// Vector arithmetic of Armv8.1 and later
    sqrdmlah v1.4h, v2.4h, v3.4h
    sqrdmlsh v1.4s, v2.4s, v3.4s
    sqrdmlah h1, h2, h3
    sqrdmlsh s1, s2, s3
    sqrdmlah v1.8h, v2.8h, v15.h[7]
    sqrdmlsh v1.2s, v2.2s, v31.s[3]
    sqrdmlah h1, h2, v3.h[5]
    sqrdmlsh s1, s2, v3.s[1]
    sdot v1.2s, v2.8b, v3.8b
    udot v1.4s, v2.16b, v3.16b
    usdot v1.4s, v2.16b, v3.16b
    sdot v1.2s, v2.8b, v31.4b[3]
    udot v1.4s, v2.16b, v3.4b[0]
    usdot v1.4s, v2.16b, v3.4b[1]
    sudot v1.2s, v2.8b, v3.4b[2]
    smmla v1.4s, v2.16b, v3.16b
    ummla v1.4s, v2.16b, v3.16b
    usmmla v1.4s, v2.16b, v3.16b

// Flags, ordered accesses, short sequences
    cfinv
    xaflag
    axflag
    rmif x1, #63, #15
    rmif xzr, #0, #0
    setf8 w1
    setf16 wzr
    ldaprb w1, [sp]
    ldaprh w1, [x2]
    ldapr w1, [x2]
    ldapr x1, [x2]
    ldapurb w1, [x2, #-1]
    ldapursb w1, [x2]
    ldapursb x1, [x2]
    ldapurh w1, [x2, #255]
    ldapursh w1, [x2]
    ldapursh x1, [x2]
    ldapur w1, [x2]
    ldapursw x1, [x2, #-256]
    ldapur x1, [sp, #8]
    stlurb w1, [x2]
    stlurh w1, [x2]
    stlur w1, [x2]
    stlur x1, [sp, #-8]
    smax w1, w2, w3
    umax x1, x2, xzr
    smin x1, x2, x3
    umin w1, w2, w3
    smax w1, w2, #-128
    smin x1, x2, #127
    umax w1, w2, #255
    umin x1, x2, #0
    abs x1, x2
    cnt w1, w2
    ctz x1, x2
    bc.eq .+8
    bc.hs .+4
    sb
    wfet x1
    wfit xzr
    msr ssbs, #1
    msr dit, #0
    msr ssbs, x1
    mrs x1, dit
    mrs x1, rndr
    mrs x1, rndrrs
    dc cvap, x1
    dc cvadp, x1
    cfp rctx, x1
    dvp rctx, x1
    cpp rctx, x1
pacia x0, x1
pacdb x3, sp
autiza x7
autdb x30, x2
xpaci x0
xpacd x9
xpaclri
pacia1716
autibsp
paciaz
pacga x0, x1, sp
braa x1, x2
blrab x3, sp
braaz x4
blrabz x5
retaa
retab
eretaa
ldraa x0, [x1]
ldraa x0, [x1, #-4096]
ldrab x2, [sp, #4088]!
ldrab x2, [x3]!
cpyp [x0]!, [x1]!, x2!
cpym [x0]!, [x1]!, x2!
cpye [x0]!, [x1]!, x2!
cpyfprtwn [x3]!, [x4]!, x5!
cpyfmrtwn [x3]!, [x4]!, x5!
cpyfertwn [x3]!, [x4]!, x5!
setptn [x6]!, x7!, xzr
setmtn [x6]!, x7!, xzr
setetn [x6]!, x7!, xzr
