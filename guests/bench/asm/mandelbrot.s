// Made by `npm run bench:guests` from kernels/mandelbrot.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB8:
	mov	w5, w0
	cbz	w0, .L9
	mov	x7, 31765
	mov	x0, 4580160821035794432
	movk	x7, 0x7f4a, lsl #16
	mov	x1, 7378697629483820646
	movk	x7, 0x79b9, lsl #32
	movk	x1, 0x3fe6, lsl #48
	fmov	d16, x0
	fmov	d18, x1
	mov	w4, 0
	mov	x0, 0
	fmov	d19, 3.0e+0
	fmov	d6, 4.0e+0
	movk	x7, 0x9e37, lsl #48
.L8:
	and	w1, w4, 15
	mov	w6, -32
	add	w1, w1, 1
	scvtf	d17, w1
	fdiv	d17, d19, d17
.L3:
	scvtf	d7, w6
	mov	w2, -32
	mov	w3, 0
	fmul	d7, d7, d17
	fmul	d7, d7, d16
	.p2align 3,,7
.L6:
	scvtf	d5, w2
	movi	d1, #0
	mov	w1, 0
	fmul	d5, d5, d17
	fmov	d0, d1
	fmul	d5, d5, d16
	fsub	d5, d5, d18
	.p2align 3,,7
.L5:
	fmul	d2, d0, d0
	fmul	d3, d1, d1
	fadd	d4, d2, d3
	fcmpe	d4, d6
	bgt	.L4
	fadd	d0, d0, d0
	fsub	d2, d2, d3
	add	w1, w1, 1
	fmul	d1, d0, d1
	fadd	d0, d2, d5
	fadd	d1, d7, d1
	cmp	w1, 256
	bne	.L5
	.p2align 3,,7
.L4:
	add	w2, w2, 1
	add	w3, w3, w1
	cmp	w2, 32
	bne	.L6
	eor	x3, x3, x0
	add	w6, w6, 1
	ror	x0, x3, 57
	mul	x0, x0, x7
	cmp	w6, 32
	bne	.L3
	add	w4, w4, 1
	cmp	w5, w4
	bne	.L8
	ret
.L9:
	mov	x0, 0
	ret
.LFE8:
