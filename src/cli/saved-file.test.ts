import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeSnapshot } from '../storage/snapshot';
import { UserError } from './errors';
import { readSaved, requireSavable, writeSaved } from './saved-file';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saved-file-'));
  mkdirSync(at('folder'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CONFIG = { guest: 'lab', vcpus: 1, memoryMiB: 64, psci: '1.3', clock: 'realtime', conduit: 'hvc' };
const machine = (config: object): Uint8Array[] =>
  encodeSnapshot([
    { name: 'vm', state: { config: config as Record<string, string> } },
    { name: 'ram', bytes: new Uint8Array(5000).fill(7) },
  ]);

describe('a saved machine', () => {
  it('is written as a whole, over what was there, and read again', () => {
    writeFileSync(at('m'), 'old');
    expect(writeSaved(at('m'), machine(CONFIG))).toBe(readFileSync(at('m')).length);
    expect(existsSync(at('m.tmp'))).toBe(false);
    expect(readSaved(at('m')).config).toEqual(CONFIG);
  });

  it('leaves what was there alone if it cannot be written', () => {
    mkdirSync(at('m.tmp'));
    writeFileSync(at('m'), 'old');
    expect(() => writeSaved(at('m'), machine(CONFIG))).toThrow(`The machine cannot be saved to “${at('m')}”: it is a directory.`);
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

  it.each<[string, (good: Buffer) => Uint8Array | string, string]>([
    ['empty', () => '', 'This file is not a Dormouse snapshot.'],
    ['foreign', () => 'Hello, I am a letter.\n', 'This file is not a Dormouse snapshot.'],
    ['cut', (good) => good.subarray(0, -1000), 'The snapshot is truncated: it ends 1000 bytes early in section “ram”.'],
    ['damaged', (good) => good.fill(1, good.length - 9), 'The snapshot is damaged in its section “ram”.'],
    ['newer', (good) => good.fill(9, 8, 9), 'The snapshot has version 9.0, newer than 1.x, which this Dormouse reads.'],
    ['of nothing', () => Buffer.concat(machine({ guest: 'x' })), 'it does not say what machine it is of.'],
  ])('refuses one that is %s in one sentence', (name, make, sentence) => {
    writeFileSync(at(name), make(Buffer.concat(machine(CONFIG))));
    expect(() => readSaved(at(name))).toThrow(UserError);
    expect(() => readSaved(at(name))).toThrow(`“${at(name)}” cannot be restored: ${sentence}`);
  });

  it('refuses one that cannot be read', () => {
    expect(() => readSaved(at('none'))).toThrow(`The saved machine “${at('none')}” cannot be read: there is no such file.`);
    expect(() => readSaved(at('folder'))).toThrow(`The saved machine “${at('folder')}” cannot be read: it is a directory.`);
  });
});
