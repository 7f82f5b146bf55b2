/** Suspend to RAM: SYSTEM_SUSPEND, offered only with the VM's capability, woken by the real-time clock's alarm. */
import { afterEach, describe, expect, it } from 'vitest';
import { Guest, missing, whyMissing } from './harness';

/** However slow a machine is, it is asleep before that. Nobody waits for it: {@link Guest.later}. */
const ALARM_SECONDS = 3600;
const NEARLY_MS = (ALARM_SECONDS - 1800) * 1000;
const RINGS_MS = ALARM_SECONDS * 1000;

describe.skipIf(missing)(`suspend to RAM${whyMissing}`, () => {
  let guest: Guest;
  afterEach(() => guest?.stop());

  it.each(['1.0', '1.3'] as const)('%s: sleeps, idles, wakes by the alarm, and goes on where it was; twice', async (psci) => {
    guest = await Guest.boot({ psci, vcpus: 3, systemSuspend: true });
    expect(await guest.exec('cat /sys/power/mem_sleep')).toBe('s2idle [deep]');
    expect((await guest.exec('cat /sys/kernel/debug/psci')).split('\n')).toContain('SYSTEM_SUSPEND is supported');
    const type = (line: string) => guest.vm.input(new TextEncoder().encode(`${line}\n`));
    type('kept=marmot');
    for (const round of [1, 2]) {
      const from = guest.calls.length;
      const asleep = () => guest.vm.machine.power.states.every((state) => state !== 'runnable');
      type(`echo +${ALARM_SECONDS} >/sys/class/rtc/rtc0/wakealarm; echo mem >/sys/power/state; echo "back: $? $kept ${round}"`);
      await guest.until('SYSTEM_SUSPEND', () => guest.names(from).includes('SYSTEM_SUSPEND'));
      expect(guest.vm.machine.power.states).toEqual(['suspended', 'stopped', 'stopped']);
      expect(guest.vm.vcpus().map(({ power }) => power)).toEqual(['suspended', 'off', 'off']);

      const before = guest.vm.machine.instructions;
      guest.later(NEARLY_MS);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(asleep(), 'sleeps until the alarm').toBe(true);
      expect(guest.vm.machine.instructions, 'nothing runs meanwhile').toBe(before);
      expect(guest.vm.state).toBe('running');

      guest.later(RINGS_MS - NEARLY_MS);
      await guest.printed(`back: 0 marmot ${round}`);
      const names = guest.names(from).filter((name) => /^(CPU|SYSTEM)/.test(name));
      expect(names).toEqual(['CPU_OFF', 'CPU_OFF', 'SYSTEM_SUSPEND', 'CPU_ON', 'CPU_ON']);
      await guest.up();
      expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0-2');
    }
    const night = ['The guest asked to be suspended to RAM: SYSTEM_SUSPEND on vCPU 0.', 'The machine is awake again.'];
    expect(guest.notices).toEqual([...night, ...night]);
    expect((await guest.dmesg('PM: suspend')).map((line) => line.trim())).toEqual([
      'PM: suspend entry (deep)',
      'PM: suspend exit',
      'PM: suspend entry (deep)',
      'PM: suspend exit',
    ]);
  });

  it('a command of the agent goes on after the guest was asleep under it', async () => {
    guest = await Guest.boot({ systemSuspend: true });
    const answer = guest.exec(
      `echo before; echo +${ALARM_SECONDS} >/sys/class/rtc/rtc0/wakealarm; echo mem >/sys/power/state; echo "after $?"`,
    );
    await guest.until('SYSTEM_SUSPEND', () => guest.names().includes('SYSTEM_SUSPEND'));
    guest.later(RINGS_MS);
    expect(await answer).toBe('before\nafter 0');
  });

  it('saved while it sleeps, it wakes where it is restored', async () => {
    guest = await Guest.boot({ systemSuspend: true });
    guest.vm.input(
      new TextEncoder().encode(
        `kept=dormouse; echo +${ALARM_SECONDS} >/sys/class/rtc/rtc0/wakealarm; echo mem >/sys/power/state; echo "back: $kept"\n`,
      ),
    );
    await guest.until('SYSTEM_SUSPEND', () => guest.names().includes('SYSTEM_SUSPEND'));
    const snapshot = await guest.save();
    await guest.stop();
    guest = await Guest.restore(snapshot, { laterMs: RINGS_MS });
    expect(guest.vm.vcpus().map(({ power }) => power)).toEqual(['suspended', 'off']);
    await guest.vm.resume();
    await guest.printed('back: dormouse');
    expect(guest.names().filter((name) => /^(CPU|SYSTEM)/.test(name))).toEqual(['CPU_ON']);
    await guest.up();
    expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
  });

  it('is woken by its host, with no alarm set', async () => {
    guest = await Guest.boot({ systemSuspend: true });
    guest.vm.input(new TextEncoder().encode('kept=hazel; echo mem >/sys/power/state; echo "back: $? $kept"\n'));
    await guest.until('the rest', () => guest.vm.rest?.how === 'ram');
    expect(guest.vm.rest).toEqual({ how: 'ram', listens: true });
    guest.vm.wake();
    await guest.printed('back: 0 hazel');
    expect(guest.vm.rest).toBeUndefined();
    await guest.up();
    expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe('0-1');
  });

  it('to idle: is told by what its drivers do, and a key on the console wakes it, if it counts that among what wakes it', async () => {
    guest = await Guest.boot();
    await guest.exec('echo enabled >/sys/class/tty/ttyAMA0/power/wakeup');
    guest.vm.input(new TextEncoder().encode('echo freeze >/sys/power/state; echo "back: $?"\n'));
    await guest.until('the rest', () => guest.vm.rest?.how === 'idle');
    expect(guest.vm.rest).toEqual({ how: 'idle', listens: true });
    guest.vm.wake();
    await guest.printed('back: 0');
    await guest.up();
    await guest.until('work', () => guest.vm.rest === undefined);
    await guest.exec('echo disabled >/sys/class/tty/ttyAMA0/power/wakeup');
    guest.vm.input(new TextEncoder().encode('echo freeze >/sys/power/state\n'));
    await guest.until('the rest', () => guest.vm.rest?.how === 'idle');
    expect(guest.vm.rest).toEqual({ how: 'idle', listens: false });
    expect(() => guest.vm.wake()).toThrow('Nothing here can wake the machine');
  });

  it('0.2 with the capability: the function does not exist before 1.0', async () => {
    guest = await Guest.boot({ psci: '0.2', systemSuspend: true });
    expect(await guest.exec('cat /sys/power/mem_sleep')).toBe('[s2idle]');
    expect(guest.names()).not.toContain('PSCI_FEATURES');
  });
});
