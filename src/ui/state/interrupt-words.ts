/** What the panel of interrupts and timers says, in words. Pure functions. */
import type { InterruptRow, TimerView } from '../../vm/api/interrupts';

export const hexByte = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** A stretch of time, however short: `in 812 µs`, `3.2 ms ago`, `now`. @param ns negative: it is over */
export function distanceWords(ns: number): string {
  const size = Math.abs(ns);
  if (size < 500) return 'now';
  const [scale, unit] = size < 1e6 ? [1e3, 'µs'] : size < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
  const value = size / scale;
  const figure = size >= 3.6e12 ? 'more than an hour' : `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
  return ns > 0 ? `in ${figure}` : `${figure} ago`;
}

/** How a timer stands: `off`, `due in 3.2 ms`, `went off 12 ms ago, interrupt masked`. @param frequency ticks per second */
export function timerWords(timer: TimerView, frequency: number): string {
  if (!timer.enabled) return 'off';
  const masked = timer.masked ? ', its interrupt masked' : '';
  if (timer.due === undefined) return `never due${masked}`;
  const distance = distanceWords((timer.due / frequency) * 1e9);
  return timer.due > 0 ? `due ${distance}${masked}` : `went off ${distance}${masked}`;
}

/** CTL_EL0 as the guest would read it. */
export const timerControl = ({ enabled, masked, met }: TimerView): number => (enabled ? 1 : 0) | (masked ? 2 : 0) | (met ? 4 : 0);

/** `2026-11-30 04:41:59 UTC`. @param seconds since 1970 */
export function utcWords(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** One row among all: the same INTID is there once for each vCPU that has it to itself. */
export const rowKey = ({ intid, vcpu }: InterruptRow): string => `${intid}/${vcpu ?? ''}`;

/** Something besides its count changed. */
export function rowChanged(now: InterruptRow, before: InterruptRow | undefined): boolean {
  if (!before) return false;
  return (['enabled', 'pending', 'active', 'level', 'group', 'priority', 'edge'] as const).some(
    (key) => now[key] !== before[key],
  );
}

/** Priority, group, trigger and where it goes: `priority 0xa0 · group 1 · level, wire high · vCPU 0`. */
export function rowDetail({ priority, group, edge, level, targets, vcpu }: InterruptRow, vcpus: number): string {
  const wire = `${edge ? 'edge' : 'level'}, wire ${level ? 'high' : 'low'}`;
  const goesTo =
    vcpu !== undefined
      ? `vCPU ${vcpu}’s own`
      : targets.length === 0
        ? 'to no vCPU'
        : targets.length === vcpus && vcpus > 1
          ? 'to any vCPU'
          : `to vCPU ${targets.join(', ')}`;
  return [`priority ${hexByte(priority)}`, `group ${group}`, wire, goesTo].join(' · ');
}
