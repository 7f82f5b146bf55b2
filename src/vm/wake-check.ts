import type { HibernationImage } from './hibernation-image';
import type { Kernel } from './kernel/kernel';

/**
 * Whether a machine may wake what sleeps on its disk. A kernel that finds an image of other memory, or of another build, says so in its log,
 * drops the image and boots afresh (Linux kernel/power/snapshot.c, check_header): what slept is lost. So the host looks before. The number of CPUs is
 * not judged: the image does not say it, and Linux wakes with any (it asks for those it had, and goes on without those it does not get). An image in a
 * file that nobody tells the kernel of is not dropped, but what it knows of its file systems is no longer true once others have written to them.
 */

const MIB = 1 << 20;

interface Waker {
  memoryMiB: number;
  /** Kernel command line. */
  append?: string | undefined;
  kernel: Pick<Kernel, 'segments'>;
}

/** Why a machine is not to start with a disk, as a sentence; undefined if nothing speaks against it. */
export function refusalToWake(diskName: string, image: HibernationImage, waker: Waker): string | undefined {
  const banner = linuxBanner(waker.kernel);
  // No Linux that could be told: no program of another kind wakes, or drops, an image.
  if (banner === undefined) return undefined;
  const slept = sleptMiB(image);
  if (!limitsMemory(waker.append) && slept !== waker.memoryMiB) {
    return (
      `The machine asleep on disk “${diskName}” has ${slept} MiB of memory, this one ${waker.memoryMiB} MiB, and waking it here would ` +
      `destroy it: start with ${slept} MiB, or delete the disk's contents for a fresh start.`
    );
  }
  if (!waker.kernel.segments.some(({ bytes }) => holds(bytes, image.build))) {
    return (
      `The machine asleep on disk “${diskName}” runs the kernel “${image.build}”, this one would boot Linux ${banner}, and waking it here would ` +
      `destroy it: start with the kernel it went to sleep with, or delete the disk's contents for a fresh start.`
    );
  }
  return leadsTo(image, waker.append)
    ? undefined
    : `The machine asleep on disk “${diskName}” sleeps in a swap file, and what boots here is not told of it and would write to the file system around ` +
        `it: add resume= with that file system's device, and resume_offset=${image.offsetPages}, to the kernel's command line.`;
}

/** Whether a kernel finds the image: in a file it does by its command line only (Linux Documentation/power/swsusp-and-swap-files.rst). */
function leadsTo({ offsetPages }: HibernationImage, append = ''): boolean {
  if (offsetPages === undefined) return true;
  const words = append.split(/\s+/);
  return words.includes(`resume_offset=${offsetPages}`) && words.some((word) => word.startsWith('resume='));
}

/**
 * The memory of the machine that slept. Linux counts every page of RAM the device tree names, those it keeps to itself as well, so that this
 * comes out even; a kernel that gave up a page or two at the edges would be less than one MiB short.
 */
function sleptMiB({ physicalPages, pageBytes }: HibernationImage): number {
  return Math.ceil((physicalPages * pageBytes) / MIB);
}

/** The kernel is told to use less memory than there is: how much it counts is not known. */
function limitsMemory(append: string | undefined): boolean {
  return /(^|\s)(mem|memmap)=/.test(append ?? '');
}

/** Release and build of a Linux kernel, from what it prints first. */
function linuxBanner({ segments }: Pick<Kernel, 'segments'>): string | undefined {
  for (const { bytes } of segments) {
    for (let at = find(bytes, BANNER, 0); at >= 0; at = find(bytes, BANNER, at + 1)) {
      const text = String.fromCharCode(...bytes.subarray(at + BANNER.length, at + BANNER.length + 512));
      const [, release, build] = /^(\d[^\s\0]*) [^\0\n]*(#\d+ [^\0\n]*)\n/.exec(text) ?? [];
      if (release && build) return `${release} “${build}”`;
    }
  }
  return undefined;
}

const encode = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const BANNER = encode('Linux version ');

/** Whether the text is there, whole: a build that goes on is another one. An image keeps the first 64 characters at most. */
function holds(bytes: Uint8Array, build: string): boolean {
  const wanted = encode(build);
  for (let at = find(bytes, wanted, 0); at >= 0; at = find(bytes, wanted, at + 1)) {
    const next = bytes[at + wanted.length];
    if (build.length >= 64 || next === undefined || next === 0 || next === 0x0a) return true;
  }
  return false;
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0]!, from); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}
