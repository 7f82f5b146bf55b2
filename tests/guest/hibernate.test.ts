/**
 * Hibernation and what becomes of it on another host: rows 8 to 14 of the scenario table in docs/psci.md, with a real Linux. A woken kernel
 * believes what it was told when it was born; each test says what the kernel that booted saw, and how the woken one fares when it
 * hibernates again.
 */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/storage/memory-disk';
import type { EndReason, PsciVersion } from '../../src/vm/api';
import { imageOn } from '../../src/vm/hibernated-disk.testkit';
import { holdsHibernationImage } from '../../src/vm/swap-signature';
import { copyOf, Guest, type GuestOptions, missing, newDisk, whyMissing } from './harness';

/** How a guest born under a version first went to sleep. */
interface Sleep {
  disk: MemoryDisk;
  end: EndReason;
  /** The calls from the request on that end a machine. */
  calls: string[];
}

const ENDING = /^SYSTEM_/;

async function sleep(psci: PsciVersion): Promise<Sleep> {
  const disk = newDisk();
  const guest = await Guest.boot({ psci, disk });
  await guest.exec('echo marmot >/run/kept');
  const from = guest.calls.length;
  const end = await guest.hibernate();
  return { disk, end, calls: guest.names(from).filter((name) => ENDING.test(name)) };
}

const detected = (text: string): string[] => [...text.matchAll(/psci: PSCIv([\d.]+) detected/g)].map((match) => match[1]!);

describe.skipIf(missing)(`hibernation${whyMissing}`, () => {
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());

  let at13: Sleep;
  let at11: Sleep;
  beforeAll(async () => {
    at13 = await sleep('1.3');
    at11 = await sleep('1.1');
  });

  /** Wakes what sleeps on a copy of the disk, and checks that it is that very system. */
  async function wake({ disk }: Sleep, options: GuestOptions): Promise<Guest> {
    guest = await Guest.boot({ ...options, disk: copyOf(disk) });
    expect(guest.console).toContain('dormouse: the disk holds a sleeping system, waking it');
    expect(await guest.exec('cat /run/kept')).toBe('marmot');
    return guest;
  }

  /** What the kernel that booted to wake the other one found, and what the woken kernel remembers. */
  async function beliefs(guest: Guest): Promise<{ booted: string[]; woken: string[] }> {
    const dmesg = await guest.exec('dmesg');
    return { booted: detected(guest.console), woken: detected(dmesg) };
  }

  /** Puts a woken guest to sleep again: the calls that end machines with their results, and the end. */
  async function again(guest: Guest): Promise<{ calls: string[]; end: EndReason }> {
    const from = guest.calls.length;
    const end = await guest.hibernate();
    const calls = guest.calls.slice(from).filter(({ name }) => ENDING.test(name));
    return { calls: calls.map(({ name, resultText }) => `${name} -> ${resultText}`), end };
  }

  const OFF2 = 'SYSTEM_OFF2 -> hibernated';
  const OFF2_FAILS = 'SYSTEM_OFF2 -> NOT_SUPPORTED';
  const OFF = 'SYSTEM_OFF -> power off';
  const HIBERNATED = { how: 'hibernated', call: 'SYSTEM_OFF2', systemEvent: { type: 'shutdown', flags: 1n } };
  const PLAIN_OFF = { how: 'off', call: 'SYSTEM_OFF', systemEvent: { type: 'shutdown', flags: 0n } };

  it('row 8: at 1.3 the VMM gets a shutdown with the SYSTEM_OFF2 flag', async () => {
    expect(at13.calls).toEqual(['SYSTEM_OFF2']);
    expect(at13.end).toMatchObject(HIBERNATED);
    expect(at13.end.sentence).toBe('The machine hibernated: SYSTEM_OFF2 (type 0, HIBERNATE_OFF) on vCPU 0.');
    expect(await holdsHibernationImage(at13.disk)).toBe(true);
  });

  it('row 9: at 1.1 the VMM gets a plain shutdown, and only the disk knows', async () => {
    expect(at11.calls).toEqual(['SYSTEM_OFF']);
    expect(at11.end).toMatchObject(PLAIN_OFF);
    expect(at11.end.sentence).toBe(
      'The machine hibernated, but the firmware saw a plain SYSTEM_OFF on vCPU 0, because PSCI 1.1 has no SYSTEM_OFF2: only the disk knows.',
    );
    expect(await holdsHibernationImage(at11.disk)).toBe(true);
  });

  it('a machine of other memory is not let near the sleeper, which the image tells', async () => {
    expect(await imageOn(at13.disk)).toMatchObject({ physicalPages: 131072, pageBytes: 4096, where: 0 });
    await expect(Guest.start({ disk: copyOf(at13.disk), memoryMiB: 256 })).rejects.toThrow(
      'The machine asleep on disk “nap” has 512 MiB of memory, this one 256 MiB',
    );
  });

  it('row 10: 1.3, relaunched pinned to 1.3: both kernels agree, and the next hibernation says so again', async () => {
    const guest = await wake(at13, { psci: '1.3' });
    expect(await beliefs(guest)).toEqual({ booted: ['1.3'], woken: ['1.3'] });
    const { calls, end } = await again(guest);
    expect(calls).toEqual([OFF2]);
    expect(end).toMatchObject(HIBERNATED);
  });

  it('row 10: 1.1, relaunched pinned to 1.1: both kernels agree', async () => {
    const guest = await wake(at11, { psci: '1.1' });
    expect(await beliefs(guest)).toEqual({ booted: ['1.1'], woken: ['1.1'] });
    const { calls, end } = await again(guest);
    expect(calls).toEqual([OFF]);
    expect(end).toMatchObject(PLAIN_OFF);
  });

  it('row 11: 1.1, relaunched on the newest host: the boot kernel logs 1.3, the woken one still hibernates by SYSTEM_OFF', async () => {
    const guest = await wake(at11, {});
    expect(await beliefs(guest)).toEqual({ booted: ['1.3'], woken: ['1.1'] });
    expect(guest.vm.firmware().version).toBe('1.3');
    const { calls, end } = await again(guest);
    expect(calls).toEqual([OFF]);
    expect(end.sentence).toContain('although the firmware offers SYSTEM_OFF2');
  });

  it('row 12: 1.3, relaunched on a host with Linux 5.18: SYSTEM_OFF2 is NOT_SUPPORTED, then SYSTEM_OFF; the flag is lost', async () => {
    const guest = await wake(at13, { host: 'linux-5.18' });
    expect(await beliefs(guest)).toEqual({ booted: ['1.1'], woken: ['1.3'] });
    const { calls, end } = await again(guest);
    expect(calls).toEqual([OFF2_FAILS, OFF]);
    expect(end).toMatchObject(PLAIN_OFF);
    expect(end.sentence).toContain('because PSCI 1.1 has no SYSTEM_OFF2');
  });

  it.each(['1.2', '1.0'] as const)('row 12: 1.3, relaunched at %s: the same', async (psci) => {
    const guest = await wake(at13, { psci });
    expect(await beliefs(guest)).toEqual({ booted: [psci], woken: ['1.3'] });
    expect((await again(guest)).calls).toEqual([OFF2_FAILS, OFF]);
  });

  it('row 13: 1.3, relaunched at 0.2: the boot kernel never asks for SMCCC, the woken one uses it and gets answers', async () => {
    const guest = await wake(at13, { psci: '0.2' });
    expect(await beliefs(guest)).toEqual({ booted: ['0.2'], woken: ['1.3'] });
    // What the woken kernel calls that a kernel born at 0.2 would not: entropy and mitigations, by SMCCC 1.1.
    await guest.exec('head -c 64 /dev/urandom >/dev/null');
    const services = guest.calls.filter(({ name }) => /^(TRNG|SMCCC)/.test(name));
    expect(services.length).toBeGreaterThan(0);
    for (const { name, outcome } of services) expect([name, outcome]).toEqual([name, 'ok']);
    expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
    expect((await guest.exec('cat /sys/kernel/debug/psci')).split('\n')[0]).toBe('PSCIv0.2');
    expect((await again(guest)).calls).toEqual([OFF2_FAILS, OFF]);
  });

  it('row 14: 1.3, relaunched at 0.1: the boot kernel is content, the woken one loses its CPUs and cannot power off', async () => {
    const guest = await wake(at13, { psci: '0.1' });
    expect(guest.console).toContain('psci: Using PSCI v0.1 Function IDs from DT');
    const standard = guest.calls.filter(({ name, id }) => name === 'CPU_ON' && id === 0xc4000003);
    expect(standard.map(({ resultText }) => resultText)).toEqual(['NOT_SUPPORTED']);
    expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0');
    expect((await guest.dmesg('CPU1')).join('\n')).toMatch(/failed to boot CPU1 \(-95\)|Error taking CPU1 up/);
    expect((await guest.exec('cat /sys/kernel/debug/psci')).split('\n')[0]).toBe('PSCIv65535.65535');
    // It sleeps, and nothing tells the VMM: the image is written, both calls fail, and the kernel waits for somebody to cut the power.
    const from = guest.calls.length;
    const asked = guest.vm.agent.suspendDisk();
    const ending = () => guest.calls.slice(from).filter(({ name }) => ENDING.test(name));
    await guest.until('SYSTEM_OFF', () => ending().some(({ name }) => name === 'SYSTEM_OFF'));
    expect(ending().map(({ name, resultText }) => `${name} -> ${resultText}`)).toEqual([
      OFF2_FAILS,
      'SYSTEM_OFF -> NOT_SUPPORTED',
    ]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(guest.vm.state).toBe('running');
    await guest.stop();
    await asked;
    expect(guest.vm.end!.how).toBe('stopped-by-host');
  });
});
