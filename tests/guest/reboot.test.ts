/** How Linux reboots: SYSTEM_RESET, or SYSTEM_RESET2 where `reboot=warm` asks for it and the firmware had it at boot. */
import { afterEach, describe, expect, it } from 'vitest';
import { Guest, type GuestOptions, missing, whyMissing } from './harness';

describe.skipIf(missing)(`reboot${whyMissing}`, () => {
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());
  const boot = async (options: GuestOptions): Promise<Guest> => (guest = await Guest.boot(options));

  it('1.3, reboot=warm: SYSTEM_RESET2 of type 0; without a reboot by the VMM the machine ends as reset', async () => {
    const guest = await boot({ psci: '1.3', append: 'reboot=warm', noReboot: true });
    await guest.vm.agent.reboot();
    const end = await guest.end();
    expect(end).toMatchObject({ how: 'reset', call: 'SYSTEM_RESET2', systemEvent: { type: 'reset', flags: 1n } });
    const call = guest.calls.at(-1)!;
    expect([call.name, call.id, ...call.args]).toEqual(['SYSTEM_RESET2', 0xc4000012, 0n, 0n, 0n]);
  });

  it('1.0, reboot=warm: there is no SYSTEM_RESET2, so SYSTEM_RESET', async () => {
    const guest = await boot({ psci: '1.0', append: 'reboot=warm', noReboot: true });
    await guest.vm.agent.reboot();
    expect(await guest.end()).toMatchObject({ how: 'reset', call: 'SYSTEM_RESET', systemEvent: { type: 'reset', flags: 0n } });
    expect(guest.names()).not.toContain('SYSTEM_RESET2');
  });

  it('1.1, cold: SYSTEM_RESET, the guest boots again with the same firmware, registers and all (row 7)', async () => {
    const guest = await boot({ psci: '1.1', registers: ['std_bmap=0'] });
    const before = guest.vm.firmware().registers;
    const [from, calls] = [guest.console.length, guest.calls.length];
    await guest.vm.agent.reboot();
    await guest.printed('psci: PSCIv1.1 detected in firmware', from);
    await guest.up();
    expect(guest.names(calls).filter((name) => name.startsWith('SYSTEM_'))).toEqual(['SYSTEM_RESET']);
    expect(guest.notices).toContain('The machine resets (cold): vCPU 0 called SYSTEM_RESET.');
    expect(guest.vm.firmware().registers).toEqual(before);
    // Told twice the same: it is listed once.
    expect(guest.vm.firmware().told).toEqual(['1.1']);
    expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
    // The TRNG stayed switched off: it is asked for once per boot and never used.
    expect(guest.calls.filter(({ name }) => name.startsWith('TRNG')).map(({ name, result }) => [name, result])).toEqual([
      ['TRNG_VERSION', 2n ** 64n - 1n],
      ['TRNG_VERSION', 2n ** 64n - 1n],
    ]);
  });
});
