import type { BlockDevice } from '../storage/block-device';
import type { SleepingArea } from './swap-signature';

/**
 * What a hibernation image says of the machine that sleeps in it. The header of the swap area names the first map of the image, a page of
 * page numbers; the first of these is the image's own header, which is never compressed (Linux kernel/power/swap.c, swsusp_write; power.h,
 * swsusp_info). On arm64 that begins with what the architecture keeps instead of the kernel's name, first the build of the kernel
 * (arch/arm64/kernel/hibernate.c, arch_hibernate_hdr). So since Linux 4.7; seen with 7.3. How many CPUs there were is not said: the field is 0
 * on arm64.
 */
export interface HibernationImage {
  /** The build of the kernel that sleeps, `uname -v`: e.g. `#1 SMP Debian 6.12.48-1 (2025-09-20)`. */
  build: string;
  /** Pages of memory the machine had, as its kernel counted them. */
  physicalPages: number;
  pageBytes: number;
  /** Pages of memory in the image. */
  imagePages: number;
  /** Of the image before compression. */
  bytes: number;
  /** Offset of the swap area on the disk. */
  where: number;
  /** The area is a file: the page of its block device at which it begins, Linux's `resume_offset`. */
  offsetPages?: number;
}

const BUILD_BYTES = 65;
const PHYSICAL_PAGES = 400;
const IMAGE_PAGES = 416;
const SIZE = 432;
const INFO_BYTES = 440;

/**
 * The machine that sleeps in a swap area of a disk; undefined if its image is not understood. Throws a DiskError if the disk
 * cannot be read.
 */
export function readHibernationImage(disk: BlockDevice, area: SleepingArea): HibernationImage | undefined {
  const { pageBytes, device, start } = area;
  const map = readBytes(disk, area.image, 8);
  if (!map || area.image === device) return undefined;
  const header = Number(map.getBigUint64(0, true));
  const info = readBytes(disk, device + header * pageBytes, INFO_BYTES);
  if (!info || header === 0) return undefined;
  const build = new Uint8Array(info.buffer, 0, BUILD_BYTES);
  const length = build.indexOf(0);
  const text = length > 0 ? String.fromCharCode(...build.subarray(0, length)) : '';
  const physicalPages = Number(info.getBigUint64(PHYSICAL_PAGES, true));
  const imagePages = Number(info.getBigUint64(IMAGE_PAGES, true));
  const bytes = Number(info.getBigUint64(SIZE, true));
  // Linux builds are counted: “#1 SMP …”. The rest is to be numbers such a machine can have.
  if (!/^#[\x20-\x7e]+$/.test(text)) return undefined;
  if (physicalPages < 1 || !Number.isSafeInteger(physicalPages * pageBytes)) return undefined;
  if (imagePages < 1 || imagePages > physicalPages || !Number.isSafeInteger(bytes)) return undefined;
  const offset = start === device ? {} : { offsetPages: (start - device) / pageBytes };
  return { build: text, physicalPages, pageBytes, imagePages, bytes, where: start, ...offset };
}

function readBytes(disk: BlockDevice, offset: number, length: number): DataView<ArrayBuffer> | undefined {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > disk.size) return undefined;
  const bytes = new Uint8Array(length);
  disk.read(offset, bytes);
  return new DataView(bytes.buffer);
}
