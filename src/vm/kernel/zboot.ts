import { isGzip, isZstd } from './compression';

/**
 * EFI zboot images (`vmlinuz.efi`): a small EFI program that carries the Image packed. Header: "MZ" at 0, "zimg" at 4, offset and size of
 * the payload at 8 and 12, the name of its compression at 24. Source: Linux drivers/firmware/efi/libstub/zboot-header.S.
 */

const MAGIC = 'zimg';
const HEADER_BYTES = 64;
const NAME_AT = 24;
const MAX_NAME_BYTES = 32;

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

export const isZboot = (bytes: Uint8Array): boolean =>
  text(bytes.subarray(0, 2)) === 'MZ' && text(bytes.subarray(4, 8)) === MAGIC;

/** The packed kernel in a zboot image, in gzip or zstd as QEMU takes them. Throws one sentence. */
export function zbootPayload(bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER_BYTES)
    throw new Error(
      `The kernel is an EFI zboot image that is cut off: it has ${bytes.length} bytes, and its header alone has ${HEADER_BYTES}.`,
    );
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [offset, size] = [data.getUint32(8, true), data.getUint32(12, true)];
  if (offset + size > bytes.length)
    throw new Error(
      `The kernel is an EFI zboot image that is cut off: its payload ends at byte ${offset + size}, the file at ${bytes.length}.`,
    );
  const name = text(bytes.subarray(NAME_AT, NAME_AT + MAX_NAME_BYTES)).replace(/[^ -~].*$/s, '');
  const payload = bytes.subarray(offset, offset + size);
  if (name !== 'gzip' && name !== 'zstd')
    throw new Error(
      `The kernel is an EFI zboot image packed with “${name}”, and only gzip and zstd are unpacked here: give the Image itself (arch/arm64/boot/Image of its build).`,
    );
  const right = name === 'gzip' ? isGzip(payload) : isZstd(payload);
  if (!right)
    throw new Error(
      `The kernel is an EFI zboot image that says its payload is ${name}, but its ${size} bytes at ${offset} are not.`,
    );
  return payload;
}
