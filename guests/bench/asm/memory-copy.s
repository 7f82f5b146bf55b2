// Made by `npm run bench:guests` from kernels/memory-copy.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB8:
	adrp	x15, source
	add	x15, x15, :lo12:source
	mov	w1, w0
	add	x12, x15, 262144
	mov	x0, x15
	mov	w11, 16
	.p2align 3,,7
.L2:
	eor	w11, w11, w11, lsl #13
	eor	w11, w11, w11, lsr #17
	eor	w11, w11, w11, lsl #5
	strb	w11, [x0], 1
	cmp	x0, x12
	bne	.L2
	sub	w18, w1, #1
	cbz	w1, .L17
	stp	x29, x30, [sp, -32]!
	mov	x14, 31765
	movk	x14, 0x7f4a, lsl #16
	mov	x29, sp
	adrp	x16, target
	adrp	x13, target+266045
	mov	w30, 52429
	movk	x14, 0x79b9, lsl #32
	add	x16, x16, :lo12:target
	add	x13, x13, :lo12:target+266045
	mov	x0, 0
	mov	x17, 262080
	movk	w30, 0xcccc, lsl #16
	movk	x14, 0x9e37, lsl #48
	stp	x19, x20, [sp, 16]
.L16:
	eor	w11, w11, w11, lsl #13
	eor	w11, w11, w11, lsr #17
	and	x4, x11, 15
	eor	w11, w11, w11, lsl #5
	add	x1, x4, x16
	add	x3, x1, x17
	ubfx	x5, x11, 4, 4
	add	x2, x15, x5
.L4:
	ldp	q2, q3, [x2]
	ldp	q0, q1, [x2, 32]
	add	x2, x2, 64
	stp	q2, q3, [x1]
	stp	q0, q1, [x1, 32]
	add	x1, x1, 64
	cmp	x1, x3
	bne	.L4
	add	x3, x5, x17
	add	x2, x4, x17
	add	x3, x15, x3
	add	x2, x2, x16
	mov	x1, 0
.L5:
	ldr	q0, [x3, x1]
	str	q0, [x2, x1]
	add	x1, x1, 16
	cmp	x1, 48
	bne	.L5
	lsr	w1, w11, 8
	and	x8, x11, 7
	add	x8, x8, x16
	mov	x7, x15
	umull	x9, w1, w30
	lsr	x9, x9, 39
	add	w9, w9, w9, lsl #2
	sub	w9, w1, w9, lsl #5
	sub	w10, w9, #64
	add	w6, w9, w8
	lsr	w10, w10, 6
	add	w10, w10, 1
	ubfiz	x10, x10, 6, 27
	.p2align 3,,7
.L11:
	mov	x4, x8
	mov	x3, x7
	cmp	w9, 63
	bls	.L18
	mov	x2, x7
	mov	x1, x8
	.p2align 3,,7
.L7:
	ldp	q2, q3, [x2]
	ldp	q0, q1, [x2, 32]
	add	x2, x2, 64
	stp	q2, q3, [x1]
	stp	q0, q1, [x1, 32]
	add	x1, x1, 64
	sub	w3, w6, w1
	cmp	w3, 63
	bhi	.L7
	add	x4, x8, x10
	add	x3, x7, x10
	and	w20, w9, 63
.L6:
	cmp	w20, 7
	bls	.L8
	sub	w2, w20, #8
	mov	x1, 0
	lsr	w2, w2, 3
	add	w2, w2, 1
	ubfiz	x2, x2, 3, 30
	.p2align 3,,7
.L9:
	ldr	x5, [x3, x1]
	str	x5, [x4, x1]
	add	x1, x1, 8
	cmp	x2, x1
	bne	.L9
	add	x3, x3, x2
	add	x4, x4, x2
	and	w20, w20, 7
.L8:
	sub	w19, w20, #1
	mov	x1, 0
	cbz	w20, .L14
	.p2align 3,,7
.L13:
	ldrb	w5, [x3, x1]
	cmp	x19, x1
	strb	w5, [x4, x1]
	add	x1, x1, 1
	bne	.L13
.L14:
	add	x7, x7, 1024
	add	x8, x8, 1024
	add	w6, w6, 1024
	cmp	x12, x7
	bne	.L11
	mov	x2, x16
	.p2align 3,,7
.L15:
	ldrb	w1, [x2]
	add	x2, x2, 4093
	eor	x1, x1, x0
	ror	x1, x1, 57
	mul	x0, x1, x14
	cmp	x13, x2
	bne	.L15
	sub	w18, w18, #1
	cmn	w18, #1
	bne	.L16
	ldp	x19, x20, [sp, 16]
	ldp	x29, x30, [sp], 32
	ret
	.p2align 2,,3
.L18:
	mov	w20, w9
	b	.L6
.L17:
	mov	x0, 0
	ret
.LFE8:
// .bss
	.balign	4096
	.align	4
target:
	.zero	262208
source:
	.zero	262208
