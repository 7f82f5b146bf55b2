/** Numbers as people read them. Pure functions; spaces inside figures are narrow no-break spaces. */

const GAP = '\u202f';

/** `0`, `640 KiB`, `24 MiB`, `1.5 GiB`: binary units, at most one decimal. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit >= 2 && value < 10 && value % 1 >= 0.05 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `812`, `41.8 k`, `4.18 G`: three significant digits. */
export function formatCount(count: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return String(Math.round(value));
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** Machine time of a firmware call: seconds with microseconds in two groups, `10.204 977`. */
export function formatCallTime(nanoseconds: number): string {
  const micros = Math.floor(nanoseconds / 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const rest = String(micros % 1_000_000).padStart(6, '0');
  return `${seconds}.${rest.slice(0, 3)}${GAP}${rest.slice(3)}`;
}

/** Machine time at a glance: `9.5 s`, `4 min 07 s`, `2 h 05 min`. */
export function formatSpan(nanoseconds: number): string {
  const seconds = nanoseconds / 1e9;
  // What has not passed is not told, here as elsewhere.
  if (seconds < 60) return `${(Math.floor(nanoseconds / 1e8) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** How long ago `when` was, seen from `now` (both in ms since 1970): `just now`, `5 minutes ago`, `3 days ago`. */
export function formatAgo(when: number, now: number): string {
  const minutes = Math.floor((now - when) / 60_000);
  if (minutes < 1) return 'just now';
  const steps: [number, string][] = [
    [60 * 24, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ];
  for (const [size, word] of steps) {
    const count = Math.floor(minutes / size);
    if (count >= 1) return `${count} ${word}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

/** `ffff800080a81d08`: all sixteen digits, as a register view wants them. */
export function hex64(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, '0');
}

/** `0x84000000`: the shortest form, for arguments. */
export function hexShort(value: bigint | number): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

/** An address in little room: its last ten digits tell more than its first. */
export function shortAddress(value: bigint): string {
  const full = hexShort(value);
  return full.length <= 12 ? full : `…${full.slice(-10)}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
