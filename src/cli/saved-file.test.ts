import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collected } from '../storage/byte-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import type { DeviceState } from '../storage/state-value';
import { readSaved, requireSavable, writeSaved } from './saved-file';
import { UserError } from './user-error';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saved-file-'));
  mkdirSync(at('folder'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CONFIG = {
  guest: 'lab',
  vcpus: 1,
  memoryMiB: 64,
  psci: '1.3',
  gic: 3,
  engine: 'auto',
  clock: 'realtime',
  conduit: 'hvc',
} as const;
const machine = (config: DeviceState): AsyncGenerator<Uint8Array> =>
  writeSnapshot([
    { name: 'vm', state: { config, registers: [], disks: [] } },
    { name: 'kernel', parts: [new Uint8Array(5000).fill(7)] },
  ]);
const bytesOf = async (config: DeviceState): Promise<Buffer> => Buffer.from(await collected(machine(config)));

describe('a saved machine', () => {
  it('is written as a whole, over what was there, and read again', async () => {
    writeFileSync(at('m'), 'old');
    expect(await writeSaved(at('m'), machine(CONFIG))).toBe(readFileSync(at('m')).length);
    expect(existsSync(at('m.tmp'))).toBe(false);
    const saved = await readSaved(at('m'));
    expect(saved.config).toEqual(CONFIG);
    await saved.close();
  });

  it('that breaks off in the middle leaves what was there, and no other file', async () => {
    writeFileSync(at('m'), 'old');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1);
      throw new Error('The disk failed.');
    }
    await expect(writeSaved(at('m'), broken())).rejects.toThrow('The disk failed.');
    expect(readFileSync(at('m'), 'utf8')).toBe('old');
    expect(existsSync(at('m.tmp'))).toBe(false);
  });

  it('leaves what was there alone if it cannot be written', async () => {
    mkdirSync(at('m.tmp'));
    writeFileSync(at('m'), 'old');
    await expect(writeSaved(at('m'), machine(CONFIG))).rejects.toThrow(
      `The machine cannot be saved to “${at('m')}”: it is a directory.`,
    );
    expect(readFileSync(at('m'), 'utf8')).toBe('old');
  });

  it.each([
    ['folder', 'it is a directory'],
    ['no-folder/x', 'its folder does not exist'],
  ])('cannot be saved to %s, which is told before', (name, reason) => {
    expect(() => requireSavable(at(name))).toThrow(`The machine cannot be saved to “${at(name)}”: ${reason}.`);
  });

  it('leaves no trace of the question', () => {
    requireSavable(at('new'));
    expect([existsSync(at('new')), existsSync(at('new.tmp'))]).toEqual([false, false]);
  });

  it.each<[string, (good: Buffer) => Uint8Array | string | Promise<Buffer>, string]>([
    ['empty', () => '', 'This file is not a Dormouse snapshot.'],
    ['foreign', () => 'Hello, I am a letter.\n', 'This file is not a Dormouse snapshot.'],
    [
      'cut',
      (good) => good.subarray(0, -1000),
      'The snapshot is truncated: it ends in its section “kernel”, at least 1000 bytes early; copy it once more, or save the machine anew.',
    ],
    ['damaged', (good) => good.fill(1, good.length - 99, good.length - 90), 'The snapshot is damaged in its section “kernel”.'],
    ['newer', (good) => good.fill(9, 16, 17), 'The snapshot has version 9.0, newer than 2.0, which this Dormouse reads.'],
    ['of nothing', () => bytesOf({ guest: 'x' }), 'The saved state of the configuration has nothing as "vcpus" where an integer'],
    [
      'with its devices on no transport there is',
      () => bytesOf({ ...CONFIG, virtio: 'usb' }),
      'The saved state of the configuration has “usb” as "virtio" where mmio or pci should be.',
    ],
    ['of 9 vCPUs', () => bytesOf({ ...CONFIG, vcpus: 9 }), '9 vCPUs are not possible: choose 1 to 8.'],
    ['of much memory', () => bytesOf({ ...CONFIG, memoryMiB: 1e9 }), '1000000000 MiB of memory are not possible'],
    ['of another PSCI', () => bytesOf({ ...CONFIG, psci: '7.0' }), 'has “7.0” as "psci" where 0.1 or'],
    [
      'of the future',
      () => bytesOf({ ...CONFIG, sound: true }),
      'The saved configuration has “sound”, which this Dormouse does not know.',
    ],
    ['of another type', () => bytesOf({ ...CONFIG, guest: 5 }), 'has 5 as "guest" where text of up to 1000 characters should be'],
    [
      'no kernel',
      async () =>
        Buffer.from(await collected(writeSnapshot([{ name: 'vm', state: { config: CONFIG, registers: [], disks: [] } }]))),
      'The snapshot lacks its section “kernel”.',
    ],
    [
      'no machine',
      async () => Buffer.from(await collected(writeSnapshot([]))),
      'The snapshot does not say what machine it is of.',
    ],
  ])('refuses one that is %s in one sentence', async (name, make, sentence) => {
    writeFileSync(at(name), await make(await bytesOf(CONFIG)));
    const refused = readSaved(at(name));
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(`“${at(name)}” cannot be restored: `);
    await expect(refused).rejects.toThrow(sentence);
  });

  it('refuses one that cannot be read', async () => {
    await expect(readSaved(at('none'))).rejects.toThrow(
      `The saved machine “${at('none')}” cannot be read: there is no such file.`,
    );
    await expect(readSaved(at('folder'))).rejects.toThrow(
      `The saved machine “${at('folder')}” cannot be read: it is a directory.`,
    );
  });
});
