import { describe, expect, it } from 'vitest';
import { hostTable } from './hosts';
import { registerTable } from './regs';
import { versionTable } from './version-matrix';

const cells = (line: string): string[] => line.split(/ {2,}/);

describe('tables of the firmware', () => {
  it('hosts, oldest first', () => {
    expect(hostTable().map((line) => cells(line).slice(0, 3))).toEqual([
      ['name', 'kernels', 'default PSCI'],
      ['linux-4.15', '4.15 and earlier', '0.2'],
      ['linux-4.16', '4.16 to 5.17', '1.0'],
      ['linux-5.18', '5.18 to 6.12', '1.1'],
      ['linux-6.13', '6.13 and later', '1.3'],
    ]);
  });

  it('functions by version, by either set of rules', () => {
    const row = (rules: 'kvm' | 'spec', name: string) =>
      cells(versionTable({ rules }).find((line) => line.startsWith(`${name} `))!).slice(3);
    expect(row('kvm', 'function')).toEqual(['0.1', '0.2', '1.0', '1.1', '1.2', '1.3']);
    expect(row('kvm', 'SYSTEM_OFF2')).toEqual(['-', '-', '-', '-', '-', 'yes']);
    expect(row('kvm', 'SYSTEM_SUSPEND')).toEqual(['-', '-', '(yes)', '(yes)', '(yes)', '(yes)']);
    expect(row('kvm', 'CPU_SUSPEND')[0]).toBe('-');
    expect(row('spec', 'CPU_SUSPEND')[0]).toBe('yes');
  });

  it('registers of a host, and what it refuses', () => {
    expect(cells(registerTable({ host: 'linux-5.18', registers: [] })[1]!).slice(0, 4)).toEqual([
      'psci_version',
      '0x6030000000140000',
      '0x10001 (1.1)',
      'default',
    ]);
    expect(() => registerTable({ host: 'linux-5.18', psci: '1.3', registers: [] })).toThrow(
      'PSCI 1.3 is refused with EINVAL: psci_version 1.3 is newer than 1.1, the newest that Linux 5.18 to 6.12 knows.',
    );
  });
});
