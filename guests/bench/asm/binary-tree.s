// Made by `npm run bench:guests` from kernels/binary-tree.c; do not edit.
// aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0
// -O2 -ffp-contract=off -fno-math-errno -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns -march=armv8-a -mgeneral-regs-only
// .text
	.align	2
	.p2align 4,,11
height:
.LFB9:
	cbz	x0, .L57
	stp	x29, x30, [sp, -80]!
	mov	x29, sp
	stp	x23, x24, [sp, 48]
	ldr	x23, [x0]
	stp	x19, x20, [sp, 16]
	mov	w20, 0
	stp	x21, x22, [sp, 32]
	mov	x21, x0
	str	x25, [sp, 64]
	cbz	x23, .L3
	ldr	x22, [x23]
	mov	w19, 0
	cbz	x22, .L4
	ldr	x24, [x22]
	cbz	x24, .L5
	ldr	x25, [x24]
	cbz	x25, .L6
	ldr	x19, [x25]
	cbz	x19, .L7
	ldr	x0, [x19]
	bl	height
	mov	w20, w0
	ldr	x0, [x19, 8]
	bl	height
	cmp	w20, w0
	csel	w20, w20, w0, ge
	add	w20, w20, 1
.L7:
	ldr	x25, [x25, 8]
	mov	w19, 0
	cbz	x25, .L8
	ldr	x0, [x25]
	bl	height
	mov	w19, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w19, w0
	csel	w19, w19, w0, ge
	add	w19, w19, 1
.L8:
	cmp	w19, w20
	csel	w19, w19, w20, ge
	add	w19, w19, 1
.L6:
	ldr	x25, [x24, 8]
	mov	w20, 0
	cbz	x25, .L9
	ldr	x20, [x25]
	mov	w24, 0
	cbz	x20, .L10
	ldr	x0, [x20]
	bl	height
	mov	w24, w0
	ldr	x0, [x20, 8]
	bl	height
	cmp	w24, w0
	csel	w24, w24, w0, ge
	add	w24, w24, 1
.L10:
	ldr	x25, [x25, 8]
	mov	w20, 0
	cbz	x25, .L11
	ldr	x0, [x25]
	bl	height
	mov	w20, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w20, w0
	csel	w20, w20, w0, ge
	add	w20, w20, 1
.L11:
	cmp	w20, w24
	csel	w20, w20, w24, ge
	add	w20, w20, 1
.L9:
	cmp	w20, w19
	csel	w20, w20, w19, ge
	add	w20, w20, 1
.L5:
	ldr	x24, [x22, 8]
	mov	w19, 0
	cbz	x24, .L12
	ldr	x25, [x24]
	mov	w22, 0
	cbz	x25, .L13
	ldr	x22, [x25]
	cbz	x22, .L14
	ldr	x0, [x22]
	bl	height
	mov	w19, w0
	ldr	x0, [x22, 8]
	bl	height
	cmp	w19, w0
	csel	w19, w19, w0, ge
	add	w19, w19, 1
.L14:
	ldr	x25, [x25, 8]
	mov	w22, 0
	cbz	x25, .L15
	ldr	x0, [x25]
	bl	height
	mov	w22, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w22, w0
	csel	w22, w22, w0, ge
	add	w22, w22, 1
.L15:
	cmp	w22, w19
	csel	w22, w22, w19, ge
	add	w22, w22, 1
.L13:
	ldr	x24, [x24, 8]
	mov	w19, 0
	cbz	x24, .L16
	ldr	x0, [x24]
	bl	height
	mov	w19, w0
	ldr	x0, [x24, 8]
	bl	height
	cmp	w19, w0
	csel	w19, w19, w0, ge
	add	w19, w19, 1
.L16:
	cmp	w19, w22
	csel	w19, w19, w22, ge
	add	w19, w19, 1
.L12:
	cmp	w19, w20
	csel	w19, w19, w20, ge
	add	w19, w19, 1
.L4:
	ldr	x23, [x23, 8]
	mov	w20, 0
	cbz	x23, .L17
	ldr	x24, [x23]
	mov	w22, 0
	cbz	x24, .L18
	ldr	x25, [x24]
	cbz	x25, .L19
	ldr	x20, [x25]
	cbz	x20, .L20
	ldr	x0, [x20]
	bl	height
	mov	w22, w0
	ldr	x0, [x20, 8]
	bl	height
	cmp	w22, w0
	csel	w22, w22, w0, ge
	add	w22, w22, 1
.L20:
	ldr	x25, [x25, 8]
	mov	w20, 0
	cbz	x25, .L21
	ldr	x0, [x25]
	bl	height
	mov	w20, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w20, w0
	csel	w20, w20, w0, ge
	add	w20, w20, 1
.L21:
	cmp	w20, w22
	csel	w20, w20, w22, ge
	add	w20, w20, 1
.L19:
	ldr	x24, [x24, 8]
	mov	w22, 0
	cbz	x24, .L22
	ldr	x0, [x24]
	bl	height
	mov	w22, w0
	ldr	x0, [x24, 8]
	bl	height
	cmp	w22, w0
	csel	w22, w22, w0, ge
	add	w22, w22, 1
.L22:
	cmp	w22, w20
	csel	w22, w22, w20, ge
	add	w22, w22, 1
.L18:
	ldr	x24, [x23, 8]
	mov	w20, 0
	cbz	x24, .L23
	ldr	x25, [x24]
	mov	w23, 0
	cbz	x25, .L24
	ldr	x23, [x25]
	cbz	x23, .L25
	ldr	x0, [x23]
	bl	height
	mov	w20, w0
	ldr	x0, [x23, 8]
	bl	height
	cmp	w20, w0
	csel	w20, w20, w0, ge
	add	w20, w20, 1
.L25:
	ldr	x25, [x25, 8]
	mov	w23, 0
	cbz	x25, .L26
	ldr	x0, [x25]
	bl	height
	mov	w23, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w23, w0
	csel	w23, w23, w0, ge
	add	w23, w23, 1
.L26:
	cmp	w23, w20
	csel	w23, w23, w20, ge
	add	w23, w23, 1
.L24:
	ldr	x24, [x24, 8]
	mov	w20, 0
	cbz	x24, .L27
	ldr	x0, [x24]
	bl	height
	mov	w20, w0
	ldr	x0, [x24, 8]
	bl	height
	cmp	w20, w0
	csel	w20, w20, w0, ge
	add	w20, w20, 1
.L27:
	cmp	w20, w23
	csel	w20, w20, w23, ge
	add	w20, w20, 1
.L23:
	cmp	w20, w22
	csel	w20, w20, w22, ge
	add	w20, w20, 1
.L17:
	cmp	w20, w19
	csel	w20, w20, w19, ge
	add	w20, w20, 1
.L3:
	ldr	x23, [x21, 8]
	mov	w0, 0
	cbz	x23, .L28
	ldr	x22, [x23]
	mov	w21, 0
	cbz	x22, .L29
	ldr	x24, [x22]
	mov	w19, 0
	cbz	x24, .L30
	ldr	x25, [x24]
	cbz	x25, .L31
	ldr	x21, [x25]
	cbz	x21, .L32
	ldr	x0, [x21]
	bl	height
	mov	w19, w0
	ldr	x0, [x21, 8]
	bl	height
	cmp	w19, w0
	csel	w19, w19, w0, ge
	add	w19, w19, 1
.L32:
	ldr	x25, [x25, 8]
	mov	w21, 0
	cbz	x25, .L33
	ldr	x0, [x25]
	bl	height
	mov	w21, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w21, w0
	csel	w21, w21, w0, ge
	add	w21, w21, 1
.L33:
	cmp	w21, w19
	csel	w21, w21, w19, ge
	add	w21, w21, 1
.L31:
	ldr	x25, [x24, 8]
	mov	w19, 0
	cbz	x25, .L34
	ldr	x19, [x25]
	mov	w24, 0
	cbz	x19, .L35
	ldr	x0, [x19]
	bl	height
	mov	w24, w0
	ldr	x0, [x19, 8]
	bl	height
	cmp	w24, w0
	csel	w24, w24, w0, ge
	add	w24, w24, 1
.L35:
	ldr	x25, [x25, 8]
	mov	w19, 0
	cbz	x25, .L36
	ldr	x0, [x25]
	bl	height
	mov	w19, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w19, w0
	csel	w19, w19, w0, ge
	add	w19, w19, 1
.L36:
	cmp	w19, w24
	csel	w19, w19, w24, ge
	add	w19, w19, 1
.L34:
	cmp	w19, w21
	csel	w19, w19, w21, ge
	add	w19, w19, 1
.L30:
	ldr	x24, [x22, 8]
	mov	w21, 0
	cbz	x24, .L37
	ldr	x25, [x24]
	mov	w22, 0
	cbz	x25, .L38
	ldr	x22, [x25]
	cbz	x22, .L39
	ldr	x0, [x22]
	bl	height
	mov	w21, w0
	ldr	x0, [x22, 8]
	bl	height
	cmp	w21, w0
	csel	w21, w21, w0, ge
	add	w21, w21, 1
.L39:
	ldr	x25, [x25, 8]
	mov	w22, 0
	cbz	x25, .L40
	ldr	x0, [x25]
	bl	height
	mov	w22, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w22, w0
	csel	w22, w22, w0, ge
	add	w22, w22, 1
.L40:
	cmp	w22, w21
	csel	w22, w22, w21, ge
	add	w22, w22, 1
.L38:
	ldr	x25, [x24, 8]
	mov	w21, 0
	cbz	x25, .L41
	ldr	x21, [x25]
	mov	w24, 0
	cbz	x21, .L42
	ldr	x0, [x21]
	bl	height
	mov	w24, w0
	ldr	x0, [x21, 8]
	bl	height
	cmp	w24, w0
	csel	w24, w24, w0, ge
	add	w24, w24, 1
.L42:
	ldr	x25, [x25, 8]
	mov	w21, 0
	cbz	x25, .L43
	ldr	x0, [x25]
	bl	height
	mov	w21, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w21, w0
	csel	w21, w21, w0, ge
	add	w21, w21, 1
.L43:
	cmp	w21, w24
	csel	w21, w21, w24, ge
	add	w21, w21, 1
.L41:
	cmp	w21, w22
	csel	w21, w21, w22, ge
	add	w21, w21, 1
.L37:
	cmp	w21, w19
	csel	w21, w21, w19, ge
	add	w21, w21, 1
.L29:
	ldr	x23, [x23, 8]
	mov	w0, 0
	cbz	x23, .L44
	ldr	x24, [x23]
	mov	w22, 0
	cbz	x24, .L45
	ldr	x25, [x24]
	mov	w19, 0
	cbz	x25, .L46
	ldr	x19, [x25]
	cbz	x19, .L47
	ldr	x0, [x19]
	bl	height
	mov	w22, w0
	ldr	x0, [x19, 8]
	bl	height
	cmp	w22, w0
	csel	w22, w22, w0, ge
	add	w22, w22, 1
.L47:
	ldr	x25, [x25, 8]
	mov	w19, 0
	cbz	x25, .L48
	ldr	x0, [x25]
	bl	height
	mov	w19, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w19, w0
	csel	w19, w19, w0, ge
	add	w19, w19, 1
.L48:
	cmp	w19, w22
	csel	w19, w19, w22, ge
	add	w19, w19, 1
.L46:
	ldr	x25, [x24, 8]
	mov	w22, 0
	cbz	x25, .L49
	ldr	x22, [x25]
	mov	w24, 0
	cbz	x22, .L50
	ldr	x0, [x22]
	bl	height
	mov	w24, w0
	ldr	x0, [x22, 8]
	bl	height
	cmp	w24, w0
	csel	w24, w24, w0, ge
	add	w24, w24, 1
.L50:
	ldr	x25, [x25, 8]
	mov	w22, 0
	cbz	x25, .L51
	ldr	x0, [x25]
	bl	height
	mov	w22, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w22, w0
	csel	w22, w22, w0, ge
	add	w22, w22, 1
.L51:
	cmp	w22, w24
	csel	w22, w22, w24, ge
	add	w22, w22, 1
.L49:
	cmp	w22, w19
	csel	w22, w22, w19, ge
	add	w22, w22, 1
.L45:
	ldr	x19, [x23, 8]
	mov	w0, 0
	cbz	x19, .L52
	ldr	x24, [x19]
	mov	w23, 0
	cbz	x24, .L53
	ldr	x0, [x24]
	bl	height
	mov	w23, w0
	ldr	x0, [x24, 8]
	bl	height
	cmp	w23, w0
	csel	w23, w23, w0, ge
	add	w23, w23, 1
.L53:
	ldr	x19, [x19, 8]
	mov	w0, 0
	cbz	x19, .L54
	ldr	x25, [x19]
	mov	w24, 0
	cbz	x25, .L55
	ldr	x0, [x25]
	bl	height
	mov	w24, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w24, w0
	csel	w24, w24, w0, ge
	add	w24, w24, 1
.L55:
	ldr	x25, [x19, 8]
	mov	w0, 0
	cbz	x25, .L56
	ldr	x0, [x25]
	bl	height
	mov	w19, w0
	ldr	x0, [x25, 8]
	bl	height
	cmp	w19, w0
	csel	w0, w19, w0, ge
	add	w0, w0, 1
.L56:
	cmp	w0, w24
	csel	w0, w0, w24, ge
	add	w0, w0, 1
.L54:
	cmp	w0, w23
	csel	w0, w0, w23, ge
	add	w0, w0, 1
.L52:
	cmp	w0, w22
	csel	w0, w0, w22, ge
	add	w0, w0, 1
.L44:
	cmp	w0, w21
	csel	w0, w0, w21, ge
	add	w0, w0, 1
.L28:
	cmp	w0, w20
	csel	w0, w0, w20, ge
	ldp	x19, x20, [sp, 16]
	add	w0, w0, 1
	ldp	x21, x22, [sp, 32]
	ldp	x23, x24, [sp, 48]
	ldr	x25, [sp, 64]
	ldp	x29, x30, [sp], 80
	ret
	.p2align 2,,3
.L57:
	mov	w0, 0
	ret
.LFE9:
	.align	2
	.p2align 4,,11
walk:
.LFB8:
	cbz	x1, .L228
	stp	x29, x30, [sp, -96]!
	mov	x29, sp
	stp	x21, x22, [sp, 32]
	mov	x21, 31765
	movk	x21, 0x7f4a, lsl #16
	movk	x21, 0x79b9, lsl #32
	stp	x23, x24, [sp, 48]
	mov	x23, x1
	movk	x21, 0x9e37, lsl #48
	stp	x25, x26, [sp, 64]
.L172:
	ldr	x25, [x23]
	cbz	x25, .L176
	stp	x19, x20, [sp, 16]
	stp	x27, x28, [sp, 80]
.L173:
	ldr	x26, [x25]
	cbz	x26, .L178
.L175:
	ldr	x27, [x26]
	cbz	x27, .L180
.L177:
	ldr	x19, [x27]
	cbz	x19, .L182
.L179:
	ldr	x28, [x19]
	cbz	x28, .L184
.L181:
	ldr	x24, [x28]
	cbz	x24, .L186
.L183:
	ldr	x20, [x24]
	cbz	x20, .L188
.L185:
	ldr	x22, [x20]
	cbz	x22, .L189
.L187:
	ldr	x1, [x22]
	bl	walk
	ldp	w1, w2, [x22, 16]
	ldr	x22, [x22, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x22, .L187
.L189:
	ldp	w1, w2, [x20, 16]
	ldr	x20, [x20, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x20, .L185
.L188:
	ldp	w1, w2, [x24, 16]
	ldr	x24, [x24, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x24, .L183
.L186:
	ldp	w1, w2, [x28, 16]
	ldr	x28, [x28, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x28, .L181
.L184:
	ldp	w1, w2, [x19, 16]
	ldr	x19, [x19, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x19, .L179
.L182:
	ldp	w1, w2, [x27, 16]
	ldr	x27, [x27, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x27, .L177
.L180:
	ldp	w1, w2, [x26, 16]
	ldr	x26, [x26, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x26, .L175
.L178:
	ldp	w1, w2, [x25, 16]
	ldr	x25, [x25, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x25, .L173
	ldp	x19, x20, [sp, 16]
	ldp	x27, x28, [sp, 80]
.L176:
	ldp	w1, w2, [x23, 16]
	ldr	x23, [x23, 8]
	add	w1, w1, w2
	eor	x0, x1, x0
	ror	x0, x0, 57
	mul	x0, x0, x21
	cbnz	x23, .L172
	ldp	x21, x22, [sp, 32]
	ldp	x23, x24, [sp, 48]
	ldp	x25, x26, [sp, 64]
	ldp	x29, x30, [sp], 96
	ret
.L228:
	ret
.LFE8:
	.align	2
	.p2align 4,,11
kernel:
.LFB10:
	cbz	w0, .L286
	mov	x9, 31765
	adrp	x8, nodes
	movk	x9, 0x7f4a, lsl #16
	adrp	x7, nodes+196608
	movk	x9, 0x79b9, lsl #32
	sub	w10, w0, #1
	add	x8, x8, :lo12:nodes
	add	x7, x7, :lo12:nodes+196608
	stp	x29, x30, [sp, -32]!
	mov	w3, 8
	mov	x11, 0
	movk	x9, 0x9e37, lsl #48
	mov	x29, sp
.L284:
	mov	x5, x8
	mov	x6, 0
	str	xzr, [sp, 24]
	.p2align 3,,7
.L240:
	eor	w3, w3, w3, lsl #13
	stp	xzr, xzr, [x5]
	mov	x0, x6
	eor	w3, w3, w3, lsr #17
	add	x1, sp, 24
	eor	w3, w3, w3, lsl #5
	lsr	w4, w3, 8
	stp	w4, wzr, [x5, 16]
	cbnz	x6, .L234
	b	.L235
	.p2align 2,,3
.L238:
	csel	x1, x1, x0, cs
	ldr	x0, [x1]
	cbz	x0, .L235
.L234:
	ldr	w2, [x0, 16]
	add	x1, x0, 8
	cmp	w4, w2
	bne	.L238
	ldr	w1, [x0, 20]
	add	w1, w1, 1
	str	w1, [x0, 20]
.L285:
	add	x5, x5, 24
	cmp	x7, x5
	bne	.L240
	mov	w5, 0
	.p2align 3,,7
.L249:
	eor	w3, w3, w3, lsl #13
	eor	w3, w3, w3, lsr #17
	eor	w3, w3, w3, lsl #5
	lsr	w4, w3, 8
	tbz	x5, 0, .L242
	and	x1, x3, 8191
	ubfiz	x0, x3, 1, 13
	add	x0, x0, x1
	add	x0, x8, x0, lsl #3
	ldr	w4, [x0, 16]
.L242:
	mov	x0, x6
	cbnz	x6, .L243
	b	.L244
	.p2align 2,,3
.L247:
	csel	x1, x1, x0, cs
	ldr	x0, [x1]
	cbz	x0, .L244
.L243:
	ldr	w2, [x0, 16]
	add	x1, x0, 8
	cmp	w4, w2
	bne	.L247
	ldr	w1, [x0, 20]
	add	w1, w1, 1
	str	w1, [x0, 20]
.L244:
	add	w5, w5, 1
	cmp	w5, 16384
	bne	.L249
	mov	x4, x6
	cbz	x6, .L250
.L251:
	ldr	x1, [x4]
	mov	x0, x11
	bl	walk
	ldp	w1, w2, [x4, 16]
	ldr	x4, [x4, 8]
	add	w1, w1, w2
	eor	x11, x1, x0
	ror	x11, x11, 57
	mul	x11, x11, x9
	cbnz	x4, .L251
	ldr	x5, [x6]
	mov	w2, 0
	cbz	x5, .L252
	ldr	x4, [x5]
	mov	w2, 0
	cbz	x4, .L255
	ldr	x12, [x4]
	cbz	x12, .L256
	ldr	x13, [x12]
	cbz	x13, .L257
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w2, w1, 1
.L257:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L258
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L258:
	cmp	w0, w2
	csel	w0, w0, w2, ge
	add	w2, w0, 1
.L256:
	ldr	x12, [x4, 8]
	mov	w0, 0
	cbz	x12, .L259
	ldr	x13, [x12]
	mov	w4, 0
	cbz	x13, .L260
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w4, w1, 1
.L260:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L261
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L261:
	cmp	w0, w4
	csel	w0, w0, w4, ge
	add	w0, w0, 1
.L259:
	cmp	w0, w2
	csel	w0, w0, w2, ge
	add	w2, w0, 1
.L255:
	ldr	x5, [x5, 8]
	mov	w0, 0
	cbz	x5, .L262
	ldr	x12, [x5]
	mov	w4, 0
	cbz	x12, .L263
	ldr	x13, [x12]
	cbz	x13, .L264
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w4, w1, 1
.L264:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L265
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L265:
	cmp	w0, w4
	csel	w0, w0, w4, ge
	add	w4, w0, 1
.L263:
	ldr	x12, [x5, 8]
	mov	w0, 0
	cbz	x12, .L266
	ldr	x13, [x12]
	mov	w5, 0
	cbz	x13, .L267
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w5, w1, 1
.L267:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L268
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L268:
	cmp	w0, w5
	csel	w0, w0, w5, ge
	add	w0, w0, 1
.L266:
	cmp	w0, w4
	csel	w0, w0, w4, ge
	add	w0, w0, 1
.L262:
	cmp	w0, w2
	csel	w0, w0, w2, ge
	add	w2, w0, 1
.L252:
	ldr	x6, [x6, 8]
	mov	w0, 0
	cbz	x6, .L269
	ldr	x5, [x6]
	mov	w4, 0
	cbz	x5, .L270
	ldr	x12, [x5]
	cbz	x12, .L271
	ldr	x13, [x12]
	cbz	x13, .L272
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w4, w1, 1
.L272:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L273
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L273:
	cmp	w0, w4
	csel	w0, w0, w4, ge
	add	w4, w0, 1
.L271:
	ldr	x12, [x5, 8]
	mov	w0, 0
	cbz	x12, .L274
	ldr	x13, [x12]
	mov	w5, 0
	cbz	x13, .L275
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w5, w1, 1
.L275:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L276
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L276:
	cmp	w0, w5
	csel	w0, w0, w5, ge
	add	w0, w0, 1
.L274:
	cmp	w0, w4
	csel	w0, w0, w4, ge
	add	w4, w0, 1
.L270:
	ldr	x6, [x6, 8]
	mov	w0, 0
	cbz	x6, .L277
	ldr	x12, [x6]
	mov	w5, 0
	cbz	x12, .L278
	ldr	x13, [x12]
	cbz	x13, .L279
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w5, w1, 1
.L279:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L280
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L280:
	cmp	w0, w5
	csel	w0, w0, w5, ge
	add	w5, w0, 1
.L278:
	ldr	x12, [x6, 8]
	mov	w0, 0
	cbz	x12, .L281
	ldr	x13, [x12]
	mov	w6, 0
	cbz	x13, .L282
	ldr	x0, [x13]
	bl	height
	mov	w1, w0
	ldr	x0, [x13, 8]
	bl	height
	cmp	w1, w0
	csel	w1, w1, w0, ge
	add	w6, w1, 1
.L282:
	ldr	x12, [x12, 8]
	mov	w0, 0
	cbz	x12, .L283
	ldr	x0, [x12]
	bl	height
	mov	w1, w0
	ldr	x0, [x12, 8]
	bl	height
	cmp	w1, w0
	csel	w0, w1, w0, ge
	add	w0, w0, 1
.L283:
	cmp	w0, w6
	csel	w0, w0, w6, ge
	add	w0, w0, 1
.L281:
	cmp	w0, w5
	csel	w0, w0, w5, ge
	add	w0, w0, 1
.L277:
	cmp	w0, w4
	csel	w0, w0, w4, ge
	add	w0, w0, 1
.L269:
	cmp	w0, w2
	csel	w0, w0, w2, ge
	add	w0, w0, 1
	eor	x11, x11, x0
.L250:
	sub	w10, w10, #1
	ror	x11, x11, 57
	mul	x11, x11, x9
	cmn	w10, #1
	bne	.L284
	mov	x0, x11
	ldp	x29, x30, [sp], 32
	ret
	.p2align 2,,3
.L235:
	str	x5, [x1]
	ldr	x6, [sp, 24]
	b	.L285
.L286:
	mov	x11, 0
	mov	x0, x11
	ret
.LFE10:
// .bss
	.balign	4096
	.align	3
nodes:
	.zero	196608
