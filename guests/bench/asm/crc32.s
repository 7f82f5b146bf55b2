// Made by `npm run bench:guests` from kernels/crc32.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
kernel:
.LFB9:
	adrp	x5, .LANCHOR0
	mov	w3, 33568
	mov	w9, w0
	add	x5, x5, :lo12:.LANCHOR0
	mov	x4, 0
	movk	w3, 0xedb8, lsl #16
	.p2align 3,,7
.L4:
	mov	w0, w4
	mov	w1, 8
	.p2align 3,,7
.L3:
	ands	w2, w0, 1
	lsr	w0, w0, 1
	eor	w2, w0, w3
	csel	w0, w2, w0, ne
	subs	w1, w1, #1
	bne	.L3
	str	w0, [x5, x4, lsl #2]
	add	x4, x4, 1
	cmp	x4, 256
	bne	.L4
	adrp	x7, data
	add	x7, x7, :lo12:data
	mov	x0, x7
	add	x6, x7, 65536
	mov	w1, 4
	.p2align 3,,7
.L5:
	eor	w1, w1, w1, lsl #13
	eor	w1, w1, w1, lsr #17
	eor	w1, w1, w1, lsl #5
	strb	w1, [x0], 1
	cmp	x0, x6
	bne	.L5
	sub	w8, w9, #1
	mov	x0, 0
	cbz	w9, .L1
	mov	x10, 31765
	movk	x10, 0x7f4a, lsl #16
	movk	x10, 0x79b9, lsl #32
	movk	x10, 0x9e37, lsl #48
.L8:
	eor	w1, w1, w1, lsl #13
	mov	x4, x7
	mov	w3, -1
	eor	w1, w1, w1, lsr #17
	eor	w1, w1, w1, lsl #5
	and	w9, w1, 65535
	ldrb	w2, [x7, w9, uxtw]
	add	w2, w2, 1
	strb	w2, [x7, w9, uxtw]
	.p2align 3,,7
.L7:
	ldrb	w2, [x4], 1
	eor	w2, w2, w3
	and	x2, x2, 255
	ldr	w2, [x5, x2, lsl #2]
	eor	w3, w2, w3, lsr #8
	cmp	x4, x6
	bne	.L7
	mvn	w3, w3
	sub	w8, w8, #1
	eor	x3, x3, x0
	ror	x0, x3, 57
	mul	x0, x0, x10
	cmn	w8, #1
	bne	.L8
.L1:
	ret
.LFE9:
// .bss
	.balign	4096
	.align	3
	.set	.LANCHOR0,. + 0
table:
	.zero	1024
data:
	.zero	65536
