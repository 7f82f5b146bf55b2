/** What the Debian guest is made of. Change RECIPE_VERSION when the same packages shall give another guest. */

export const RECIPE_VERSION = 3;

export const GUEST_NAME = 'debian';

/** Tried in order: a mirror that lacks one set of suites may have the next. */
export const SUITES: readonly (readonly string[])[] = [['trixie', 'trixie-backports'], ['forky']];

/** Depends on the packages of the newest kernel; its dependencies are followed by name. */
export const KERNEL_METAPACKAGE = 'linux-image-cloud-arm64';
/** Of those, the ones that may hold the Image or modules (their split has changed over the years). */
export const KERNEL_PACKAGE = /^linux-(image|binary|modules)-\d/;
export const BUSYBOX_PACKAGE = 'busybox-static';

/** Linux calls PSCI SYSTEM_OFF2 to hibernate from this release on (commit "psci: Add hibernate support", 6.13). */
export const OLDEST_KERNEL = [6, 13] as const;

/**
 * Put into the initramfs with what they depend on; /init loads the first two, BusyBox init the last. The rest of what the
 * board needs is built into the kernel: GICv3, PL011, PL031, virtio itself, virtio-console, ext4.
 */
export const MODULES = ['virtio_mmio', 'virtio_blk', 'virtio_rng'] as const;

/**
 * `cma=0`: Debian reserves 64 MiB of contiguous memory, which this machine has no use for and which makes
 * hibernating a small machine fail for want of memory.
 */
export const APPEND = 'console=ttyAMA0 cma=0';

export const DEFAULTS = { vcpus: 2, memoryMiB: 512 } as const;

/** Without a template its disk is one area for swap, which /init makes. */
export const SWAP_ONLY_MIB = 600;

/**
 * The disk that new machines begin with. Names and numbers are fixed, so that it is the same wherever it is made; /init looks for the label.
 */
export const HOME_DISK = {
  swapMiB: 600,
  // With the swap, and the table before it, 1 GiB: what private windows of Chromium still keep.
  homeMiB: 423,
  swapLabel: 'dormouse-swap',
  label: 'dormouse-home',
  /** Where the guest has it: the home of its only user. */
  path: '/root',
  /** "nest", in ASCII. */
  signature: 0x7473656e,
  swapUuid: '64f3a2c1-5b7e-4d09-8c46-1e0b9a7d3501',
  uuid: '64f3a2c1-5b7e-4d09-8c46-1e0b9a7d3502',
  hashSeed: '64f3a2c1-5b7e-4d09-8c46-1e0b9a7d3503',
} as const;
