import { isElf } from './elf';
import { formatOf } from './foreign';
import { isImage } from './image';
import { isZboot } from './zboot';

/** File systems that Linux mounts as an initrd of the old kind. */
const ROOT_FILE_SYSTEMS = /squashfs|ext2/;
const WANTED = 'give a cpio archive, as it is or compressed';

/**
 * Refuses what is no initrd for sure: a kernel, a picture, a text. Whatever Linux may understand passes (a cpio archive, anything compressed,
 * a file system), and so does what nobody knows: a bare-metal program may want anything. Throws one sentence.
 */
export function checkInitrd(file: Uint8Array): void {
  if (file.length === 0) throw new Error(`The initrd is empty: ${WANTED}, or leave it out.`);
  if (isImage(file) || isZboot(file)) throw new Error(`The initrd is a kernel: give it as the kernel, and ${WANTED}.`);
  if (isElf(file)) throw new Error(`The initrd is an ELF file: ${WANTED}, with it inside.`);
  const format = formatOf(file);
  if (format && format.kind !== 'initrd' && format.kind !== 'packed' && !ROOT_FILE_SYSTEMS.test(format.what))
    throw new Error(`The initrd is ${format.what}: ${WANTED}.`);
}
