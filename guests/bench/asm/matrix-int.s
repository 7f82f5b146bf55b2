// Made by `npm run bench:guests` from kernels/matrix-int.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB8:
	adrp	x11, a
	adrp	x12, b
	add	x11, x11, :lo12:a
	add	x12, x12, :lo12:b
	add	x6, x11, 16384
	mov	x4, x11
	mov	x5, x12
	mov	w3, w0
	mov	w0, 11
.L2:
	mov	x1, 0
.L3:
	eor	w0, w0, w0, lsl #13
	eor	w0, w0, w0, lsr #17
	eor	w0, w0, w0, lsl #5
	eor	w2, w0, w0, lsl #13
	lsr	w0, w0, 20
	sub	w0, w0, #2048
	str	w0, [x4, x1]
	eor	w0, w2, w2, lsr #17
	eor	w0, w0, w0, lsl #5
	lsr	w2, w0, 20
	sub	w2, w2, #2048
	str	w2, [x5, x1]
	add	x1, x1, 4
	cmp	x1, 256
	bne	.L3
	add	x4, x4, 256
	add	x5, x5, 256
	cmp	x4, x6
	bne	.L2
	sub	w15, w3, #1
	cbz	w3, .L24
	mov	x17, 31765
	adrp	x14, a+256
	movk	x17, 0x7f4a, lsl #16
	add	x14, x14, :lo12:a+256
	adrp	x9, b+256
	adrp	x13, product
	movk	x17, 0x79b9, lsl #32
	add	x18, x14, 16384
	add	x9, x9, :lo12:b+256
	add	x13, x13, :lo12:product
	stp	x29, x30, [sp, -16]!
	mov	x0, 0
	movk	x17, 0x9e37, lsl #48
	mov	x29, sp
.L5:
	mov	x6, x14
	mov	x16, x13
	mov	x30, x13
.L11:
	mov	x7, x12
	mov	x8, x30
	sub	x10, x6, #256
	.p2align 3,,7
.L10:
	mov	x2, x10
	mov	x1, x7
	mov	w3, 0
	.p2align 3,,7
.L7:
	ldr	w4, [x1]
	add	x1, x1, 256
	ldr	w5, [x2], 4
	madd	w3, w5, w4, w3
	cmp	x6, x2
	bne	.L7
	add	x7, x7, 4
	str	w3, [x8], 4
	cmp	x9, x7
	bne	.L10
	add	x6, x6, 256
	add	x30, x30, 256
	cmp	x6, x18
	bne	.L11
	mov	w2, 0
.L9:
	ldr	w1, [x16]
	mov	w4, w2
	add	w2, w2, 1
	add	x16, x16, 260
	ubfx	x3, x1, 0, 32
	sbfiz	x4, x4, 6, 32
	eor	x0, x3, x0
	and	x3, x2, 63
	add	x4, x4, x3
	negs	w3, w1
	and	w3, w3, 4095
	ror	x0, x0, 57
	and	w1, w1, 4095
	csneg	w1, w1, w3, mi
	str	w1, [x11, x4, lsl #2]
	mul	x0, x0, x17
	cmp	w2, 64
	bne	.L9
	sub	w15, w15, #1
	cmn	w15, #1
	bne	.L5
	ldp	x29, x30, [sp], 16
	ret
.L24:
	mov	x0, 0
	ret
.LFE8:
// .bss
	.balign	4096
	.align	3
product:
	.zero	16384
b:
	.zero	16384
a:
	.zero	16384
