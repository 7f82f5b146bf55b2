// Made by `npm run bench:guests` from kernels/matrix-double.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB8:
	adrp	x7, a
	adrp	x9, b
	add	x7, x7, :lo12:a
	add	x9, x9, :lo12:b
	add	x11, x7, 32768
	mov	x4, x7
	mov	x5, x9
	mov	w3, w0
	mov	x1, 4463067230724161536
	mov	w0, 12
	fmov	d2, x1
	fmov	d3, 5.0e-1
.L2:
	mov	x1, 0
.L3:
	eor	w0, w0, w0, lsl #13
	eor	w0, w0, w0, lsr #17
	eor	w0, w0, w0, lsl #5
	eor	w2, w0, w0, lsl #13
	ucvtf	d1, w0
	eor	w0, w2, w2, lsr #17
	eor	w0, w0, w0, lsl #5
	fmul	d1, d1, d2
	ucvtf	d0, w0
	fsub	d1, d1, d3
	fmul	d0, d0, d2
	str	d1, [x4, x1]
	fsub	d0, d0, d3
	str	d0, [x5, x1]
	add	x1, x1, 8
	cmp	x1, 512
	bne	.L3
	add	x4, x4, 512
	add	x5, x5, 512
	cmp	x4, x11
	bne	.L2
	sub	w10, w3, #1
	mov	x0, 0
	cbz	w3, .L1
	mov	x14, 31765
	adrp	x6, b+512
	movk	x14, 0x7f4a, lsl #16
	adrp	x8, product
	movk	x14, 0x79b9, lsl #32
	add	x6, x6, :lo12:b+512
	add	x8, x8, :lo12:product
	mov	x0, 0
	movk	x14, 0x9e37, lsl #48
	fmov	d3, 1.25e-1
.L5:
	mov	x13, x8
	mov	x12, x8
	mov	x4, x7
.L11:
	mov	x5, x12
	mov	x3, x9
.L10:
	movi	v0.2d, 0
	mov	x1, 0
	.p2align 3,,7
.L7:
	lsl	x2, x1, 9
	ldr	d2, [x4, x1, lsl #3]
	add	x1, x1, 1
	ldr	q1, [x3, x2]
	fmla	v0.2d, v1.2d, v2.d[0]
	cmp	x1, 64
	bne	.L7
	add	x3, x3, 16
	str	q0, [x5], 16
	cmp	x3, x6
	bne	.L10
	add	x4, x4, 512
	add	x12, x12, 512
	cmp	x4, x11
	bne	.L11
	mov	w1, 0
.L9:
	ldr	d0, [x13]
	mov	w2, w1
	add	w1, w1, 1
	add	x13, x13, 520
	sbfiz	x2, x2, 6, 32
	and	x3, x1, 63
	fmov	x4, d0
	fmul	d0, d0, d3
	add	x2, x2, x3
	eor	x0, x0, x4
	str	d0, [x7, x2, lsl #3]
	ror	x0, x0, 57
	mul	x0, x0, x14
	cmp	w1, 64
	bne	.L9
	sub	w10, w10, #1
	cmn	w10, #1
	bne	.L5
.L1:
	ret
.LFE8:
// .bss
	.balign	4096
	.align	4
product:
	.zero	32768
b:
	.zero	32768
a:
	.zero	32768
