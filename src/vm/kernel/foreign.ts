/**
 * Files people give in place of a kernel or an initrd, by their magic. One row each: what it is, what to give instead, and the bytes that
 * tell, all of which must be there. Sources: the formats' own specifications; Linux Documentation/arch and include/uapi; file(1)'s names.
 */

/** What a foreign file is good for, which decides who else takes it. `disk`: bytes as they lie on one. */
export type Kind = 'initrd' | 'packed' | 'disk' | 'disk to convert' | 'other';

interface Bytes {
  at: number;
  /** As latin1. */
  bytes: string;
}

export interface Format {
  /** With its article, as in “The kernel is a PNG picture”. */
  what: string;
  instead: string;
  kind: Kind;
  matches(file: Uint8Array): boolean;
}

const KERNEL = 'give an arm64 Image (as it is, or packed with gzip or zstd) or an ELF file';
const ARM64 = 'give a kernel that was built for arm64';
const KERNEL_INSIDE = 'take the kernel out of it, and give that';
const AS_DISK = 'give the kernel and the initrd (often in its /boot), and this as a disk';
const CONVERTED_DISK =
  'give the kernel and the initrd (often in its /boot), and this as a disk, made raw by `qemu-img convert -O raw`';
const AS_INITRD = 'give it as the initrd, and a kernel with it';
const DEVICE_TREE = 'the machine brings its own device tree: leave this out, and give a kernel';
const unpackWith = (command: string): string => `unpack it first (\`${command}\`), and give what comes out`;

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
const hasBytes = (file: Uint8Array, { at, bytes }: Bytes): boolean => {
  const start = at < 0 ? file.length + at : at;
  for (let i = 0; i < bytes.length; i++) if (file[start + i] !== bytes.charCodeAt(i)) return false;
  return true;
};

/** A row told by bytes at fixed offsets; a negative offset counts from the end. */
function magic(what: string, instead: string, kind: Kind, ...all: [at: number, bytes: string][]): Format {
  const parts = all.map(([at, bytes]) => ({ at, bytes }));
  return { what, instead, kind, matches: (file) => parts.every((part) => hasBytes(file, part)) };
}
const other = (what: string, instead: string, ...all: [at: number, bytes: string][]): Format =>
  magic(what, instead, 'other', ...all);
const disk = (what: string, ...all: [at: number, bytes: string][]): Format => magic(what, AS_DISK, 'disk', ...all);
const convertible = (what: string, ...all: [at: number, bytes: string][]): Format =>
  magic(what, CONVERTED_DISK, 'disk to convert', ...all);
const packed = (name: string, command: string, bytes: string): Format =>
  magic(`compressed with ${name}, which is not unpacked here`, unpackWith(command), 'packed', [0, bytes]);
const cpio = (bytes: string): Format => magic('an initramfs (a cpio archive)', AS_INITRD, 'initrd', [0, bytes]);
const told = (what: string, instead: string, matches: (file: Uint8Array) => boolean): Format => ({
  what,
  instead,
  kind: 'other',
  matches,
});

/** The end of the first page of a swap area (Linux include/linux/swap.h), with a hibernated Linux in it or without. */
const PAGE_SIZES = [4096, 16384, 65536];
const isSwapArea = (file: Uint8Array): boolean =>
  PAGE_SIZES.some((page) => ['SWAPSPACE2', 'S1SUSPEND\0'].some((bytes) => hasBytes(file, { at: page - bytes.length, bytes })));

const PE_POINTER = 60;
const peMachine = (file: Uint8Array): number | undefined => {
  if (file.length < 64 || !hasBytes(file, { at: 0, bytes: 'MZ' })) return undefined;
  const data = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const header = data.getUint32(PE_POINTER, true);
  if (header + 6 > file.length || data.getUint32(header, true) !== 0x4550) return undefined;
  return data.getUint16(header + 4, true);
};
const pe = (what: string, instead: string, ...machines: number[]): Format =>
  told(what, instead, (file) => machines.includes(peMachine(file) ?? -1));

/** LZMA's own header (no magic): properties 0x5d, a dictionary of a power of two, and a size of all ones or below 2^40. */
function isLzma(file: Uint8Array): boolean {
  if (file.length < 13 || file[0] !== 0x5d || file[1] !== 0 || file[2] !== 0) return false;
  const size = latin1(file.subarray(5, 13));
  return size === '\xff'.repeat(8) || size.endsWith('\0\0\0');
}

const SAMPLE = 512;
const UTF8_BOM = /^\uFEFF/;

/** The beginning as text, if it is text: no byte that texts do not have. */
function textOf(file: Uint8Array): string | undefined {
  if (file.length < 8) return undefined;
  const sample = file.subarray(0, SAMPLE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell what is not a text.
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(latin1(sample))) return undefined;
  try {
    // A character may be cut at the sample's end.
    return new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true }).replace(UTF8_BOM, '');
  } catch {
    return undefined;
  }
}
const text = (what: string, instead: string, pattern: RegExp): Format =>
  told(what, instead, (file) => {
    const begins = textOf(file);
    return begins !== undefined && pattern.test(begins);
  });

/** A FIT is a device tree with a node `images`: FDT_BEGIN_NODE and the node's name. */
const FIT_NODE = '\0\0\0\x01images\0';
const FIT_LOOKED_AT = 0x10000;
const FDT = '\xd0\x0d\xfe\xed';

/** The first row that matches names the file, so the more particular come first. */
export const FORMATS: readonly Format[] = [
  other('a saved machine of Dormouse', 'restore it, instead of booting it', [0, 'DORMOUSE']),

  // Compressions. gzip and zstd are here for files packed twice, and for initrds.
  magic('packed with gzip once more', unpackWith('gunzip'), 'packed', [0, '\x1f\x8b']),
  magic('an EFI zboot image, packed once more', unpackWith('gunzip'), 'packed', [0, 'MZ'], [4, 'zimg']),
  magic('packed with zstd once more', unpackWith('unzstd'), 'packed', [0, '\x28\xb5\x2f\xfd']),
  packed('xz', 'unxz', '\xfd7zXZ\0'),
  packed('lz4', 'unlz4', '\x04\x22\x4d\x18'),
  packed('lz4 (its legacy format)', 'unlz4', '\x02\x21\x4c\x18'),
  packed('bzip2', 'bunzip2', 'BZh'),
  packed('lzop', 'lzop -d', '\x89LZO\0\r\n\x1a\n'),
  packed('lzip', 'lzip -d', 'LZIP'),
  packed('compress', 'uncompress', '\x1f\x9d'),
  { what: 'compressed with lzma, which is not unpacked here', instead: unpackWith('unlzma'), kind: 'packed', matches: isLzma },

  cpio('070701'),
  cpio('070702'),
  cpio('070707'),
  cpio('\xc7\x71'),
  cpio('\x71\xc7'),

  // Kernels of other machines, and kernels in wrappings.
  other('an x86 bzImage', ARM64, [0x202, 'HdrS']),
  other('a 32-bit Arm zImage', `${ARM64} (64-bit)`, [36, '\x18\x28\x6f\x01']),
  other('a RISC-V Image', ARM64, [56, 'RSC\x05']),
  pe('an EFI program for x86', ARM64, 0x8664, 0x14c),
  pe('an EFI program for arm64, but no kernel (a boot loader, or a unified kernel image?)', 'give the Image itself', 0xaa64),
  pe('an EFI program for 32-bit Arm', ARM64, 0x1c0, 0x1c2, 0x1c4),
  pe('an EFI program for RISC-V', ARM64, 0x5032, 0x5064, 0x5128),
  pe('an EFI program for LoongArch', ARM64, 0x6232, 0x6264),
  told(
    'the beginning of an EFI program or of an Image, cut off in its header',
    'give all of it',
    (file) => file.length < PE_POINTER + 4 && hasBytes(file, { at: 0, bytes: 'MZ' }),
  ),
  other('a DOS, Windows or EFI program for another machine', ARM64, [0, 'MZ']),
  other('an Android boot.img', `${KERNEL_INSIDE} (\`unpack_bootimg\` does)`, [0, 'ANDROID!']),
  other('an Android vendor_boot.img', 'give the kernel of the boot.img beside it (`unpack_bootimg` takes it out)', [
    0,
    'VNDRBOOT',
  ]),
  told(
    'a FIT image (U-Boot)',
    `${KERNEL_INSIDE} (\`dumpimage -T flat_dt\` does)`,
    (file) => hasBytes(file, { at: 0, bytes: FDT }) && latin1(file.subarray(0, FIT_LOOKED_AT)).includes(FIT_NODE),
  ),
  other('a device tree', DEVICE_TREE, [0, FDT]),
  other('a uImage (U-Boot)', `${KERNEL_INSIDE} (\`dumpimage\` does)`, [0, '\x27\x05\x19\x56']),

  // Disks.
  convertible('a qcow2 disk image', [0, 'QFI\xfb']),
  convertible('a VMDK disk image', [0, 'KDMV']),
  convertible('a VDI disk image', [64, '\x7f\x10\xda\xbe']),
  convertible('a VHDX disk image', [0, 'vhdxfile']),
  convertible('a VHD disk image', [0, 'conectix']),
  convertible('a VHD disk image', [-512, 'conectix']),
  disk('an ISO 9660 image (a CD)', [0x8001, 'CD001']),
  disk('a squashfs file system', [0, 'hsqs']),
  disk('an ext2, ext3 or ext4 file system', [1080, '\x53\xef']),
  { what: 'a swap area', instead: AS_DISK, kind: 'disk', matches: isSwapArea },
  disk('a Btrfs file system', [0x10040, '_BHRfS_M']),
  disk('an XFS file system', [0, 'XFSB']),
  disk('a disk image with a GPT', [512, 'EFI PART']),
  disk('a FAT file system', [54, 'FAT'], [510, '\x55\xaa']),
  disk('a FAT file system', [82, 'FAT'], [510, '\x55\xaa']),
  disk('a disk image with an MBR', [510, '\x55\xaa']),

  // Archives and packages.
  other('a .deb package', KERNEL_INSIDE, [0, '!<arch>\ndebian-binary']),
  other('an ar archive (a library?)', KERNEL, [0, '!<arch>\n']),
  other('an RPM package', KERNEL_INSIDE, [0, '\xed\xab\xee\xdb']),
  other('a ZIP archive', KERNEL_INSIDE, [0, 'PK\x03\x04']),
  other('a ZIP archive', KERNEL_INSIDE, [0, 'PK\x05\x06']),
  other('a 7-Zip archive', KERNEL_INSIDE, [0, '7z\xbc\xaf\x27\x1c']),
  other('a tar archive', KERNEL_INSIDE, [257, 'ustar']),

  // Programs and data.
  other('a Mach-O program (macOS)', ARM64, [0, '\xcf\xfa\xed\xfe']),
  other('a Mach-O program (macOS)', ARM64, [0, '\xce\xfa\xed\xfe']),
  other('a Mach-O program (macOS)', ARM64, [0, '\xca\xfe\xba\xbe\0\0\0\x01']),
  other('a Mach-O program (macOS)', ARM64, [0, '\xca\xfe\xba\xbe\0\0\0\x02']),
  other('a Java class', KERNEL, [0, '\xca\xfe\xba\xbe']),
  other('a WebAssembly module', KERNEL, [0, '\0asm']),
  other('LLVM bitcode', 'compile and link it for arm64 first', [0, 'BC\xc0\xde']),
  other('a PNG picture', KERNEL, [0, '\x89PNG\r\n\x1a\n']),
  other('a JPEG picture', KERNEL, [0, '\xff\xd8\xff']),
  other('a GIF picture', KERNEL, [0, 'GIF8']),
  other('a WebP picture', KERNEL, [0, 'RIFF'], [8, 'WEBP']),
  other('a BMP picture', KERNEL, [0, 'BM'], [6, '\0\0\0\0']),
  other('a PDF document', KERNEL, [0, '%PDF-']),
  other('an SQLite database', KERNEL, [0, 'SQLite format 3\0']),

  // Texts.
  text(
    'a web page (HTML; an error of the server it was downloaded from?)',
    KERNEL,
    /^\s*(<!doctype html|<html|<\?xml[^>]*>\s*<!doctype html)/i,
  ),
  text('an XML file', KERNEL, /^\s*<\?xml/),
  text('a script', KERNEL, /^#!/),
  {
    ...text('a VMDK description', 'convert the disk with `qemu-img convert -O raw`, and give a kernel', /^# Disk DescriptorFile/),
    kind: 'disk to convert',
  },
  text('a Git LFS pointer', 'fetch the file itself (`git lfs pull`)', /^version https:\/\/git-lfs/),
  text('JSON', KERNEL, /^\s*(\{\s*["}]|\[\s*["{[\d\]])/),
  text('a text', KERNEL, /^/),
];

/** What a file is, as far as the table knows. */
export function formatOf(file: Uint8Array): Format | undefined {
  return FORMATS.find((format) => format.matches(file));
}

/** A file without anything in it. */
function isBlank(file: Uint8Array): boolean {
  const sample = file.subarray(0, 4096);
  return sample.length > 0 && sample.every((byte) => byte === sample[0]) && (sample[0] === 0 || sample[0] === 0xff);
}

/** One sentence if the file is known to be something else than a kernel. `subject`: how the sentence begins. */
export function refusal(subject: string, file: Uint8Array): string | undefined {
  const format = formatOf(file);
  if (format) return `${subject} is ${format.what}: ${format.instead}.`;
  if (isBlank(file)) return `${subject} is blank, its bytes are 0x${file[0]!.toString(16)}: ${KERNEL}.`;
  return undefined;
}
