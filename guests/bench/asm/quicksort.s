// Made by `npm run bench:guests` from kernels/quicksort.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
quicksort:
.LFB10:
	stp	x29, x30, [sp, -32]!
	mov	x29, sp
	stp	x19, x20, [sp, 16]
	mov	x20, x1
	sub	x1, x1, x0
	mov	x19, x0
	cmp	x1, 48
	ble	.L2
.L13:
	asr	x1, x1, 3
	ldr	w2, [x0]
	add	x4, x0, x1, lsl #2
	ldr	w3, [x0, x1, lsl #2]
	cmp	w3, w2
	bge	.L3
	str	w2, [x0, x1, lsl #2]
	mov	w2, w3
	str	w3, [x0]
.L3:
	ldr	w1, [x20]
	cmp	w1, w2
	bge	.L4
	str	w2, [x20]
	str	w1, [x0]
	ldr	w1, [x20]
.L4:
	ldr	w2, [x4]
	cmp	w2, w1
	ble	.L5
	str	w2, [x20]
	mov	w2, w1
	str	w1, [x4]
.L5:
	mov	x1, x20
	mov	x19, x0
.L6:
	cmp	x19, x1
	bhi	.L11
	ldr	w3, [x19]
	ldr	w4, [x1]
	cmp	w3, w2
	bge	.L34
	.p2align 3,,7
.L7:
	ldr	w3, [x19, 4]!
	cmp	w3, w2
	blt	.L7
	cmp	w4, w2
	ble	.L35
	.p2align 3,,7
.L9:
	ldr	w4, [x1, -4]!
	cmp	w4, w2
	bgt	.L9
.L35:
	cmp	x19, x1
	bls	.L20
.L11:
	bl	quicksort
	sub	x1, x20, x19
	cmp	x1, 48
	ble	.L2
	mov	x0, x19
	b	.L13
	.p2align 2,,3
.L34:
	cmp	w4, w2
	bgt	.L9
.L20:
	str	w4, [x19], 4
	str	w3, [x1], -4
	b	.L6
.L2:
	add	x3, x19, 4
	cmp	x20, x3
	bcc	.L1
	.p2align 3,,7
.L14:
	ldr	w2, [x3]
	mov	x0, x3
	cmp	x3, x19
	bhi	.L15
	b	.L16
	.p2align 2,,3
.L17:
	str	w1, [x0], -4
	cmp	x0, x19
	bls	.L16
.L15:
	ldr	w1, [x0, -4]
	cmp	w2, w1
	blt	.L17
.L16:
	add	x3, x3, 4
	str	w2, [x0]
	cmp	x20, x3
	bcs	.L14
.L1:
	ldp	x19, x20, [sp, 16]
	ldp	x29, x30, [sp], 32
	ret
.LFE10:
	.align	2
	.p2align 4,,11
kernel:
.LFB11:
	cbz	w0, .L50
	adrp	x11, items
	mov	x9, 31765
	add	x11, x11, :lo12:items
	movk	x9, 0x7f4a, lsl #16
	add	x10, x11, 65536
	adrp	x13, items+65532
	adrp	x8, items+65536
	movk	x9, 0x79b9, lsl #32
	sub	w12, w0, #1
	add	x10, x10, 36
	add	x13, x13, :lo12:items+65532
	add	x8, x8, :lo12:items+65536
	stp	x29, x30, [sp, -16]!
	mov	w5, 1
	mov	x7, 0
	movk	x9, 0x9e37, lsl #48
	mov	x29, sp
.L37:
	mov	x6, x11
	mov	x1, x11
	.p2align 3,,7
.L39:
	eor	w5, w5, w5, lsl #13
	eor	w5, w5, w5, lsr #17
	eor	w5, w5, w5, lsl #5
	str	w5, [x1], 4
	cmp	x8, x1
	bne	.L39
	mov	x1, x13
	mov	x0, x11
	bl	quicksort
	.p2align 3,,7
.L40:
	ldr	w1, [x6]
	add	x6, x6, 388
	eor	x1, x1, x7
	ror	x1, x1, 57
	mul	x7, x1, x9
	cmp	x10, x6
	bne	.L40
	sub	w12, w12, #1
	cmn	w12, #1
	bne	.L37
	mov	x0, x7
	ldp	x29, x30, [sp], 16
	ret
.L50:
	mov	x7, 0
	mov	x0, x7
	ret
.LFE11:
// .bss
	.balign	4096
	.align	3
items:
	.zero	65536
