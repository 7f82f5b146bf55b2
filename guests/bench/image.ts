/** Kernels as flat binaries, assembled from the sources in this folder by our own assembler: no compiler is needed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../../src/isa/text/assemble';

/** RAM + 0x80000: where flat code is loaded, here and by QEMU. */
const IMAGE_BASE = 0x4008_0000n;

const source = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');

/** A kernel that does nothing, which ends at once: what it takes is what starting a machine takes. */
export const NOTHING = 'nothing';
const NOTHING_SOURCE = 'kernel: mov x0, #0\n ret\n';

/** The kernel's image with its number of laps. */
export function kernelImage(name: string, laps: number): Uint8Array {
  const kernel = name === NOTHING ? NOTHING_SOURCE : source(`asm/${name}.s`);
  const { bytes, symbols } = assemble(`${source('start.s')}${kernel}kernel_name: .asciz "${name}"\n${source('end.s')}`, {
    base: IMAGE_BASE,
  });
  new DataView(bytes.buffer).setUint32(Number(symbols.get('laps')! - IMAGE_BASE), laps, true);
  return bytes;
}

/** What a kernel says on the console when it is done: its name and its checksum. Throws one sentence for anything else. */
export function checksumIn(console: string, name: string): string {
  const [, said, checksum] = /^(\S+) ([0-9a-f]{16})\n?$/.exec(console.replaceAll('\r', '')) ?? [];
  if (said !== name || checksum === undefined) throw new Error(`The kernel ${name} did not say its checksum but “${console}”.`);
  return checksum;
}
