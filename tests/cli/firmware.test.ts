/** The firmware's side of the command line, as processes; its words and tables are tested beside their code. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rememberingFirmware } from '../../src/vm/firmware.testkit';
import { sleeperDisk } from '../../src/vm/hibernated-disk.testkit';
import { call, flat, PSCI, print } from './guest-code';
import { Cli, dormouse } from './spawn';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-firmware-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function kernel(name: string, code: readonly number[]): string {
  writeFileSync(join(folder, name), flat(code));
  return join(folder, name);
}
/** The traced calls as `name: result`. */
const calls = (err: string): string[] =>
  err
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { name: string; resultText: string })
    .map(({ name, resultText }) => `${name}: ${resultText}`);

describe('the firmware of a run', () => {
  it('is of the host, the capability and the rules named', async () => {
    const misaligned = 0x4000_0002;
    const code = [
      ...call(PSCI.VERSION),
      ...call(PSCI.FEATURES, [PSCI.SUSPEND]),
      ...call(PSCI.CPU_ON, [1, misaligned, 0]),
      ...call(PSCI.OFF),
    ];
    const options = '--memory 16 --smp 2 --trace psci --host linux-4.16 --suspend --rules spec';
    const { status, err } = await dormouse('run', '--kernel', kernel('all.bin', code), ...options.split(' '));
    expect(status).toBe(0);
    expect(calls(err).slice(0, 3)).toEqual(['PSCI_VERSION: 1.0', 'PSCI_FEATURES: supported', 'CPU_ON: INVALID_ADDRESS']);
  });

  it('changes under a running guest: a version from its next call on; a bitmap is EBUSY, and nothing ends', async () => {
    const waitForKey = [0xb940_1843, 0x3727_ffe3, 0xb940_0041];
    const code = [...call(PSCI.VERSION), ...print('>'), ...waitForKey, ...call(PSCI.VERSION), ...call(PSCI.OFF)];
    const at = ['--reg-at', '0.01:psci_version=1.1', '--reg-at', '0.02:std_bmap=0'];
    const cli = new Cli(['run', '--kernel', kernel('reg-at.bin', code), '--memory', '16', '--trace', 'psci', ...at]);
    while (!cli.err.includes('EBUSY')) await new Promise((resolve) => setTimeout(resolve, 20));
    cli.type('.');
    const { status, err } = await cli.end();
    expect(status).toBe(0);
    expect(calls(err).slice(0, 2)).toEqual(['PSCI_VERSION: 1.3', 'PSCI_VERSION: 1.1']);
    expect(err).toContain(
      'dormouse: psci_version=1.1 was written: PSCI 1.1 counts from the guest’s next call on, and a Linux that was told 1.3',
    );
    expect(err).toContain('dormouse: The register “std_bmap=0” is refused with EBUSY: ');
  });

  it('a hibernated Linux on a disk is told of at the start and at the end', async () => {
    const disk = join(folder, 'nap.img');
    const asleep = sleeperDisk({ memoryMiB: 16, size: 64 << 10 });
    const bytes = new Uint8Array(asleep.size);
    asleep.read(0, bytes);
    writeFileSync(disk, bytes);
    const path = kernel('nap.bin', [...call(PSCI.OFF2, [0, 0]), ...call(PSCI.OFF)]);
    const { err } = await dormouse('run', '--kernel', path, '--memory', '16', '--disk', disk, '--psci', '1.1');
    expect(err.split('\n')).toEqual([
      `dormouse: The disk “${disk}” holds a hibernated Linux, which will go on believing the PSCI version it slept under; the firmware is at 1.1 now: if it slept under 1.3, its next hibernation falls back to SYSTEM_OFF.`,
      'dormouse: The machine hibernated, but the firmware saw a plain SYSTEM_OFF on vCPU 0, because PSCI 1.1 has no SYSTEM_OFF2: only the disk knows.',
      expect.stringMatching(/^dormouse: The guest called SYSTEM_OFF2 first and got NOT_SUPPORTED, .* --smp 1, --memory 16\.$/),
      '',
    ]);
  });
});

describe('the variables of firmware', () => {
  const path = (name: string): string => join(folder, name);
  beforeAll(() => writeFileSync(path('keeps.fd'), rememberingFirmware({ stays: true })));
  const args = (variables: string): string[] => [
    '--firmware',
    path('keeps.fd'),
    '--memory',
    '16',
    '--firmware-variables',
    variables,
  ];

  it('are kept in a file that is made for them, also if the process is killed', async () => {
    const cli = new Cli(['run', ...args(path('made.vars'))]);
    await cli.see('n');
    cli.process.kill('SIGKILL');
    await cli.end();
    expect(statSync(path('made.vars')).size).toBe(64 << 20);
    const { status, out } = await dormouse('run', ...args(path('made.vars')));
    expect([status, out]).toEqual([0, 'f']);
  });

  it('take no file of another size, none that is a disk, and none where there is no firmware', async () => {
    writeFileSync(path('short.vars'), new Uint8Array(512));
    const short = await dormouse('run', ...args(path('short.vars')));
    expect([short.status, short.err]).toEqual([
      2,
      `dormouse: The firmware's variables cannot be kept in “${path('short.vars')}”, which has 512 bytes: their bank of flash has 67108864 (64 MiB).\n`,
    ]);
    const off = kernel('off.bin', call(PSCI.OFF));
    const none = await dormouse('run', '--kernel', off, '--firmware-variables', path('none.vars'));
    expect([none.status, none.err]).toEqual([
      2,
      `dormouse: --firmware-variables ${path('none.vars')} keeps what firmware stores, and “off.bin” is none.\n`,
    ]);
    const twice = await dormouse('run', ...args(path('disk.img')), '--disk', `${path('disk.img')}:size=64M`);
    expect([twice.status, twice.err]).toEqual([
      2,
      expect.stringMatching(/^dormouse: The disk “.*disk.img” is in use by process/),
    ]);
    expect(statSync(path('disk.img'), { throwIfNoEntry: false })).toBeUndefined();
    const guest = await dormouse('run', '--guest', 'lab', '--firmware-variables', 'x');
    expect(guest.err).toBe('dormouse: --firmware-variables x keeps what a --firmware stores, and the guest has none.\n');
  });
});
