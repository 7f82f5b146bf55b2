// Made by `npm run bench:guests` from kernels/hash-table.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB10:
	sub	w13, w0, #1
	cbz	w0, .L45
	mov	x8, 31765
	adrp	x9, keys
	movk	x8, 0x7f4a, lsl #16
	adrp	x2, slots
	adrp	x12, keys+65536
	movk	x8, 0x79b9, lsl #32
	add	x9, x9, :lo12:keys
	add	x2, x2, :lo12:slots
	add	x12, x12, :lo12:keys+65536
	mov	w7, 6
	mov	x0, 0
	movk	x8, 0x9e37, lsl #48
.L2:
	mov	x6, 0
	.p2align 3,,7
.L6:
	eor	w7, w7, w7, lsl #13
	eor	w7, w7, w7, lsr #17
	eor	w7, w7, w7, lsl #5
	ubfiz	x4, x7, 16, 32
	orr	x4, x4, 1
	str	x4, [x9, x6, lsl #3]
	mul	x3, x4, x8
	ubfx	x5, x3, 32, 14
	mov	x3, x5
	lsl	x1, x5, 4
	ldr	x1, [x2, x1]
	cmp	x1, 0
	ccmp	x4, x1, 4, ne
	beq	.L4
	.p2align 3,,7
.L5:
	add	w1, w3, 1
	and	w3, w1, 16383
	and	x5, x1, 16383
	ubfiz	x1, x1, 4, 14
	ldr	x1, [x2, x1]
	cmp	x1, 0
	ccmp	x4, x1, 4, ne
	bne	.L5
.L4:
	lsl	x5, x5, 4
	add	x1, x2, x5
	str	x4, [x2, x5]
	str	x6, [x1, 8]
	add	x6, x6, 1
	cmp	x6, 8192
	bne	.L6
	mov	w10, 0
	.p2align 3,,7
.L10:
	eor	w7, w7, w7, lsl #13
	and	x5, x10, 2
	eor	w7, w7, w7, lsr #17
	eor	w7, w7, w7, lsl #5
	and	x1, x7, 8191
	ldr	x1, [x9, x1, lsl #3]
	add	x5, x5, x1
	mul	x4, x5, x8
	ubfx	x6, x4, 32, 14
	mov	x4, x6
	lsl	x1, x6, 4
	ldr	x3, [x2, x1]
	cbnz	x3, .L7
	b	.L8
	.p2align 2,,3
.L9:
	ubfiz	x3, x1, 4, 14
	and	w4, w1, 16383
	and	x6, x1, 16383
	ldr	x3, [x2, x3]
	cbz	x3, .L8
.L7:
	add	w1, w4, 1
	cmp	x5, x3
	bne	.L9
	add	x6, x2, x6, lsl #4
	ldr	x1, [x6, 8]
	eor	x1, x0, x1
	ror	x1, x1, 57
	mul	x0, x1, x8
.L8:
	add	w10, w10, 1
	cmp	w10, 16384
	bne	.L10
	mov	x14, x9
	.p2align 3,,7
.L17:
	ldr	x5, [x14]
	mul	x3, x5, x8
	ubfx	x4, x3, 32, 14
	mov	x3, x4
	lsl	x1, x4, 4
	ldr	x1, [x2, x1]
	cmp	x1, 0
	ccmp	x1, x5, 4, ne
	beq	.L11
	.p2align 3,,7
.L12:
	add	w1, w3, 1
	and	w3, w1, 16383
	and	x4, x1, 16383
	ubfiz	x1, x1, 4, 14
	ldr	x1, [x2, x1]
	cmp	x1, 0
	ccmp	x5, x1, 4, ne
	bne	.L12
.L11:
	lsl	x1, x4, 4
	mov	w15, w4
	ldr	x1, [x2, x1]
	cbz	x1, .L13
	add	w4, w4, 1
	and	w5, w4, 16383
	and	x16, x4, 16383
	ubfiz	x4, x4, 4, 14
	ldr	x1, [x2, x4]
	cbz	x1, .L14
	.p2align 3,,7
.L16:
	mul	x1, x1, x8
	ubfiz	x3, x15, 4, 32
	add	w6, w5, 1
	add	x4, x2, x3
	sub	w3, w5, w15
	add	x10, x2, x16, lsl #4
	lsr	x1, x1, 32
	and	w3, w3, 16383
	sub	w1, w5, w1
	ubfiz	x17, x6, 4, 14
	and	w1, w1, 16383
	and	x16, x6, 16383
	cmp	w1, w3
	bcc	.L15
	ldp	x10, x11, [x10]
	mov	w15, w5
	stp	x10, x11, [x4]
.L15:
	and	w5, w6, 16383
	ldr	x1, [x2, x17]
	cbnz	x1, .L16
.L14:
	ubfiz	x15, x15, 4, 32
	str	xzr, [x2, x15]
.L13:
	add	x14, x14, 8
	cmp	x14, x12
	bne	.L17
	sub	w13, w13, #1
	cmn	w13, #1
	bne	.L2
	ret
.L45:
	mov	x0, 0
	ret
.LFE10:
// .bss
	.balign	4096
	.align	3
keys:
	.zero	65536
slots:
	.zero	262144
