import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { busyboxApplets } from './busybox-applets';
import { buildInitramfs, type InitramfsParts, SCRIPTS } from './initramfs';
import { type KernelModule, moduleName, modulesAlias, modulesDep } from './kernel-module';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const busybox = latin1('\x7fELF junk[\0[[\0ash\0busybox\0ls\0sh\0\0more junk');

function module(path: string, depends: string, ...aliases: string[]): KernelModule {
  const info = ['license=GPL', `depends=${depends}`, ...aliases.map((alias) => `alias=${alias}`)];
  return { name: moduleName(path), path, content: latin1(`\x7fELF\0${info.join('\0')}\0`) };
}

const modules = [
  module('kernel/lib/base.ko', ''),
  module('kernel/drivers/mid-dle.ko', 'base,not_here'),
  module('kernel/drivers/top.ko', 'mid-dle', 'virtio:d2v*', 'virtio:d3v*'),
];

describe('busyboxApplets', () => {
  it('reads the names from the binary', () => {
    expect(busyboxApplets(busybox)).toEqual(['[', '[[', 'ash', 'busybox', 'ls', 'sh']);
    expect(() => busyboxApplets(latin1('no table'))).toThrow('does not hold a table');
  });
});

describe('the lists for modprobe', () => {
  it('name each module with all it needs, nearest first', () => {
    expect(modulesDep(modules)).toBe(
      'kernel/lib/base.ko:\n' +
        'kernel/drivers/mid-dle.ko: kernel/lib/base.ko\n' +
        'kernel/drivers/top.ko: kernel/drivers/mid-dle.ko kernel/lib/base.ko\n',
    );
    expect(modulesAlias(modules)).toBe('alias virtio:d2v* top\nalias virtio:d3v* top\n');
  });
});

describe('buildInitramfs', () => {
  const script = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
  const scripts = Object.fromEntries(SCRIPTS.map((name) => [name, script(name)])) as InitramfsParts['scripts'];

  it('holds what the kernel and /init look for, and is the same every time', () => {
    const parts = { kernelRelease: '7.3.4', busybox, modules, scripts };
    const archive = buildInitramfs(parts);
    const text = Buffer.from(archive).toString('latin1');
    for (const path of [
      'init',
      'dev/console',
      'bin/sh',
      'lib/dormouse/agent',
      'lib/modules/7.3.4/kernel/drivers/top.ko',
      'proc',
    ]) {
      expect(text).toContain(`${path}\0`);
    }
    expect(buildInitramfs(parts)).toEqual(archive);
  });

  it('holds scripts that a shell can parse', () => {
    for (const name of SCRIPTS.filter((each) => each !== 'inittab')) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: scripts[name], encoding: 'utf8' });
      expect([name, status, stderr]).toEqual([name, 0, '']);
    }
  });
});
