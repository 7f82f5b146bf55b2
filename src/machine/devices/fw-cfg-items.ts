/**
 * What the firmware is told by fw_cfg: items of bytes by their keys, and files by name behind a directory.
 * Source: QEMU documentation, "QEMU Firmware Configuration (fw_cfg) Device"; the keys are those of its header `fw_cfg.h`.
 */

/** What is given beside the firmware, for it to boot. */
export interface FirmwareFiles {
  readonly kernel?: Uint8Array;
  readonly initrd?: Uint8Array;
  /** The kernel's command line. */
  readonly append?: string;
}

export const FW_CFG = {
  SIGNATURE: 0x00,
  ID: 0x01,
  UUID: 0x02,
  NB_CPUS: 0x05,
  KERNEL_SIZE: 0x08,
  INITRD_SIZE: 0x0b,
  KERNEL_DATA: 0x11,
  INITRD_DATA: 0x12,
  CMDLINE_SIZE: 0x14,
  CMDLINE_DATA: 0x15,
  FILE_DIR: 0x19,
  FILE_FIRST: 0x20,
} as const;

/** Bits of the item ID: registers, and DMA besides. */
const ID = { TRADITIONAL: 1, DMA: 2 } as const;
const UUID_BYTES = 16;
/** An entry of the directory: size (32 bits), key (16), 16 reserved bits, all big-endian, and a name. */
const ENTRY = { BYTES: 64, NAME: 8 } as const;

const text = new TextEncoder();

/** Bytes of a number, least first. */
function number(value: number, bytes: 2 | 4): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, n) => (value >>> (8 * n)) & 0xff);
}

/** All items of a board. What is in none reads as nothing. */
export function fwCfgItems(vcpus: number, { kernel, initrd, append }: FirmwareFiles = {}): ReadonlyMap<number, Uint8Array> {
  // How long firmware waits when nothing can be booted, in milliseconds: for ever.
  const files = new Map([['etc/boot-fail-wait', number(-1, 4)]]);
  const items = new Map<number, Uint8Array>([
    [FW_CFG.SIGNATURE, text.encode('QEMU')],
    [FW_CFG.ID, number(ID.TRADITIONAL | ID.DMA, 4)],
    [FW_CFG.UUID, new Uint8Array(UUID_BYTES)],
    [FW_CFG.NB_CPUS, number(vcpus, 2)],
    [FW_CFG.FILE_DIR, directory(files)],
  ]);
  for (const [index, bytes] of [...files.values()].entries()) items.set(FW_CFG.FILE_FIRST + index, bytes);
  const give = (size: number, data: number, bytes: Uint8Array | undefined): void => {
    if (!bytes) return;
    items.set(size, number(bytes.length, 4));
    items.set(data, bytes);
  };
  give(FW_CFG.KERNEL_SIZE, FW_CFG.KERNEL_DATA, kernel);
  give(FW_CFG.INITRD_SIZE, FW_CFG.INITRD_DATA, initrd);
  // Its end is part of it.
  give(FW_CFG.CMDLINE_SIZE, FW_CFG.CMDLINE_DATA, append === undefined ? undefined : text.encode(`${append}\0`));
  return items;
}

function directory(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const bytes = new Uint8Array(4 + files.size * ENTRY.BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, files.size);
  for (const [index, [name, { length }]] of [...files].entries()) {
    const at = 4 + index * ENTRY.BYTES;
    view.setUint32(at, length);
    view.setUint16(at + 4, FW_CFG.FILE_FIRST + index);
    bytes.set(text.encode(name), at + ENTRY.NAME);
  }
  return bytes;
}
