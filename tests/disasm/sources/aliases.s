// Aliases, and immediates of every kind.
        mov x0, x1
        mov w0, wsp
        mov x0, #0xffff0000
        mov x1, #-2
        mov w2, #0x55555555
        mvn w3, w4
        neg x5, x6, lsl #3
        negs w5, w6
        cmp x7, w8, uxtw #2
        cmn x9, #1, lsl #12
        tst w10, #0xff00
        lsl x11, x12, #3
        lsr w13, w14, w15
        asr x16, x17, #63
        ror w18, w19, #1
        sxtw x20, w21
        uxtb w22, w23
        ubfx x24, x25, #4, #8
        sbfiz w26, w27, #2, #5
        bfi x28, x29, #60, #4
        bfxil w0, w1, #3, #7
        cset w2, hs
        csetm x3, lo
        cinc w4, w5, ne
        cneg x6, x7, mi
        mul x8, x9, x10
        smull x11, w12, w13
        mneg w14, w15, w16
        ngc x17, x18
        ldr x0, [x1]
        ldr x0, [x1], #-16
        ldr x0, [x1, #255]!
        ldr w0, [x1, w2, sxtw]
        ldr x0, [x1, x2, lsl #3]
        ldrb w0, [x1, x2]
        ldr x0, [x1, #1]
        stp x0, x1, [sp, #-32]!
        ldp w2, w3, [sp], #8
        prfm pldl1keep, [x0, #64]
        dmb ish
        dsb sy
        isb
        msr daifset, #3
        mrs x0, cntvct_el0
        msr s3_0_c1_c0_0, x1
        tlbi vae1is, x2
        dc zva, x3
        ic iallu
        at s1e1r, x4
        svc #1
        hvc #2
        smc #3
        brk #4
        fmov d0, #1.0
        fmov s1, w2
        movi v0.16b, #0xff
        movi v1.4s, #1, lsl #8
        dup v2.2d, x3
        mov v3.s[1], w4
        umov w5, v6.b[7]
        add v0.4s, v1.4s, v2.4s
        ld1 {v0.16b, v1.16b}, [x0], #32
        st4 {v0.s, v1.s, v2.s, v3.s}[2], [x1]
        fcmp d0, #0.0
        fcvtzs x0, d1
        ldadd x0, x1, [x2]
        casal w3, w4, [x5]
        ldxr x6, [x7]
        stlxr w8, x9, [x10]
        ret
        ret x1
        eret
        wfi
        yield
        hint #34
        nop; nop // two on a line
