import { describe, expect, it } from 'vitest';
import { Draft } from './draft.svelte';
import { HOST_NAMES, hostWords } from './psci-facts';
import { hostToWakeOn, wakeHostWords } from './wake-host';
import { planWake } from './wake-plan';

const OLD = 'linux-5.18';
const NEWEST = HOST_NAMES.at(-1)!;
const SLEPT = { call: 'SYSTEM_OFF2', psci: '1.1', vcpus: 2, memoryMiB: 512, when: 0 } as const;

describe('the host a machine wakes on as it slept', () => {
  it('is the one it slept on, or the chosen one if nobody noted that; one that does not know its version is none', () => {
    expect(hostToWakeOn({ ...SLEPT, host: NEWEST }, OLD)).toBe(NEWEST);
    expect(hostToWakeOn(SLEPT, OLD)).toBe(OLD);
    expect(hostToWakeOn({ psci: '1.3' }, OLD)).toBe('');
    expect(hostToWakeOn({ psci: '1.3', host: OLD }, '')).toBe('');
  });

  it('is told where the header says another', () => {
    expect(wakeHostWords({ ...SLEPT, host: NEWEST }, '')).toBeUndefined();
    expect(wakeHostWords({ ...SLEPT, host: OLD }, OLD)).toBeUndefined();
    expect(wakeHostWords({ ...SLEPT, host: NEWEST }, OLD)).toBe(
      `The header says ${hostWords(OLD)}; waking it as it slept takes the host it slept on, ${hostWords(NEWEST)}.`,
    );
    expect(wakeHostWords({ psci: '1.3' }, OLD)).toMatch(/knows only 1\.1; waking under 1\.3 takes the newest host instead/);
  });

  it('is not the one of an earlier wake elsewhere', () => {
    const draft = new Draft();
    const disk = { name: 'own', size: 1 << 20, used: 0, inUse: false };
    const wake = (host: string, target: object) => planWake(draft, disk, { ...SLEPT, host }, target, {}).config;
    expect(wake(NEWEST, { host: OLD })).toMatchObject({ host: OLD });
    expect(draft.host).toBe(OLD);
    const again = wake(NEWEST, {});
    expect([again.host, again.psci, draft.host]).toEqual([undefined, '1.1', '']);
  });
});
