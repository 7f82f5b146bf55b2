import type { Header } from './header';

export const virtio: Header = {
  name: 'virtio.inc',
  what: 'A virtio disk: disk_begin, disk_read and disk_write move one sector of 512 bytes.',
  text: String.raw`
// A virtio block device behind virtio-mmio, version 2 (OASIS virtio 1.2, 4.2 and 5.2): one request at a time, without interrupts.

.equ VIRTIO_DISK,       0x0a003e00      // the last of the board's 32 slots
.equ VIRTIO_MAGIC_VALUE, 0x74726976     // "virt"
.equ VIRTIO_ID_BLOCK,   2
.equ VIRTIO_DEVICE_ID,  0x008
.equ VIRTIO_DRIVER_FEATURES, 0x020
.equ VIRTIO_DRIVER_FEATURES_SEL, 0x024
.equ VIRTIO_QUEUE_SEL,  0x030
.equ VIRTIO_QUEUE_NUM,  0x038
.equ VIRTIO_QUEUE_READY, 0x044
.equ VIRTIO_QUEUE_NOTIFY, 0x050
.equ VIRTIO_STATUS,     0x070
.equ VIRTIO_QUEUE_DESC, 0x080
.equ VIRTIO_QUEUE_DRIVER, 0x090
.equ VIRTIO_QUEUE_DEVICE, 0x0a0
.equ VIRTIO_CAPACITY,   0x100           // in sectors
.equ VIRTIO_ACKNOWLEDGE, 1
.equ VIRTIO_DRIVER,     2
.equ VIRTIO_DRIVER_OK,  4
.equ VIRTIO_FEATURES_OK, 8

.equ VIRTQ_SIZE,        4
.equ VIRTQ_NEXT,        1               // flags of a descriptor: there is another,
.equ VIRTQ_WRITE,       2               // and the device writes
.equ BLK_IN,            0
.equ BLK_OUT,           1

// Sets the disk up. x0: its size in sectors, 0 if there is none. Changes x0 to x2.
.macro disk_begin
    bl virtio_disk_begin
.endm

// Reads or writes sector \sector at the address in register \buffer. x0: 0 if all went well. Changes x0 to x7.
.macro disk_read sector:req, buffer:req
    mov x2, \buffer
    mov x1, \sector
    mov w0, #BLK_IN
    bl virtio_disk_request
.endm
.macro disk_write sector:req, buffer:req
    mov x2, \buffer
    mov x1, \sector
    mov w0, #BLK_OUT
    bl virtio_disk_request
.endm

    .pushsection .text.virtio, "ax"
virtio_disk_begin:
    ldr x1, =VIRTIO_DISK
    mov x0, #0
    ldr w2, [x1, #VIRTIO_DEVICE_ID]
    cmp w2, #VIRTIO_ID_BLOCK
    b.ne 1f
    str wzr, [x1, #VIRTIO_STATUS]
    mov w2, #VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER
    str w2, [x1, #VIRTIO_STATUS]
    str wzr, [x1, #VIRTIO_DRIVER_FEATURES_SEL]
    str wzr, [x1, #VIRTIO_DRIVER_FEATURES]
    mov w2, #1                          // bit 32: VIRTIO_F_VERSION_1
    str w2, [x1, #VIRTIO_DRIVER_FEATURES_SEL]
    str w2, [x1, #VIRTIO_DRIVER_FEATURES]
    mov w2, #VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK
    str w2, [x1, #VIRTIO_STATUS]
    str wzr, [x1, #VIRTIO_QUEUE_SEL]
    mov w2, #VIRTQ_SIZE
    str w2, [x1, #VIRTIO_QUEUE_NUM]
    ldr x2, =virtq_descriptors
    str w2, [x1, #VIRTIO_QUEUE_DESC]
    str wzr, [x1, #VIRTIO_QUEUE_DESC + 4]
    ldr x2, =virtq_available
    str w2, [x1, #VIRTIO_QUEUE_DRIVER]
    str wzr, [x1, #VIRTIO_QUEUE_DRIVER + 4]
    ldr x2, =virtq_used
    str w2, [x1, #VIRTIO_QUEUE_DEVICE]
    str wzr, [x1, #VIRTIO_QUEUE_DEVICE + 4]
    mov w2, #1
    str w2, [x1, #VIRTIO_QUEUE_READY]
    mov w2, #VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK
    str w2, [x1, #VIRTIO_STATUS]
    ldr w0, [x1, #VIRTIO_CAPACITY]
1:  ret

// Request w0 of sector x1 and the buffer at x2: a chain of header, data and status.
virtio_disk_request:
    ldr x3, =virtio_request
    str w0, [x3]
    str wzr, [x3, #4]
    str x1, [x3, #8]
    mov w4, #0xff
    strb w4, [x3, #16]
    ldr x5, =virtq_descriptors
    mov x6, #16                         // the header: 16 bytes, another follows: 1
    movk x6, #VIRTQ_NEXT, lsl #32
    movk x6, #1, lsl #48
    stp x3, x6, [x5]
    mov x6, #512                        // the data, which the device writes when we read; then: 2
    movk x6, #VIRTQ_NEXT, lsl #32
    movk x6, #2, lsl #48
    mov x7, #VIRTQ_WRITE << 32
    cmp w0, #BLK_IN
    csel x7, x7, xzr, eq
    orr x6, x6, x7
    stp x2, x6, [x5, #16]
    add x3, x3, #16
    mov x6, #1                          // the status: one byte
    movk x6, #VIRTQ_WRITE, lsl #32
    stp x3, x6, [x5, #32]
    ldr x5, =virtq_available
    ldrh w6, [x5, #2]                   // idx
    and w7, w6, #VIRTQ_SIZE - 1
    add x7, x5, x7, lsl #1
    strh wzr, [x7, #4]                  // ring[idx]: the chain begins at descriptor 0
    add w6, w6, #1
    and w6, w6, #0xffff
    dmb ish
    strh w6, [x5, #2]
    dsb sy
    ldr x4, =VIRTIO_DISK
    str wzr, [x4, #VIRTIO_QUEUE_NOTIFY]
    ldr x5, =virtq_used
1:  ldrh w7, [x5, #2]
    cmp w7, w6
    b.ne 1b
    dmb ish
    ldrb w0, [x3]
    ret
    .popsection

    .pushsection .bss.virtio
    .balign 4096
virtq_descriptors:
    .space VIRTQ_SIZE * 16
virtq_available:
    .space 64
    .balign 64
virtq_used:
    .space 64
virtio_request:
    .space 32
    .popsection
`,
};
