// Made by `npm run bench:guests` from kernels/string-search.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
count_by_skipping:
.LFB10:
	ldrb	w9, [x0]
	sub	sp, sp, #256
	mov	x4, x0
	cbz	w9, .L13
	sub	x3, x0, #1
	mov	x0, 1
	.p2align 3,,7
.L3:
	mov	x1, x0
	add	x0, x0, 1
	ldrb	w2, [x3, x0]
	cbnz	w2, .L3
	sub	w6, w1, #1
	mov	w10, w1
	and	w1, w1, 255
.L2:
	mov	x2, 0
	add	x3, sp, 256
	bfi	x2, x1, 0, 8
	mov	x0, sp
	bfi	x2, x1, 8, 8
	bfi	x2, x1, 16, 8
	bfi	x2, x1, 24, 8
	bfi	x2, x1, 32, 8
	bfi	x2, x1, 40, 8
	bfi	x2, x1, 48, 8
	bfi	x2, x1, 56, 8
	.p2align 3,,7
.L4:
	str	x2, [x0], 8
	cmp	x3, x0
	bne	.L4
	sub	w1, w1, #1
	mov	x0, 0
	and	w1, w1, 255
	cmp	w10, 1
	ble	.L8
	.p2align 3,,7
.L7:
	ldrb	w2, [x4, x0]
	sub	w3, w1, w0
	add	x0, x0, 1
	strb	w3, [sp, w2, sxtw]
	cmp	w6, w0
	bgt	.L7
	mov	w0, 0
	cmp	w10, 65536
	bgt	.L1
.L8:
	adrp	x8, text
	mov	w6, w10
	add	x8, x8, :lo12:text
	mov	w7, 0
	mov	w0, 0
	.p2align 3,,7
.L6:
	add	x5, x8, w7, sxtw
	mov	w2, w9
	mov	x1, 0
	cbnz	w9, .L10
	b	.L15
	.p2align 2,,3
.L12:
	ldrb	w2, [x4, x1]
	cbz	w2, .L15
.L10:
	ldrb	w3, [x5, x1]
	add	x1, x1, 1
	cmp	w3, w2
	beq	.L12
	mov	w1, 0
.L11:
	sub	w6, w6, #1
	add	w0, w0, w1
	ldrb	w1, [x8, w6, sxtw]
	ldrb	w1, [sp, w1, sxtw]
	add	w7, w7, w1
	add	w6, w7, w10
	cmp	w6, 65536
	ble	.L6
.L1:
	add	sp, sp, 256
	ret
	.p2align 2,,3
.L15:
	mov	w1, 1
	b	.L11
.L13:
	mov	w1, 0
	mov	w6, -1
	mov	w10, 0
	b	.L2
.LFE10:
	.align	2
	.p2align 4,,11
kernel:
.LFB12:
	adrp	x2, .LC0
	adrp	x4, text
	adrp	x7, .LANCHOR0
	mov	w6, 52429
	mov	w11, 60495
	mov	w8, 43691
	add	x2, x2, :lo12:.LC0
	add	x4, x4, :lo12:text
	add	x7, x7, :lo12:.LANCHOR0
	mov	w9, w0
	mov	w12, 3
	mov	w3, 0
	mov	w0, 24576
	movk	w6, 0xcccc, lsl #16
	movk	w11, 0x4ec4, lsl #16
	mov	w10, 26
	movk	w8, 0xaaaa, lsl #16
	.p2align 3,,7
.L33:
	eor	w0, w0, w12
	eor	w0, w0, w0, lsr #17
	eor	w12, w0, w0, lsl #5
	lsr	w0, w12, 8
	umull	x1, w0, w6
	lsr	x1, x1, 36
	add	w1, w1, w1, lsl #2
	subs	w1, w0, w1, lsl #2
	beq	.L45
	sxtw	x0, w3
	sub	w1, w1, #1
	add	x3, x0, 1
	sub	x2, x2, x0
	add	x3, x3, x1
	b	.L26
	.p2align 2,,3
.L64:
	cmp	x0, 65536
	beq	.L31
	strb	w1, [x4, x0]
	add	x0, x0, 1
	cmp	x3, x0
	beq	.L27
.L26:
	ldrb	w1, [x2, x0]
	mov	w5, w0
	cbnz	w1, .L64
.L29:
	cmp	w0, 65536
	beq	.L31
.L25:
	mov	w1, 32
	tbnz	x12, 16, .L32
	lsr	w2, w12, 24
	umull	x1, w2, w11
	lsr	x1, x1, 35
	msub	w1, w1, w10, w2
	add	w1, w1, 97
	and	w1, w1, 255
.L32:
	add	w3, w0, 1
	strb	w1, [x4, w0, sxtw]
	cmp	w3, 65536
	beq	.L31
	lsl	w0, w12, 13
	eor	w2, w0, w12
	eor	w2, w2, w2, lsr #17
	eor	w2, w2, w2, lsl #5
	umull	x1, w2, w8
	lsr	x1, x1, 34
	add	w1, w1, w1, lsl #1
	sub	w1, w2, w1, lsl #1
	ldr	x2, [x7, x1, lsl #3]
	b	.L33
.L31:
	sub	w15, w9, #1
	cbz	w9, .L65
	stp	x29, x30, [sp, -48]!
	adrp	x18, .LANCHOR0
	add	x18, x18, :lo12:.LANCHOR0
	mov	x29, sp
	stp	x21, x22, [sp, 32]
	mov	x22, 31765
	movk	x22, 0x7f4a, lsl #16
	adrp	x13, text
	movk	x22, 0x79b9, lsl #32
	add	x14, x18, 48
	add	x13, x13, :lo12:text
	mov	x11, 0
	movk	x22, 0x9e37, lsl #48
	stp	x19, x20, [sp, 16]
	mov	w19, 115
.L43:
	eor	w12, w12, w12, lsl #13
	mov	x20, x18
	eor	w12, w12, w12, lsr #17
	eor	w12, w12, w12, lsl #5
	and	w0, w12, 65535
	strb	w19, [x13, w0, uxtw]
	ldrb	w21, [x13]
	.p2align 3,,7
.L42:
	ldr	x0, [x20]
	cbz	w21, .L34
	ldrb	w5, [x0]
	mov	x3, x13
	mov	w6, 0
	cmp	w5, w21
	beq	.L66
	.p2align 3,,7
.L41:
	ldrb	w1, [x3, 1]!
	cbz	w1, .L39
.L67:
	cmp	w5, w1
	bne	.L41
.L40:
	mov	x2, 0
	b	.L36
	.p2align 2,,3
.L38:
	ldrb	w1, [x0, x2]
	cbz	w1, .L48
.L36:
	ldrb	w4, [x3, x2]
	add	x2, x2, 1
	cmp	w4, w1
	beq	.L38
	mov	w1, 0
	add	w6, w6, w1
.L68:
	ldrb	w1, [x3, 1]!
	cbnz	w1, .L67
	.p2align 3,,7
.L39:
	sxtw	x6, w6
	eor	x11, x11, x6
.L34:
	bl	count_by_skipping
	ror	x11, x11, 57
	ubfx	x0, x0, 0, 32
	add	x20, x20, 8
	mul	x11, x11, x22
	eor	x11, x11, x0
	ror	x11, x11, 57
	mul	x11, x11, x22
	cmp	x14, x20
	bne	.L42
	sub	w15, w15, #1
	cmn	w15, #1
	bne	.L43
	ldp	x19, x20, [sp, 16]
	mov	x0, x11
	ldp	x21, x22, [sp, 32]
	ldp	x29, x30, [sp], 48
	ret
	.p2align 2,,3
.L48:
	mov	w1, 1
	add	w6, w6, w1
	b	.L68
	.p2align 2,,3
.L66:
	mov	w1, w21
	b	.L40
.L27:
	add	w0, w5, 1
	b	.L29
.L45:
	mov	w0, w3
	b	.L25
.L65:
	mov	x11, 0
	mov	x0, x11
	ret
.LFE12:
// .rodata
	.align	3
.LC0:
	.string	"the treacle well"
	.align	3
.LC1:
	.string	"dormouse"
	.align	3
.LC2:
	.string	"sleep"
	.align	3
.LC3:
	.string	"teapot"
	.align	3
.LC4:
	.string	"March"
	.align	3
.LC5:
	.string	"asleep again"
	.align	3
	.set	.LANCHOR0,. + 0
words:
	.xword	.LC1
	.xword	.LC2
	.xword	.LC3
	.xword	.LC0
	.xword	.LC4
	.xword	.LC5
// .bss
	.balign	4096
	.align	3
text:
	.zero	65537
