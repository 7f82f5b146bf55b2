import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/command-line';
import { openDisks, prepare } from '../../src/cli/prepare';
import { UserError } from '../../src/cli/user-error';
import { BANNER, sleeperDisk, text } from '../../src/vm/hibernated-disk.testkit';
import { call, flat, image, PSCI } from './guest-code';
import { dormouse } from './spawn';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-bad-'));
  const bzImage = new Uint8Array(4096);
  bzImage.set([0x4d, 0x5a]);
  bzImage.set(new TextEncoder().encode('HdrS'), 0x202);
  const elf = new Uint8Array(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  elf[18] = 62;
  const zipped = gzipSync(flat(call(PSCI.OFF)));
  const files: Record<string, Uint8Array> = {
    good: flat(call(PSCI.OFF)),
    empty: new Uint8Array(),
    'cut-image': image(call(PSCI.OFF), 1 << 20),
    'cut.gz': zipped.subarray(0, zipped.length - 9),
    bzImage,
    'x86.elf': elf,
    'large-image': image(new Array<number>(1000).fill(0xd503201f), 4128),
    initrd: new Uint8Array(20 << 20),
    'odd.img': new Uint8Array(1000),
    'disk.img': new Uint8Array(1024),
    odd: Uint8Array.from({ length: 64 }, (_, at) => (at * 37) ^ 0x5a),
    picture: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    'longer.gz': Buffer.concat([zipped, Buffer.from('appended')]),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(at(name), bytes);
  linkSync(at('disk.img'), at('same.img'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the command line does before it builds a machine. `@name` is a file of this test. */
async function check(line: string): Promise<void> {
  const args = line.split(' ').map((word) => word.replace(/^@/, `${folder}/`));
  const parsed = parseCommandLine(['run', ...args]);
  if (parsed.command !== 'run') throw new Error('not a run');
  const prepared = await prepare(parsed.options);
  if ('images' in prepared) expect(prepared.images.kernel.length).toBeGreaterThan(0);
  for (const disk of openDisks(parsed.options.disks)) disk.close();
}

describe('before a machine is built', () => {
  it('takes what is good', async () => {
    await check('--kernel @good');
    await check('--kernel @large-image --memory 16');
    await check('--kernel @longer.gz');
    await check('--kernel @picture --flat');
  });

  it.each([
    [
      '--kernel @odd',
      'are no arm64 code: give an arm64 Image or an ELF file, or have it run as flat code if it is code all the same (--flat).',
    ],
    ['--kernel @none', 'The kernel “@none” cannot be read: there is no such file.'],
    ['--kernel @', 'The kernel “@” cannot be read: it is a directory.'],
    ['--kernel @good/deeper', 'The kernel “@good/deeper” cannot be read: there is no such file.'],
    ['--kernel @empty', 'The kernel file is empty.'],
    ['--kernel @cut-image', 'The kernel Image is cut off: it has 140 bytes of 1048576.'],
    [
      '--kernel @cut.gz',
      /^The kernel is compressed with gzip and cut off: the file ends after \d+ bytes, which unpack to \d+, and more must follow\.$/,
    ],
    ['--kernel @bzImage', 'The kernel is an x86 bzImage: give a kernel that was built for arm64.'],
    [
      '--kernel @x86.elf',
      'The kernel is an ELF file for machine 62 (x86-64), not for arm64 (183): give one that was built for arm64.',
    ],
    ['--kernel @picture', /^The kernel is a PNG picture: give an arm64 Image .*\.$/],
    ['--kernel @good --initrd @picture', /^The initrd is a PNG picture: give a cpio archive, .*\.$/],
    ['--guest lab --flat', '--flat is about the file of a --kernel, and there is none.'],
    ['--kernel @good --initrd @none', 'The initrd “@none” cannot be read: there is no such file.'],
    ['--kernel @good --initrd @initrd --memory 16', /^16 MiB of memory are too small: kernel and initrd alone need \d+ MiB\.$/],
    ['--kernel @good --reg psci_version=0.1', /^The register “psci_version=0\.1” is refused with EINVAL: .*\.$/],
    ['--kernel @good --psci 0.1 --reg psci_version=1.1', /is refused with EINVAL: .*\.$/],
    ['--kernel @good --reg std_bmap=0x100', /^The register “std_bmap=0x100” is refused with EINVAL: .*\.$/],
    ['--guest dormice', /^There is no guest “dormice”: there are lab, debian.*\.$/],
    ['--guest ../../etc', /^There is no guest “\.\.\/\.\.\/etc”/],
    ['--kernel @good --disk @none.img', 'The disk “@none.img” does not exist; write @none.img:size=600M to create it.'],
    ['--kernel @good --disk @odd.img', 'The disk “@odd.img” has 1000 bytes, which is not a positive multiple of 512.'],
    ['--kernel @good --disk @new.img:size=1M --disk @new.img', 'The disk “@new.img” is given twice.'],
    ['--kernel @good --disk @disk.img --disk @same.img', 'The disk “@same.img” is given twice.'],
  ])('%s', async (line, message) => {
    const expected = typeof message === 'string' ? message.replaceAll('@', `${folder}/`) : message;
    await expect(check(line)).rejects.toThrow(UserError);
    await expect(check(line)).rejects.toThrow(expected);
  });
});

describe.concurrent('as a process', () => {
  it.each([
    [['run', '--kernel', 'no-such-file'], 'dormouse: The kernel “no-such-file” cannot be read: there is no such file.\n'],
    [['run', '--guest', 'lab', '--memory', '99999'], 'dormouse: --memory 99999 is not possible: choose 16 to 3072 MiB.\n'],
    [['regs', '--psci', '7'], 'dormouse: --psci “7” is not a version of PSCI: choose 0.1, 0.2, 1.0, 1.1, 1.2, 1.3.\n'],
  ])('%j is 2 and one sentence', async (args, err) => {
    expect(await dormouse(...args)).toEqual({ status: 2, out: '', err });
  });

  it('a report that cannot be written is told before the run', async () => {
    const report = at('no-folder/r.json');
    const err = `dormouse: The report “${report}” cannot be written: its folder does not exist.\n`;
    expect(await dormouse('run', '--kernel', at('good'), '--report', report)).toEqual({ status: 2, out: '', err });
  });
});

describe.concurrent('a machine asleep on the disk', () => {
  it('is not woken with other memory, unless a person insists', async () => {
    const linux = new Uint8Array(1024);
    linux.set(flat(call(PSCI.OFF)));
    linux.set(text(BANNER), 256);
    writeFileSync(at('linux'), linux);
    const disk = new Uint8Array(1 << 20);
    sleeperDisk({ size: disk.length }).read(0, disk);
    writeFileSync(at('den.img'), disk);
    const args = ['run', '--kernel', at('linux'), '--memory', '64', '--disk', at('den.img')];
    const refused = await dormouse(...args);
    expect(refused).toEqual({
      status: 2,
      out: '',
      err: `dormouse: The machine asleep on disk “${at('den.img')}” has 512 MiB of memory, this one 64 MiB, and waking it here would destroy it: start with 512 MiB, or delete the disk's contents for a fresh start; --wake-anyway starts all the same.\n`,
    });
    expect((await dormouse(...args, '--wake-anyway')).status).toBe(0);
  });
});

describe.concurrent('the small commands', () => {
  it('regs lists the pseudo-registers', async () => {
    const { status, out } = await dormouse('regs', '--psci', '1.1', '--reg', 'std_bmap=0');
    expect(status).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(9);
    expect(lines[1]).toMatch(/^psci_version +0x6030000000140000 +0x10001 \(1\.1\) +you +The PSCI version of the VM\.$/);
    expect(lines[5]).toMatch(/^std_bmap +0x6030000000160000 +0x0 +you +/);
    expect(lines[6]).toMatch(/^std_hyp_bmap +0x6030000000160001 +0x1 +default +/);
  });

  it('guests names at least the ones this version knows', async () => {
    const { status, out } = await dormouse('guests');
    expect(status).toBe(0);
    expect(out).toMatch(/^lab +\S/m);
    expect(out).toMatch(/^debian +\S/m);
  });

  it('--help and --version', async () => {
    const [help, version] = await Promise.all([dormouse('--help'), dormouse('--version')]);
    expect(help).toMatchObject({ status: 0, err: '', out: expect.stringMatching(/^Usage: dormouse run/) });
    expect(version).toMatchObject({ status: 0, err: '', out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
