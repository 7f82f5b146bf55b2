/** Whole machines saved to files and restored, as processes; bad files are tested beside the code that reads them. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, ECHO, flat, PSCI, print } from './guest-code';
import { Cli, dormouse } from './spawn';

/** Prints a mark, then what is typed, until `.`; then asks for the version and goes off. */
const GUEST = [...print('@'), ...ECHO.slice(0, -3), ...call(PSCI.VERSION), ...call(PSCI.OFF2, [0, 0]), ...call(PSCI.OFF)];

let folder: string;
const at = (name: string): string => join(folder, name);
/** What saving at 1.3 (the newest host) and at 1.1 (an older one) wrote on standard error. */
let [atNewest, atOlder] = ['', ''];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-save-'));
  writeFileSync(at('guest.bin'), flat(GUEST));
  [atNewest, atOlder] = await Promise.all([save('newest', '--save-after', '0.05'), save('older', '--host', 'linux-5.18')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const start = (name: string, ...args: string[]): Cli =>
  new Cli(['run', '--kernel', at('guest.bin'), '--memory', '16', '--save', at(name), ...args]);
async function untilSaid(cli: Cli, text: string): Promise<void> {
  while (!cli.err.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Starts the guest, saves it (by signal, unless it is timed), types, and switches it off. Returns what it wrote on standard error. */
async function save(name: string, ...args: string[]): Promise<string> {
  const cli = start(name, ...args);
  await cli.see('>');
  if (!args.includes('--save-after')) cli.process.kill('SIGUSR1');
  await untilSaid(cli, 'saved');
  cli.type('z');
  await cli.see('z');
  cli.process.kill();
  return (await cli.end()).err;
}

/** Restores, types, and waits for the end. */
async function restore(name: string, ...args: string[]) {
  const cli = new Cli(['run', '--restore', at(name), '--trace', 'psci', ...args]);
  cli.type('c.');
  const { status, out, err } = await cli.end();
  const lines = err.trimEnd().split('\n');
  const calls = lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { name: string; resultText: string });
  return {
    status,
    out,
    said: lines[0]!,
    calls: calls.map(({ name, resultText }) => `${name}: ${resultText}`).slice(0, 2),
  };
}

describe('saving', () => {
  it('pauses on SIGUSR1 or after some time, says so, goes on, and leaves no other file', () => {
    for (const err of [atNewest, atOlder]) {
      expect(err).toMatch(
        /^dormouse: The machine was saved to “.*” \(0\.\d MB\)\.\ndormouse: The machine was switched off by SIGTERM\.\n$/,
      );
    }
    expect(readdirSync(folder).sort()).toEqual(['guest.bin', 'newest', 'older']);
  });

  it('is 2 if the file cannot be written in the end, and the machine goes on', async () => {
    const cli = start('taken', '--psci', '1.1');
    await cli.see('>');
    mkdirSync(at('taken'));
    cli.process.kill('SIGUSR1');
    await untilSaid(cli, 'taken');
    cli.type('.');
    const ran = await cli.end();
    expect(ran).toMatchObject({ status: 2, out: '@>.' });
    expect(ran.err).toMatch(/^dormouse: The machine cannot be saved to “.*taken”: .*\.\ndormouse: The machine powered off/);
    expect(existsSync(at('taken.tmp'))).toBe(false);
  });
});

describe('restoring', () => {
  it('goes on in the middle, takes input, and has its registers back; a report starts counting speed anew', async () => {
    const ran = await restore('newest', '--report', at('r.json'), '--engine', 'interpreter');
    expect(ran).toEqual({
      status: 20,
      out: 'c.',
      said: `dormouse: guest.bin (1 vCPU, 16 MiB) goes on from “${at('newest')}” with its registers, written back blindly: PSCI 1.3 on linux-6.13.`,
      calls: ['PSCI_VERSION: 1.3', 'SYSTEM_OFF2: hibernated'],
    });
    const report = JSON.parse(readFileSync(at('r.json'), 'utf8'));
    expect(report).toMatchObject({ guest: 'guest.bin', psci: '1.3', engine: 'interpreter' });
    expect(report.mips).toBeLessThan(2000);
  });

  it('row 1: saved at 1.1, it keeps 1.1 on a newer host', async () => {
    const { status, calls } = await restore('older', '--host', 'linux-6.13');
    expect({ status, calls }).toEqual({ status: 0, calls: ['PSCI_VERSION: 1.1', 'SYSTEM_OFF2: NOT_SUPPORTED'] });
  });

  it('row 2: without its registers it sees the new default', async () => {
    const { said, calls } = await restore('older', '--host', 'linux-6.13', '--skip-registers');
    expect(calls[0]).toBe('PSCI_VERSION: 1.3');
    expect(said).toMatch(/still believes 1\.1, so it goes on hibernating by SYSTEM_OFF, which is harmless\.$/);
  });

  it('row 3: a host that does not know the version refuses it: 2, and KVM’s errno', async () => {
    expect(await dormouse('run', '--restore', at('newest'), '--host', 'linux-5.18')).toEqual({
      status: 2,
      out: '',
      err: `dormouse: “${at('newest')}” cannot be restored: EINVAL: The saved registers do not fit this host: psci_version 1.3 is newer than 1.1, the newest that Linux 5.18 to 6.12 knows.\n`,
    });
  });

  it('row 4: with the registers skipped SYSTEM_OFF2 is gone', async () => {
    const { status, said, calls } = await restore('newest', '--host', 'linux-5.18', '--skip-registers');
    expect({ status, calls }).toEqual({ status: 0, calls: ['PSCI_VERSION: 1.1', 'SYSTEM_OFF2: NOT_SUPPORTED'] });
    expect(said).toMatch(/still believes 1\.3, so its next hibernation falls back to SYSTEM_OFF\.$/);
  });

  it('--reg writes over what was restored', async () => {
    expect((await restore('newest', '--reg', 'psci_version=1.0')).calls[0]).toBe('PSCI_VERSION: 1.0');
  });

  it('leaves no disk behind that it made and did not fill, so that the next try can', async () => {
    const cli = start('disk.sav', '--disk', `${at('old.img')}:size=1M`);
    await cli.see('>');
    cli.process.kill('SIGUSR1');
    await untilSaid(cli, 'saved');
    cli.process.kill();
    await cli.end();
    const whole = readFileSync(at('disk.sav'));
    writeFileSync(at('cut.sav'), whole.subarray(0, whole.length - 30));
    const cut = await dormouse('run', '--restore', at('cut.sav'), '--disk', at('new.img'));
    expect(cut).toMatchObject({ status: 2, err: expect.stringContaining('The snapshot is truncated') });
    expect(readdirSync(folder).filter((name) => name.startsWith('new.img'))).toEqual([]);
    // One that was there before is left as it is.
    const old = readFileSync(at('old.img'));
    await dormouse('run', '--restore', at('cut.sav'), '--disk', at('old.img'));
    expect(readFileSync(at('old.img')).equals(old)).toBe(true);
    expect((await restore('disk.sav', '--disk', at('new.img'))).out).toBe('c.');
    expect(existsSync(at('new.img'))).toBe(true);
  });

  it('finds its disks among those given, whatever their order, fills new ones, and takes one more', async () => {
    const disk = (name: string, size?: string): string[] => ['--disk', at(name) + (size ? `:size=${size}` : '')];
    const cli = start('two.sav', ...disk('first.img', '64K'), ...disk('second.img', '32K'));
    await cli.see('>');
    cli.process.kill('SIGUSR1');
    await untilSaid(cli, 'saved');
    cli.process.kill();
    await cli.end();
    renameSync(at('first.img'), at('renamed.img'));
    const ran = await restore('two.sav', ...disk('more.img', '16K'), ...disk('second.img'), ...disk('renamed.img'));
    expect([ran.out, statSync(at('more.img')).size]).toEqual(['c.', 16 << 10]);
    expect((await restore('two.sav', ...disk('new.second.img'), ...disk('renamed.img'))).out).toBe('c.');
    expect(statSync(at('new.second.img')).size).toBe(32 << 10);
    expect(await dormouse('run', '--restore', at('two.sav'), ...disk('renamed.img'), ...disk('no.img', '16K'))).toMatchObject({
      status: 2,
      err:
        'dormouse: None of the given disks fits the disk “second.img” of the saved machine, which has 32768 bytes: give that one, a ' +
        'name that is not taken, for a new disk that is filled from the save, or no disk at all.\n',
    });
    expect(existsSync(at('no.img'))).toBe(false);
  });

  it('knows two disks of one size whose names were exchanged by what is on them', async () => {
    writeFileSync(at('left.img'), Buffer.alloc(32 << 10, 'left'));
    writeFileSync(at('right.img'), Buffer.alloc(32 << 10, 'right'));
    const disks = ['--disk', at('left.img'), '--disk', at('right.img')];
    const cli = start('pair.sav', ...disks);
    await cli.see('>');
    cli.process.kill('SIGUSR1');
    await untilSaid(cli, 'saved');
    cli.process.kill();
    await cli.end();
    renameSync(at('left.img'), at('aside.img'));
    renameSync(at('right.img'), at('left.img'));
    renameSync(at('aside.img'), at('right.img'));
    const ran = await restore('pair.sav', ...disks);
    expect([ran.out, ran.said]).toEqual(['c.', expect.stringContaining('each is taken for the one whose contents it has.')]);
    writeFileSync(at('left.img'), Buffer.alloc(32 << 10, 'wrong'));
    const wrong = await dormouse('run', '--restore', at('pair.sav'), ...disks);
    expect(wrong).toMatchObject({ status: 2, err: expect.stringContaining('is not what it was when the machine was saved') });
  });

  it('of several disks, none stays if one cannot be made', async () => {
    const missing = `${at('nowhere/b.img')}:size=1M`;
    const ran = await dormouse('run', '--kernel', at('guest.bin'), '--disk', `${at('a.img')}:size=1M`, '--disk', missing);
    expect(ran).toMatchObject({ status: 2, err: expect.stringContaining('its folder does not exist') });
    expect(existsSync(at('a.img'))).toBe(false);
  });
});
