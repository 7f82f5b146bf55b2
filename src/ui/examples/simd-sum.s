// SIMD: four numbers at a time. A sum and a maximum of sixteen, and text to upper case, sixteen letters at once.

.include "uart.inc"
.include "psci.inc"

start:
    // After a reset floating point and SIMD are not allowed: CPACR_EL1.FPEN says so.
    mov x0, #3 << 20
    msr cpacr_el1, x0
    isb

    ldr x0, =numbers
    movi v4.4s, #0              // four sums,
    movi v5.4s, #0              // and four maxima
    mov w1, #4
1:  ld1 {v0.4s}, [x0], #16
    add v4.4s, v4.4s, v0.4s
    umax v5.4s, v5.4s, v0.4s
    subs w1, w1, #1
    b.ne 1b
    addv s6, v4.4s              // across the lanes
    umaxv s7, v5.4s
    fmov w19, s6
    fmov w20, s7
    print "Sum "
    print_decimal x19
    print ", largest "
    print_decimal x20
    print "\n"

    // Letters from a to z have bit 5 set; what is outside of that range stays as it is.
    ldr x0, =text
    ld1 {v0.16b}, [x0]
    movi v1.16b, #'a'
    movi v2.16b, #'z'
    cmhs v3.16b, v0.16b, v1.16b // all ones where letter >= 'a'
    cmhs v2.16b, v2.16b, v0.16b // and where 'z' >= letter
    and v3.16b, v3.16b, v2.16b
    movi v4.16b, #0x20
    and v4.16b, v4.16b, v3.16b
    bic v0.16b, v0.16b, v4.16b
    st1 {v0.16b}, [x0]
    bl uart_puts
    power_off

.data
    .balign 16
numbers:
    .word 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3
text:
    .ascii "sixteen letters\n"
    .byte 0
