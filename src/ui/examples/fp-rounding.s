// Rounding: 1 divided by 10 in the four ways FPCR knows, and what floating point remembers of it.

.include "uart.inc"
.include "psci.inc"

start:
    mov x0, #3 << 20            // CPACR_EL1.FPEN: floating point is allowed
    msr cpacr_el1, x0
    isb
    fmov d1, #1.0
    fmov d2, #10.0
    mov x19, #0                 // FPCR.RMode: 0 nearest, 1 up, 2 down, 3 toward zero
    adr x20, names
next:
    lsl x0, x19, #22
    msr fpcr, x0
    msr fpsr, xzr
    fdiv d0, d1, d2
    fmov x21, d0
    mrs x22, fpsr
    mov x0, x20
    bl uart_puts
    print_hex x21
    tbz x22, #4, 1f             // IXC: it was not exact
    print "  inexact"
1:  print "\n"
    add x20, x20, #12
    add x19, x19, #1
    cmp x19, #4
    b.ne next

    msr fpcr, xzr
    msr fpsr, xzr
    fmov d3, xzr
    fdiv d0, d1, d3             // by zero: infinity, and DZC
    fmov x21, d0
    print "1 / 0      "
    print_hex x21
    mrs x22, fpsr
    tbz x22, #1, 2f
    print "  division by zero"
2:  print "\n"
    power_off

names:
    .asciz "nearest    "
    .asciz "up         "
    .asciz "down       "
    .asciz "to zero    "
