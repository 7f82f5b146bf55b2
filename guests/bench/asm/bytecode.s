// Made by `npm run bench:guests` from kernels/bytecode.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB8:
	cbz	w0, .L19
	mov	x10, 31765
	adrp	x7, .LANCHOR1
	movk	x10, 0x7f4a, lsl #16
	adrp	x9, .LANCHOR0
	movk	x10, 0x79b9, lsl #32
	sub	sp, sp, #64
	add	x7, x7, :lo12:.LANCHOR1
	add	x9, x9, :lo12:.LANCHOR0
	mov	w11, w0
	mov	w8, 0
	mov	x0, 0
	movk	x10, 0x9e37, lsl #48
	.p2align 3,,7
.L17:
	and	w3, w8, 63
	mov	x6, x9
	add	w3, w3, 1500
	mov	x2, sp
	mov	w1, 0
	mov	w12, 0
	str	w3, [x7]
	str	wzr, [x7, 12]
	b	.L18
	.p2align 2,,3
.L4:
	cmp	w1, 7
	beq	.L16
	bls	.L29
	cmp	w1, 8
	bne	.L30
	ldr	w1, [x2, -4]
	sub	x2, x2, #4
	cbz	w1, .L16
	add	x6, x6, 2
	.p2align 3,,7
.L15:
	ldrb	w1, [x6]
	add	w12, w12, 1
.L18:
	add	x3, x6, 1
	cmp	w1, 4
	beq	.L3
	bhi	.L4
	cmp	w1, 2
	beq	.L5
	cmp	w1, 3
	bne	.L31
	ldp	w4, w1, [x2, -8]
	mov	x6, x3
	sub	x2, x2, #4
	add	w3, w4, w1
	str	w3, [x2, -4]
	b	.L15
	.p2align 2,,3
.L31:
	cbz	w1, .L32
	ldrb	w1, [x6, 1]
	add	x6, x6, 2
	ldr	w1, [x7, x1, lsl #2]
	str	w1, [x2], 4
	b	.L15
	.p2align 2,,3
.L29:
	cmp	w1, 5
	beq	.L33
	ldp	w4, w1, [x2, -8]
	mov	x6, x3
	sub	x2, x2, #4
	cmp	w4, w1
	cset	w1, cc
	str	w1, [x2, -4]
	b	.L15
	.p2align 2,,3
.L16:
	ldrb	w6, [x6, 1]
	add	x6, x9, x6
	b	.L15
	.p2align 2,,3
.L5:
	ldrb	w1, [x6, 1]
	sub	x2, x2, #4
	ldr	w3, [x2]
	add	x6, x6, 2
	str	w3, [x7, x1, lsl #2]
	b	.L15
	.p2align 2,,3
.L3:
	ldp	w4, w1, [x2, -8]
	mov	x6, x3
	sub	x2, x2, #4
	mul	w3, w4, w1
	str	w3, [x2, -4]
	b	.L15
	.p2align 2,,3
.L30:
	ubfx	x1, x12, 0, 32
	ldr	w2, [x7, 12]
	eor	x1, x1, x0
	add	w8, w8, 1
	ror	x1, x1, 57
	mul	x1, x1, x10
	eor	x1, x1, x2
	ror	x1, x1, 57
	mul	x0, x1, x10
	cmp	w11, w8
	bne	.L17
	add	sp, sp, 64
	ret
	.p2align 2,,3
.L32:
	ldrb	w1, [x6, 1]
	add	x6, x6, 2
	str	w1, [x2], 4
	b	.L15
	.p2align 2,,3
.L33:
	ldp	w5, w4, [x2, -8]
	mov	x6, x3
	sub	x2, x2, #4
	udiv	w3, w5, w4
	msub	w3, w3, w4, w5
	str	w3, [x2, -4]
	b	.L15
.L19:
	mov	x0, 0
	ret
.LFE8:
// .rodata
	.align	3
	.set	.LANCHOR0,. + 0
program:
	.string	""
	.string	"\002\002\001\001\001\001"
	.string	"\006\b4"
	.string	"\002\002\002\001\001\001\002\001\002\004\006\b\"\001\003"
	.string	"\001\003\002\003\007+\001\001\001\002\005\b+\0075\001\001"
	.string	"\001\003\002\001\007\004\t\001\002"
	.ascii	"\001\003\002\002\007\017"
// .bss
	.balign	4096
	.align	3
	.set	.LANCHOR1,. + 0
variables:
	.zero	16
