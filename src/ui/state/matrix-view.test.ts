import { describe, expect, it } from 'vitest';
import { differsBetween, matrixView } from './matrix-view';

const cellOf = (name: string, version: string, options = { rules: 'kvm' as 'kvm' | 'spec', systemSuspend: false }) =>
  matrixView(options)
    .find((row) => row.fn.name === name)!
    .cells.find((cell) => cell.version === version)!;

describe('matrixView', () => {
  it('marks what is there, what is not, and why', () => {
    expect(cellOf('SYSTEM_OFF2', '1.2')).toMatchObject({
      mark: 'no',
      why: 'SYSTEM_OFF2 exists from PSCI 1.3; in a VM at 1.2 the answer is NOT_SUPPORTED.',
    });
    expect(cellOf('SYSTEM_OFF2', '1.3')).toMatchObject({ mark: 'differs' });
    expect(cellOf('SYSTEM_OFF2', '1.3').why).toContain('HIBERNATE_OFF');
    expect(cellOf('SYSTEM_OFF', '0.2').mark).toBe('yes');
  });
  it('knows the capability, the ids of 0.1, and what 1.2 changed', () => {
    expect(cellOf('SYSTEM_SUSPEND', '1.0').mark).toBe('capability');
    expect(cellOf('SYSTEM_SUSPEND', '1.0', { rules: 'kvm', systemSuspend: true }).mark).toBe('yes');
    expect(cellOf('CPU_ON', '0.1').why).toContain('0x95c1ba60');
    expect(cellOf('CPU_ON', '1.1').mark).toBe('yes');
    expect(cellOf('CPU_ON', '1.2').why).toContain('DENIED');
  });
  it('follows the rules', () => {
    expect(cellOf('CPU_SUSPEND', '0.1').mark).toBe('no');
    expect(cellOf('CPU_SUSPEND', '0.1', { rules: 'spec', systemSuspend: false }).mark).toBe('differs');
  });
  it('tells what two versions do not have in common', () => {
    const between = (one: '0.1' | '1.1' | '1.2' | '1.3', other: '1.3') =>
      matrixView({ rules: 'kvm', systemSuspend: false })
        .filter((row) => differsBetween(row, one, other))
        .map((row) => row.fn.name);
    expect(between('1.2', '1.3')).toEqual(['SYSTEM_OFF2']);
    expect(between('1.1', '1.3')).toEqual(['CPU_ON', 'SYSTEM_OFF2']);
    expect(between('1.3', '1.3')).toEqual([]);
    // There in both, and under another id.
    expect(between('0.1', '1.3')).toContain('CPU_OFF');
  });
  it('tells functions KVM never answers', () => {
    const never = matrixView({ rules: 'kvm', systemSuspend: false }).filter((row) => !row.everThere);
    expect(never).toHaveLength(12);
    expect(never.map((row) => row.fn.name)).toContain('MIGRATE');
  });
});
