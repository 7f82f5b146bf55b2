import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLock, LockedError } from './file-lock';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-lock-'));
  file = join(folder, 'd.img');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The number of a process that was there a moment ago. */
const gonePid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('a lock', () => {
  it('is one note beside the file that names this process, and is gone when let go', () => {
    const lock = FileLock.take(file);
    expect(readdirSync(folder)).toEqual(['d.img.lock']);
    expect(readFileSync(`${file}.lock`, 'utf8')).toMatch(new RegExp(`^${process.pid} \\S+ `));
    lock.release();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the next one away, naming who has it, and leaves no drafts', () => {
    const lock = FileLock.take(file);
    expect(() => FileLock.take(file)).toThrow(LockedError);
    expect(() => FileLock.take(file)).toThrow(`process ${process.pid} on ${hostname()}`);
    expect(readdirSync(folder)).toEqual(['d.img.lock']);
    lock.release();
    FileLock.take(file).release();
  });

  it.each([
    ['its process is gone', () => `${gonePid()} - ${hostname()}\n`],
    ['its number was given to another process since', () => `${process.pid} 1 ${hostname()}\n`],
    ['nobody can be made out in it', () => 'x'],
  ])('is taken over if %s', (_, note) => {
    writeFileSync(`${file}.lock`, note());
    const lock = FileLock.take(file);
    expect(readdirSync(folder)).toEqual(['d.img.lock']);
    lock.release();
  });

  it('of another host is believed, as its process cannot be asked', () => {
    writeFileSync(`${file}.lock`, `${gonePid()} - elsewhere\n`);
    expect(() => FileLock.take(file)).toThrow('on elsewhere');
  });

  it('that somebody else took over meanwhile is not removed', () => {
    const lock = FileLock.take(file);
    writeFileSync(`${file}.lock`, 'theirs');
    lock.release();
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe('theirs');
  });

  it('fails with the host’s reason where no note can be made', () => {
    expect(() => FileLock.take(join(folder, 'absent', 'd.img'))).toThrow('ENOENT');
  });
});
