/**
 * Boots the Debian guest, or other kernels of Debian's, on QEMU's `virt` and on Dormouse and compares what the two consoles show until the prompt:
 * `npm run dmesg-diff [-- --kernel NAME…] [-- --smp N] [-- --raw FOLDER] [-- --cpu MODEL] [-- --virtio pci] [-- --all]`; NAME is one of `npm run guest:kernels`, or `all` of those
 * that are here.
 * Exit status 1 on a difference that expected-differences.ts does not explain, or if it explains one that is not there.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { MORE_KERNELS } from '../../guests/debian/kernel-list';
import { fetchedKernel, imageOf, initramfsOf, MORE_KERNELS_APPEND } from '../../guests/debian/more-kernels';
import { kernelNumber } from '../../guests/debian/packages';
import { DEFAULTS, SWAP_ONLY_MIB } from '../../guests/debian/recipe';
import type { GuestManifest } from '../../guests/guest-files';
import { VIRTIO_TRANSPORTS, type VirtioTransportName } from '../../src/vm/api';
import { type Boot, onDormouse, onQemu, QEMU_CPU } from './boards';
import { readConsole } from './console';
import { compare, type Difference } from './diff';
import { expectedOf } from './expected-differences';
import { normalise } from './normalise';

const PROMPT = 'dormouse:~# ';
const SECONDS = 600;
const guestFolder = join(import.meta.dirname, '../../public/guests/debian');

const { values } = parseArgs({
  options: {
    cpu: { type: 'string', default: QEMU_CPU },
    /** Where the virtio devices are: `mmio` or `pci`. */
    virtio: { type: 'string', default: 'mmio' },
    /** Instead of the Debian guest; more than once. */
    kernel: { type: 'string', multiple: true },
    smp: { type: 'string', default: String(DEFAULTS.vcpus) },
    /** Keep the two consoles as they came. */
    raw: { type: 'string' },
    /** Print the expected differences, too. */
    all: { type: 'boolean', default: false },
  },
});
const vcpus = Number(values.smp);

/** What is booted; `diskMiB` of zeros as its only disk, in which the places of the devices on the two boards agree. */
interface Subject {
  release: string;
  kernel: string;
  initrd: string;
  append: string;
  diskMiB: number;
}
function transport(): VirtioTransportName {
  const found = VIRTIO_TRANSPORTS.find((name) => name === values.virtio);
  if (found) return found;
  console.error(`The virtio transport “${values.virtio}” is not known: choose ${VIRTIO_TRANSPORTS.join(' or ')}.`);
  process.exit(2);
}
const virtio = transport();

const work = await mkdtemp(join(tmpdir(), 'dormouse-dmesg-'));
try {
  const subjects = values.kernel === undefined ? [await debianGuest()] : await otherKernels(values.kernel);
  for (const subject of subjects) if (!(await compareBoots(subject))) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
} finally {
  await rm(work, { recursive: true, force: true });
}

async function debianGuest(): Promise<Subject> {
  if (!existsSync(join(guestFolder, 'guest.json'))) throw new Error('The Debian guest is not there; run `npm run guests` first.');
  const manifest = JSON.parse(await readFile(join(guestFolder, 'guest.json'), 'utf8')) as GuestManifest;
  const kernel = join(work, 'Image');
  await writeFile(kernel, gunzipSync(await readFile(join(guestFolder, manifest.files.kernel.path))));
  const initrd = join(guestFolder, manifest.files.initrd.path);
  return { release: manifest.kernel.release, kernel, initrd, append: manifest.append, diskMiB: SWAP_ONLY_MIB };
}

async function otherKernels(asked: readonly string[]): Promise<Subject[]> {
  const names = asked.includes('all') ? MORE_KERNELS.map(({ name }) => name) : asked;
  const subjects: Subject[] = [];
  for (const name of names) {
    const fetched = await fetchedKernel(name);
    if (fetched !== undefined) {
      const files = { kernel: imageOf(name), initrd: initramfsOf(name) };
      subjects.push({ release: fetched.release, ...files, append: MORE_KERNELS_APPEND, diskMiB: SWAP_ONLY_MIB });
    } else if (asked.includes(name)) throw new Error(`The kernel ${name} is not there; run \`npm run guest:kernels\` first.`);
  }
  if (subjects.length === 0) throw new Error('No other kernel is there; run `npm run guest:kernels` first.');
  return subjects;
}

/** One after the other: two at once would time out each other's drivers on a small computer. */
async function compareBoots({ release, kernel, initrd, append, diskMiB }: Subject): Promise<boolean> {
  const boot = async (name: string): Promise<Boot> => {
    const disk = join(work, `${name}.raw`);
    await writeFile(disk, '');
    await truncate(disk, diskMiB * 2 ** 20);
    return { kernel, initrd, append, vcpus, memoryMiB: DEFAULTS.memoryMiB, disk, virtio };
  };
  const qemu = await readConsole(onQemu(await boot('qemu'), values.cpu), SECONDS, PROMPT);
  const dormouse = await readConsole(onDormouse(await boot('dormouse')), SECONDS, PROMPT);
  if (values.raw !== undefined) {
    await mkdir(values.raw, { recursive: true });
    await writeFile(join(values.raw, `${release}-qemu.txt`), qemu);
    await writeFile(join(values.raw, `${release}-dormouse.txt`), dormouse);
  }
  return report(release, normalise(qemu), normalise(dormouse));
}

function report(release: string, qemu: string[], dormouse: string[]): boolean {
  const { differences, moved } = compare(qemu, dormouse);
  const expected = expectedOf(kernelNumber(release) ?? [0, 0]).filter(
    ({ virtio: only }) => only === undefined || only === virtio,
  );
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
    `${qemu.length} lines on QEMU (${values.cpu}), ${dormouse.length} on Dormouse, ${release}, ${vcpus} vCPUs: ` +
      `${differences.length - unexpected.length} expected differences, ${unexpected.length} unexpected, ` +
      `${stale.length} expected in vain, ${moved.length} lines in another order.`,
  );
  return unexpected.length === 0 && stale.length === 0;
}
