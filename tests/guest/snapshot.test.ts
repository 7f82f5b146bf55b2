/**
 * A running Linux saved and restored by the VMM, on the same host, a newer and an older one: rows 1 to 4, 7, 15 and 16 of the scenario table
 * in docs/psci.md. `cat /sys/kernel/debug/psci` makes Linux ask PSCI_VERSION anew, so its first line is what the firmware says now; dmesg is
 * what the kernel was told when it was born.
 */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { REGISTERS } from '../../src/psci';
import { collected } from '../../src/storage/byte-reader';
import type { NewSection } from '../../src/storage/snapshot-format';
import { readSnapshot } from '../../src/storage/snapshot-reader';
import { writeSnapshot } from '../../src/storage/snapshot-writer';
import type { DeviceState } from '../../src/storage/state-value';
import { copyOf, Guest, missing, newDisk, secondsOff, whyMissing } from './harness';

/** A host whose newest version is 1.1, and one whose newest is 1.0. */
const OLD_HOST = 'linux-5.18';
const OLDER_HOST = 'linux-4.16';

const asked = async (guest: Guest): Promise<string> => (await guest.exec('cat /sys/kernel/debug/psci')).split('\n')[0]!;
const born = async (guest: Guest): Promise<string | undefined> =>
  /psci: PSCIv([\d.]+) detected/.exec(await guest.exec('dmesg'))?.[1];

interface SavedRegister {
  id: bigint;
  value: bigint;
}

/** A snapshot whose firmware registers were changed: what a host of another kind would have saved. */
function withRegisters(snapshot: Uint8Array, change: (registers: SavedRegister[]) => SavedRegister[]): Promise<Uint8Array> {
  async function* changed(): AsyncGenerator<NewSection> {
    for await (const section of readSnapshot([snapshot])) {
      if (section.name !== 'vm' || !('state' in section)) yield section;
      else {
        const state = section.state as DeviceState & { registers: DeviceState[] };
        const registers = change(state.registers as unknown as SavedRegister[]) as unknown as DeviceState[];
        yield { name: 'vm', state: { ...state, registers } };
      }
    }
  }
  return collected(writeSnapshot(changed()));
}

describe.skipIf(missing)(`save and restore${whyMissing}`, () => {
  const disk = newDisk();
  let guest: Guest | undefined;
  afterEach(() => guest?.stop());

  /** Linux born on the newest host (1.3) and on an old one (1.1), each with a program that counts, saved while it runs. */
  let newest: Uint8Array;
  let old: Uint8Array;
  beforeAll(async () => {
    const save = async (config: { host?: string; disk?: typeof disk }): Promise<Uint8Array> => {
      const source = await Guest.boot({ append: 'reboot=warm', registers: ['std_bmap=0'], ...config });
      await source.exec(
        'echo marmot >/run/kept; (n=0; while :; do n=$((n+1)); echo $n >/run/count; sleep 0.1; done) >/dev/null 2>&1 &',
      );
      const snapshot = await source.save();
      await source.stop();
      return snapshot;
    };
    newest = await save({ disk });
    old = await save({ host: OLD_HOST });
  });

  async function restore(snapshot: Uint8Array, options: Parameters<typeof Guest.restore>[1] = {}): Promise<Guest> {
    const restored = await Guest.restore(snapshot, snapshot === newest ? { disk: copyOf(disk), ...options } : options);
    guest = restored;
    expect(restored.vm.state).toBe('paused');
    await restored.vm.resume();
    await restored.up();
    expect(await restored.exec('cat /run/kept')).toBe('marmot');
    return restored;
  }

  const count = async (guest: Guest): Promise<number> => Number(await guest.exec('cat /run/count'));

  it('same host: everything goes on, the agent, the program, the clock, both CPUs; and it can be saved again', async () => {
    let restored = await restore(newest);
    const first = await count(restored);
    await restored.exec('sleep 1');
    expect(await count(restored)).toBeGreaterThan(first);
    expect([await born(restored), await asked(restored)]).toEqual(['1.3', 'PSCIv1.3']);
    expect(await restored.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
    await restored.exec('echo 0 >/sys/devices/system/cpu/cpu1/online; echo 1 >/sys/devices/system/cpu/cpu1/online');
    expect(await secondsOff(() => restored.exec('cat /sys/class/rtc/rtc0/since_epoch'))).toBeLessThan(5);
    const again = await restored.save();
    await restored.stop();
    restored = await restore(again, { disk: copyOf(disk) });
    expect(await count(restored)).toBeGreaterThan(first);
    expect((await restored.dmesg('rcu')).filter((line) => line.includes('stall'))).toEqual([]);
  });

  it('row 1: saved on an old host (1.1), restored with its registers on the newest: the guest sees 1.1, nothing changes', async () => {
    const restored = await restore(old, { host: 'linux-6.13' });
    expect([await born(restored), await asked(restored)]).toEqual(['1.1', 'PSCIv1.1']);
    const version = restored.vm.firmware().registers.find(({ name }) => name === 'psci_version')!;
    expect([version.text, version.setBy]).toEqual(['1.1', 'restore']);
  });

  it('row 2: the same without the registers: 1.3 from the next call on, and Linux does not notice', async () => {
    const restored = await restore(old, { host: 'linux-6.13', skipRegisters: true });
    expect([await born(restored), await asked(restored)]).toEqual(['1.1', 'PSCIv1.3']);
    expect(await restored.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
    await restored.exec('echo 0 >/sys/devices/system/cpu/cpu1/online; echo 1 >/sys/devices/system/cpu/cpu1/online');
  });

  it('row 3: saved at 1.3, restored on an old host: refused with EINVAL in one sentence', async () => {
    await expect(Guest.restore(newest, { host: OLD_HOST, disk: copyOf(disk) })).rejects.toThrow(
      /^EINVAL: [^.]*psci_version 1\.3 is newer than 1\.1.*\.$/,
    );
  });

  it('row 3, cured: a guest pinned to what the old host knows is taken', async () => {
    const restored = await restore(old, { host: OLD_HOST });
    expect(await asked(restored)).toBe('PSCIv1.1');
  });

  it('row 4: register skipped, host of 1.1: Linux still believes in SYSTEM_OFF2; the VMM learns of no hibernation', async () => {
    const restored = await restore(newest, { host: OLD_HOST, skipRegisters: true });
    expect([await born(restored), await asked(restored)]).toEqual(['1.3', 'PSCIv1.1']);
    const from = restored.calls.length;
    const end = await restored.hibernate();
    expect(restored.names(from).filter((name) => name.startsWith('SYSTEM_'))).toEqual(['SYSTEM_OFF2', 'SYSTEM_OFF']);
    expect(end).toMatchObject({ how: 'off', call: 'SYSTEM_OFF', systemEvent: { flags: 0n } });
  });

  it('row 4: register skipped, host of 1.0: a warm reboot goes by SYSTEM_RESET2, is not supported, and the system halts', async () => {
    const restored = await restore(newest, { host: OLDER_HOST, skipRegisters: true });
    const [from, at] = [restored.calls.length, restored.console.length];
    await restored.vm.agent.reboot();
    await restored.printed('Reboot failed -- System halted', at);
    const resets = restored.calls.slice(from).filter(({ name }) => name.startsWith('SYSTEM_'));
    expect(resets.map(({ name, resultText }) => `${name} -> ${resultText}`)).toEqual(['SYSTEM_RESET2 -> NOT_SUPPORTED']);
    expect(restored.vm.state).toBe('running');
  });

  it('row 7: a reboot in a restored guest keeps its version, on a host with a newer default', async () => {
    const restored = await restore(old, { host: 'linux-6.13' });
    const at = restored.console.length;
    await restored.vm.agent.reboot();
    await restored.printed('psci: PSCIv1.1 detected in firmware', at);
    await restored.up();
    expect([await born(restored), await asked(restored)]).toEqual(['1.1', 'PSCIv1.1']);
    expect(restored.names().filter((name) => /^SYSTEM_/.test(name))).toEqual(['SYSTEM_RESET2']);
  });

  it('row 15: a version written while Linux runs counts from the next call on', async () => {
    const restored = await restore(newest);
    await restored.vm.writeRegister('psci_version=1.0');
    expect([await born(restored), await asked(restored)]).toEqual(['1.3', 'PSCIv1.0']);
    await restored.vm.writeRegister('psci_version=1.2');
    const from = restored.calls.length;
    await restored.hibernate();
    const calls = restored.calls.slice(from).filter(({ name }) => name.startsWith('SYSTEM_'));
    expect(calls.map(({ name, resultText }) => `${name} -> ${resultText}`)).toEqual([
      'SYSTEM_OFF2 -> NOT_SUPPORTED',
      'SYSTEM_OFF -> power off',
    ]);
  });

  it('row 16: bitmaps travel with the guest; after the run only an equal value can be written', async () => {
    const restored = await restore(newest);
    const bitmap = () => restored.vm.firmware().registers.find(({ name }) => name === 'std_bmap')!;
    expect([bitmap().value, bitmap().setBy]).toEqual([0n, 'restore']);
    await expect(restored.vm.writeRegister('std_bmap=1')).rejects.toThrow(/EBUSY/);
    await restored.vm.writeRegister('std_bmap=0');
    await expect(restored.vm.writeRegister('std_bmap=2')).rejects.toThrow(/EINVAL/);
  });

  it('without the disk it had, it is refused in one sentence', async () => {
    await expect(Guest.restore(newest)).rejects.toThrow(
      /^The saved machine has a disk of 629145600 bytes, this one has no disk\.$/,
    );
  });

  it('row 16: a bit this host lacks is EINVAL, a register it does not know ENOENT', async () => {
    const std = REGISTERS.find(({ name }) => name === 'std_bmap')!.id;
    const bit = await withRegisters(old, (registers) =>
      registers.map((saved) => (saved.id === std ? { ...saved, value: 1n << 7n } : saved)),
    );
    await expect(Guest.restore(bit)).rejects.toThrow(/^EINVAL: .*std_bmap.*\.$/);
    const register = await withRegisters(old, (registers) => [...registers, { id: 0x6030_0000_0016_0009n, value: 0n }]);
    await expect(Guest.restore(register)).rejects.toThrow(/^ENOENT: .*6030000000160009.*\.$/);
  });
});
