// A virtio block device on virtio-mmio (versions 1 and 2), one request at a time, without interrupts (OASIS virtio 1.2, 4.2 and 5.2).

.equ VIRTIO_MMIO,       0x0a000000
.equ VIRTIO_SLOTS,      32
.equ VIRTIO_STRIDE,     0x200
.equ VIRTIO_MAGIC,      0x74726976
.equ VIRTIO_ID_BLOCK,   2
.equ VREG_VERSION,      0x004
.equ VREG_DEVICE_ID,    0x008
.equ VREG_DRIVER_FEATURES, 0x020
.equ VREG_DRIVER_FEATURES_SEL, 0x024
.equ VREG_GUEST_PAGE_SIZE, 0x028
.equ VREG_QUEUE_SEL,    0x030
.equ VREG_QUEUE_NUM,    0x038
.equ VREG_QUEUE_ALIGN,  0x03c
.equ VREG_QUEUE_PFN,    0x040
.equ VREG_QUEUE_READY,  0x044
.equ VREG_QUEUE_NOTIFY, 0x050
.equ VREG_STATUS,       0x070
.equ VREG_QUEUE_DESC,   0x080
.equ VREG_QUEUE_DRIVER, 0x090
.equ VREG_QUEUE_DEVICE, 0x0a0
.equ VREG_CAPACITY,     0x100           // in sectors of 512 bytes
.equ VSTATUS_ACKNOWLEDGE, 1
.equ VSTATUS_DRIVER,    2
.equ VSTATUS_DRIVER_OK, 4
.equ VSTATUS_FEATURES_OK, 8
.equ QUEUE_SIZE,        4
.equ DESC_NEXT,         1
.equ DESC_WRITE,        2
.equ BLK_IN,            0
.equ BLK_OUT,           1

// The queue: descriptors, available ring, used ring on the next page; then a request's header, its status, and a buffer of 4 KiB.
.equ QUEUE_AVAILABLE,   QUEUE_SIZE * 16
.equ QUEUE_USED,        0x1000
.equ REQUEST_HEADER,    0x2000
.equ REQUEST_STATUS,    0x2010
.equ BUFFER,            0x3000
.equ BUFFER_SIZE,       0x1000

// Looks for the first disk and sets it up: VAR_DISK, VAR_DISK_SECTORS. It is in the last slot (on QEMU the first `-device` is), others lie below.
disk_find:
    variables x9
    ldr x10, =VIRTIO_MMIO + (VIRTIO_SLOTS - 1) * VIRTIO_STRIDE
    mov x11, #VIRTIO_SLOTS
1:  ldr w0, [x10]
    ldr w1, =VIRTIO_MAGIC
    cmp w0, w1
    b.ne 2f
    ldr w0, [x10, #VREG_DEVICE_ID]
    cmp w0, #VIRTIO_ID_BLOCK
    b.eq 3f
2:  sub x10, x10, #VIRTIO_STRIDE
    subs x11, x11, #1
    b.ne 1b
    ret
3:  str wzr, [x10, #VREG_STATUS]
    mov w0, #VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER
    str w0, [x10, #VREG_STATUS]
    ldr w12, [x10, #VREG_VERSION]
    // No optional features; version 2 wants VIRTIO_F_VERSION_1 (bit 32).
    str wzr, [x10, #VREG_DRIVER_FEATURES_SEL]
    str wzr, [x10, #VREG_DRIVER_FEATURES]
    cmp w12, #1
    b.eq 4f
    mov w0, #1
    str w0, [x10, #VREG_DRIVER_FEATURES_SEL]
    str w0, [x10, #VREG_DRIVER_FEATURES]
    mov w0, #VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER | VSTATUS_FEATURES_OK
    str w0, [x10, #VREG_STATUS]
4:  str wzr, [x10, #VREG_QUEUE_SEL]
    mov w0, #QUEUE_SIZE
    str w0, [x10, #VREG_QUEUE_NUM]
    ldr x0, =VIRTQUEUE
    cmp w12, #1
    b.ne 5f
    mov w1, #4096
    str w1, [x10, #VREG_GUEST_PAGE_SIZE]
    str w1, [x10, #VREG_QUEUE_ALIGN]
    lsr x0, x0, #12
    str w0, [x10, #VREG_QUEUE_PFN]
    b 6f
5:  add x1, x0, #QUEUE_AVAILABLE
    add x2, x0, #QUEUE_USED
    str w0, [x10, #VREG_QUEUE_DESC]
    str wzr, [x10, #VREG_QUEUE_DESC + 4]
    str w1, [x10, #VREG_QUEUE_DRIVER]
    str wzr, [x10, #VREG_QUEUE_DRIVER + 4]
    str w2, [x10, #VREG_QUEUE_DEVICE]
    str wzr, [x10, #VREG_QUEUE_DEVICE + 4]
    mov w0, #1
    str w0, [x10, #VREG_QUEUE_READY]
6:  ldr w0, [x10, #VREG_STATUS]
    orr w0, w0, #VSTATUS_DRIVER_OK
    str w0, [x10, #VREG_STATUS]
    str x10, [x9, #VAR_DISK]
    ldr w0, [x10, #VREG_CAPACITY]
    ldr w1, [x10, #VREG_CAPACITY + 4]
    orr x0, x0, x1, lsl #32
    str x0, [x9, #VAR_DISK_SECTORS]
    ret

// Reads (x0 = BLK_IN) or writes (BLK_OUT) x3 bytes at address x2 from sector x1. x0 is the status, 0 if all went well.
// Uses no stack and no variable that hibernation restores while it runs; clobbers x4 to x9.
disk_transfer:
    variables x4
    ldr x4, [x4, #VAR_DISK]
    ldr x5, =VIRTQUEUE
    ldr x6, =VIRTQUEUE + REQUEST_HEADER
    str w0, [x6]
    str wzr, [x6, #4]
    str x1, [x6, #8]
    mov w7, #-1
    str w7, [x6, #REQUEST_STATUS - REQUEST_HEADER]
    // Three descriptors: header, data, status.
    mov x8, #16
    movk x8, #DESC_NEXT, lsl #32
    movk x8, #1, lsl #48
    stp x6, x8, [x5]
    mov w8, w3
    mov x9, #DESC_NEXT
    cmp w0, #BLK_OUT
    mov x7, #DESC_NEXT | DESC_WRITE     // the device writes what we read
    csel x9, x9, x7, eq
    orr x8, x8, x9, lsl #32
    movk x8, #2, lsl #48
    stp x2, x8, [x5, #16]
    add x6, x6, #REQUEST_STATUS - REQUEST_HEADER
    mov x8, #1
    movk x8, #DESC_WRITE, lsl #32
    stp x6, x8, [x5, #32]
    // Every request starts at descriptor 0.
    add x5, x5, #QUEUE_AVAILABLE
    ldrh w7, [x5, #2]
    and w8, w7, #QUEUE_SIZE - 1
    add x8, x5, x8, lsl #1
    strh wzr, [x8, #4]
    add w7, w7, #1
    and w7, w7, #0xffff
    dmb ish
    strh w7, [x5, #2]
    dsb sy
    str wzr, [x4, #VREG_QUEUE_NOTIFY]
    ldr x5, =VIRTQUEUE + QUEUE_USED
1:  ldrh w8, [x5, #2]
    cmp w8, w7
    b.ne 1b
    dmb ish
    ldrb w0, [x6]
    ret
    .ltorg
