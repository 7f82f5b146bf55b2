// Made by `npm run bench:guests` from kernels/memory-set.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB8:
	sub	w12, w0, #1
	cbz	w0, .L17
	mov	x9, 31765
	adrp	x11, memory
	movk	x9, 0x7f4a, lsl #16
	adrp	x8, memory+266045
	mov	w13, 52429
	movk	x9, 0x79b9, lsl #32
	add	x11, x11, :lo12:memory
	add	x8, x8, :lo12:memory+266045
	mov	w10, 17
	mov	x0, 0
	mov	x15, 262080
	mov	x14, 262128
	movk	w13, 0xcccc, lsl #16
	movk	x9, 0x9e37, lsl #48
.L16:
	eor	w10, w10, w10, lsl #13
	eor	w10, w10, w10, lsr #17
	and	x4, x10, 15
	eor	w10, w10, w10, lsl #5
	add	x4, x4, x11
	add	x5, x4, x15
	mov	x1, x4
	ubfx	x2, x10, 4, 8
	dup	v0.16b, w2
	fmov	x2, d0
	fmov	x3, v0.d[1]
.L3:
	add	x1, x1, 64
	stp	x2, x3, [x1, -64]
	stp	x2, x3, [x1, -48]
	stp	x2, x3, [x1, -32]
	stp	x2, x3, [x1, -16]
	cmp	x1, x5
	bne	.L3
	fmov	x1, d0
	add	x4, x4, x14
.L4:
	str	x1, [x5], 8
	cmp	x5, x4
	bne	.L4
	lsr	w1, w10, 8
	and	x5, x10, 7
	add	x5, x5, x11
	umull	x6, w1, w13
	lsr	x6, x6, 39
	add	w6, w6, w6, lsl #2
	sub	w6, w1, w6, lsl #5
	sub	w7, w6, #64
	add	w16, w6, 262144
	add	w16, w16, w5
	add	w3, w6, w5
	lsr	w7, w7, 6
	add	w7, w7, 1
	ubfiz	x7, x7, 6, 27
	.p2align 3,,7
.L11:
	mov	x2, x5
	mov	x1, x5
	cmp	w6, 63
	bls	.L30
	.p2align 3,,7
.L5:
	add	x1, x1, 64
	stp	xzr, xzr, [x1, -64]
	stp	xzr, xzr, [x1, -48]
	stp	xzr, xzr, [x1, -32]
	stp	xzr, xzr, [x1, -16]
	sub	w2, w3, w1
	cmp	w2, 63
	bhi	.L5
	add	x2, x5, x7
	and	w4, w6, 63
.L8:
	mov	x1, x2
	cmp	w4, 7
	bls	.L7
	sub	w1, w4, #8
	lsr	w1, w1, 3
	add	w1, w1, 1
	ubfiz	x1, x1, 3, 30
	add	x1, x2, x1
	.p2align 3,,7
.L9:
	str	xzr, [x2], 8
	cmp	x2, x1
	bne	.L9
	and	w4, w4, 7
.L7:
	sub	w2, w4, #1
	add	x2, x2, 1
	add	x2, x1, x2
	cbz	w4, .L14
	.p2align 3,,7
.L13:
	strb	wzr, [x1], 1
	cmp	x1, x2
	bne	.L13
.L14:
	add	w3, w3, 1024
	add	x5, x5, 1024
	cmp	w16, w3
	bne	.L11
	mov	x2, x11
	.p2align 3,,7
.L15:
	ldrb	w1, [x2]
	add	x2, x2, 4093
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x9
	cmp	x8, x2
	bne	.L15
	sub	w12, w12, #1
	cmn	w12, #1
	bne	.L16
	ret
.L30:
	mov	w4, w6
	b	.L8
.L17:
	mov	x0, 0
	ret
.LFE8:
// .bss
	.balign	4096
	.align	4
memory:
	.zero	262208
