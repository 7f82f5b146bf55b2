/** Names of configuration space. Source: PCI Local Bus Specification 3.0, chapter 6. */

/** Functions here are conventional: what lies beyond their 256 bytes reads as all ones, as on QEMU's root bus. */
export const CONFIG_BYTES = 0x100;
/** What a function has of the enhanced configuration access mechanism's window, where all but its first {@link CONFIG_BYTES} are absent here (PCI Express Base Specification, section 7.2.2). */
export const FUNCTION_BYTES = 0x1000;

/** Offsets in a type 0 header. */
export const CONFIG = {
  VENDOR_ID: 0x00,
  DEVICE_ID: 0x02,
  COMMAND: 0x04,
  STATUS: 0x06,
  REVISION_ID: 0x08,
  /** Programming interface, sub-class and base class: three bytes. */
  CLASS_CODE: 0x09,
  CACHE_LINE_SIZE: 0x0c,
  HEADER_TYPE: 0x0e,
  BAR0: 0x10,
  SUBSYSTEM_VENDOR_ID: 0x2c,
  SUBSYSTEM_ID: 0x2e,
  CAPABILITIES_POINTER: 0x34,
  INTERRUPT_LINE: 0x3c,
  INTERRUPT_PIN: 0x3d,
} as const;

export const COMMAND = {
  IO: 1 << 0,
  MEMORY: 1 << 1,
  BUS_MASTER: 1 << 2,
  PARITY: 1 << 6,
  SERR: 1 << 8,
  INTERRUPT_DISABLE: 1 << 10,
} as const;

export const STATUS = { INTERRUPT: 1 << 3, CAPABILITIES: 1 << 4 } as const;

/** In the header type: there are other functions of this device. */
export const MULTIFUNCTION = 0x80;

/** The low bits of a memory BAR. */
export const BAR_FLAG = { MEMORY64: 0x4, PREFETCHABLE: 0x8 } as const;
export const BAR_FLAG_BITS = 0xf;

export const PCI_PINS = 4;
const FUNCTIONS_OF_A_DEVICE = 8;

/** Device (0 to 31) and function (0 to 7) in one number, as in a requester's id. */
export const devfn = (device: number, fn: number): number => device * FUNCTIONS_OF_A_DEVICE + fn;
export const deviceOf = (place: number): number => Math.floor(place / FUNCTIONS_OF_A_DEVICE);
/** As `lspci` writes it: `00:02.0`. */
export const placeWords = (place: number): string =>
  `00:${deviceOf(place).toString(16).padStart(2, '0')}.${place % FUNCTIONS_OF_A_DEVICE}`;
