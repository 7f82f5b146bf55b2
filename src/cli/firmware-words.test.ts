import { describe, expect, it } from 'vitest';
import type { EndReason, FirmwareView, PsciVersion, VmConfig } from '../vm/api';
import { consequence, restoredWords, sleeperWords, wakeWords, writtenWords } from './firmware-words';

const CONFIG = { guest: 'debian', vcpus: 2, memoryMiB: 512 } as VmConfig;
const view = (version: PsciVersion, told: PsciVersion[] = []): FirmwareView => ({
  version,
  host: 'linux-6.13',
  conduit: 'hvc',
  rules: 'kvm',
  systemSuspend: false,
  registers: [],
  calls: {},
  told,
});

describe('what a change of version means to a Linux', () => {
  it.each([
    ['1.3', '1.1', false, 'its next hibernation falls back to SYSTEM_OFF'],
    ['1.3', '1.0', false, 'its next hibernation falls back to SYSTEM_OFF and a warm reboot halts it'],
    ['1.3', '0.2', true, 'its next hibernation falls back to SYSTEM_OFF, a warm reboot halts it and suspend to RAM fails'],
    ['1.1', '1.3', false, 'it goes on hibernating by SYSTEM_OFF, which is harmless'],
    ['1.1', '1.2', false, 'nothing but the number differs'],
    ['1.3', '0.1', false, 'it calls ids that are gone, so its other CPUs stay off and it can neither power off nor reboot'],
    ['0.1', '1.3', false, 'it calls ids that are gone, so its other CPUs stay off and it can neither power off nor reboot'],
  ] as const)('%s → %s', (believed, now, suspend, words) => {
    expect(consequence(believed, now, suspend)).toBe(words);
  });
});

describe('a hibernated Linux', () => {
  it.each([
    ['1.3', 'if it slept under an older one, it goes on hibernating by SYSTEM_OFF, which is harmless.'],
    ['1.1', 'if it slept under 1.3, its next hibernation falls back to SYSTEM_OFF.'],
    ['0.1', /if it slept under a later one, it calls ids that are gone, /],
  ] as const)('met at %s', (version, words) => {
    const said = sleeperWords('nap.img', view(version));
    expect(said).toContain(
      `The disk “nap.img” holds a hibernated Linux, which will go on believing the PSCI version it slept under; the firmware is at ${version} now: `,
    );
    if (typeof words === 'string') expect(said.endsWith(words)).toBe(true);
    else expect(said).toMatch(words);
  });

  it('is woken as it slept', () => {
    const end = (call: 'SYSTEM_OFF' | 'SYSTEM_OFF2'): EndReason => ({ how: 'off', sentence: '', call });
    expect(wakeWords(end('SYSTEM_OFF2'), CONFIG, '1.3', false)).toBe(
      'It wakes as it slept with the same disk, --smp 2, --memory 512 and --psci 1.3: this the host now knows to keep, but the version is not on the disk.',
    );
    expect(wakeWords(end('SYSTEM_OFF'), CONFIG, '1.1', false)).toMatch(/and --psci 1\.1: the version is not on the disk\.$/);
    expect(wakeWords(end('SYSTEM_OFF'), CONFIG, '1.1', true)).toMatch(
      /^The guest called SYSTEM_OFF2 first and got NOT_SUPPORTED, so it believes in a newer PSCI than 1\.1/,
    );
  });
});

describe('registers', () => {
  it('restored, skipped, written over', () => {
    const said = (now: PsciVersion, skipped: boolean) => restoredWords('m', CONFIG, view(now), '1.1', skipped);
    const begin = 'debian (2 vCPUs, 512 MiB) goes on from “m” ';
    expect(said('1.1', false)).toBe(`${begin}with its registers, written back blindly: PSCI 1.1 on linux-6.13.`);
    expect(said('1.1', true)).toBe(`${begin}without its registers, and nothing changed: PSCI 1.1 on linux-6.13.`);
    expect(said('1.3', true)).toBe(
      `${begin}without its registers: PSCI 1.3 on linux-6.13, and the guest still believes 1.1, so it goes on hibernating by SYSTEM_OFF, which is harmless.`,
    );
    expect(said('1.0', false)).toMatch(/with another version written over its own: PSCI 1\.0 .* so a warm reboot halts it\.$/);
  });

  it('written while the guest runs', () => {
    expect(writtenWords('std_bmap=1', view('1.3'), view('1.3'))).toBe('std_bmap=1 was written.');
    expect(writtenWords('v', view('1.1', ['1.3']), view('1.3', ['1.3']))).toBe(
      'v was written: PSCI 1.3 counts from the guest’s next call on.',
    );
    expect(writtenWords('v', view('1.3', ['1.3']), view('1.1', ['1.3']))).toBe(
      'v was written: PSCI 1.1 counts from the guest’s next call on, and a Linux that was told 1.3 goes on believing it: its next hibernation falls back to SYSTEM_OFF.',
    );
  });
});
