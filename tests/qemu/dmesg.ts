/**
 * Boots the Debian guest on QEMU's `virt` and on Dormouse and compares what the two consoles show until the prompt:
 * `npm run dmesg-diff [-- --raw FOLDER] [-- --cpu MODEL] [-- --virtio pci] [-- --all]`.
 * Exit status 1 on a difference that expected-differences.ts does not explain, or if it explains one that is not there.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { GuestManifest } from '../../guests/guest-files';
import { VIRTIO_TRANSPORTS, type VirtioTransportName } from '../../src/vm/api';
import { type Boot, onDormouse, onQemu, QEMU_CPU } from './boards';
import { readConsole } from './console';
import { compare, type Difference } from './diff';
import { EXPECTED } from './expected-differences';
import { normalise } from './normalise';

const PROMPT = 'dormouse:~# ';
const SECONDS = 180;
const guestFolder = join(import.meta.dirname, '../../public/guests/debian');

const { values } = parseArgs({
  options: {
    cpu: { type: 'string', default: QEMU_CPU },
    /** Where the virtio devices are: `mmio` or `pci`. */
    virtio: { type: 'string', default: 'mmio' },
    /** Keep the two consoles as they came. */
    raw: { type: 'string' },
    /** Print the expected differences, too. */
    all: { type: 'boolean', default: false },
  },
});

if (!existsSync(join(guestFolder, 'guest.json'))) {
  console.error('The Debian guest is not there; run `npm run guests` first.');
  process.exit(2);
}
function transport(): VirtioTransportName {
  const found = VIRTIO_TRANSPORTS.find((name) => name === values.virtio);
  if (found) return found;
  console.error(`The virtio transport “${values.virtio}” is not known: choose ${VIRTIO_TRANSPORTS.join(' or ')}.`);
  process.exit(2);
}
const virtio = transport();
const manifest = JSON.parse(await readFile(join(guestFolder, 'guest.json'), 'utf8')) as GuestManifest;
const work = await mkdtemp(join(tmpdir(), 'dormouse-dmesg-'));
try {
  const [qemu, dormouse] = await bootBoth();
  if (values.raw !== undefined) {
    await mkdir(values.raw, { recursive: true });
    await writeFile(join(values.raw, 'qemu.txt'), qemu);
    await writeFile(join(values.raw, 'dormouse.txt'), dormouse);
  }
  process.exitCode = report(normalise(qemu), normalise(dormouse)) ? 0 : 1;
} finally {
  await rm(work, { recursive: true, force: true });
}

/** One after the other: two at once would time out each other's drivers on a small computer. */
async function bootBoth(): Promise<[qemu: string, dormouse: string]> {
  const kernel = join(work, 'Image');
  await writeFile(kernel, gunzipSync(await readFile(join(guestFolder, manifest.files.kernel.path))));
  const boot = async (name: string): Promise<Boot> => {
    const disk = join(work, `${name}.raw`);
    await writeFile(disk, '');
    await truncate(disk, manifest.defaults.diskMiB * 2 ** 20);
    const { vcpus, memoryMiB } = manifest.defaults;
    return {
      kernel,
      initrd: join(guestFolder, manifest.files.initrd.path),
      append: manifest.append,
      vcpus,
      memoryMiB,
      disk,
      virtio,
    };
  };
  const qemu = await readConsole(onQemu(await boot('qemu'), values.cpu), SECONDS, PROMPT);
  const dormouse = await readConsole(onDormouse(await boot('dormouse')), SECONDS, PROMPT);
  return [qemu, dormouse];
}

function report(qemu: string[], dormouse: string[]): boolean {
  const { differences, moved } = compare(qemu, dormouse);
  const expected = EXPECTED.filter(({ virtio: only }) => only === undefined || only === virtio);
  const explained = (each: Difference) => expected.find(({ onlyIn, line }) => onlyIn === each.onlyIn && line.test(each.line));
  const unexpected = differences.filter((each) => explained(each) === undefined);
  const used = new Set(differences.map(explained));
  const stale = expected.filter((each) => !each.sometimes && !used.has(each));

  for (const each of values.all ? differences : unexpected) {
    const reason = explained(each)?.reason;
    console.log(`${each.onlyIn === 'qemu' ? '-' : '+'} ${each.line}${reason === undefined ? '' : `\n    (${reason})`}`);
    if (reason === undefined) console.log(`    after: ${each.after}`);
  }
  for (const { onlyIn, line, reason } of stale) {
    console.log(`? ${onlyIn} no longer shows ${line}; take it from the list of expected differences (“${reason}”).`);
  }
  for (const line of moved) console.log(`~ in another place: ${line}`);
  console.log(
    `${qemu.length} lines on QEMU (${values.cpu}), ${dormouse.length} on Dormouse, ${manifest.kernel.release}: ` +
      `${differences.length - unexpected.length} expected differences, ${unexpected.length} unexpected, ` +
      `${stale.length} expected in vain, ${moved.length} lines in another order.`,
  );
  return unexpected.length === 0 && stale.length === 0;
}
