/**
 * Assembles the lab guest with our own assembler and puts it where hosts look for guests:
 *
 *     npx tsx guests/lab/build.ts
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GuestInfo } from '../../src/vm/api';
import { type ListedSymbols, listSymbols } from '../../src/vm/symbols/listed-symbols';
import { type GuestFile, json, replaceGuestFolder, sha256, updateIndex } from '../guest-files';
import { assembleLab } from './assemble-lab';

/** guest.json of a guest that is one flat binary. */
export interface FlatGuestManifest extends GuestInfo {
  append: string;
  /** Its labels. */
  symbols: ListedSymbols;
  files: { kernel: GuestFile };
}

const NAME = 'lab';
const BINARY = 'lab.bin';

/** Writes `<guestsDirectory>/lab/` and its entry in the index. Answers the size of the binary in bytes. */
export async function buildLabGuest(guestsDirectory: string): Promise<number> {
  const { bytes, labels } = assembleLab();
  const digest = sha256(bytes);
  const guest: GuestInfo = {
    name: NAME,
    title: 'Lab',
    description: 'Bare metal in readable A64 assembly: boots in milliseconds and talks to the firmware from a tiny monitor.',
    bytes: bytes.length,
    defaults: { vcpus: 2, memoryMiB: 64, diskMiB: 0 },
    agent: false,
  };
  const kernel: GuestFile = {
    path: BINARY,
    bytes: bytes.length,
    sha256: digest,
    compression: 'none',
    unpackedBytes: bytes.length,
    unpackedSha256: digest,
  };
  const manifest: FlatGuestManifest = { ...guest, append: '', symbols: listSymbols(labels), files: { kernel } };
  await replaceGuestFolder(guestsDirectory, NAME, { [BINARY]: bytes, 'guest.json': json(manifest) });
  await updateIndex(guestsDirectory, { ...guest, manifest: `${NAME}/guest.json` });
  return bytes.length;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const size = await buildLabGuest(join(import.meta.dirname, '../../public/guests'));
  console.log(`Lab guest: ${size} bytes.`);
}
