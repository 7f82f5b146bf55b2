import { describe, expect, it } from 'vitest';
import type { VmConfig } from '../../vm/api';
import { previewFirmware, replaceAssignment } from './firmware-preview';
import { meaningOf, refusalOf, valueText } from './register-words';

const config: VmConfig = {
  guest: 'lab',
  vcpus: 2,
  memoryMiB: 64,
  conduit: 'hvc',
  gic: 3,
  engine: 'auto',
  clock: 'realtime',
};

describe('register words', () => {
  it('puts values into words', () => {
    expect([meaningOf('vendor_hyp_bmap', 3n), meaningOf('std_bmap', 0n)]).toEqual(['features and UID, PTP', 'all off']);
    expect(meaningOf('arch_workaround_2', 0x12n)).toBe('available');
    expect([valueText('psci_version', 0x10001n), valueText('std_bmap', 1n)]).toEqual(['1.1', '0x1']);
  });
  it('takes a refusal apart', () => {
    expect(refusalOf('a=1', 'The register “a=1” is refused with EBUSY: too late.')).toEqual({
      assignment: 'a=1',
      errno: 'EBUSY',
      sentence: 'too late.',
    });
    expect(refusalOf('a=1', 'The worker is gone.')).toEqual({ assignment: 'a=1', sentence: 'The worker is gone.' });
  });
});

describe('the firmware before the start', () => {
  it('is the host’s default, or what was chosen', () => {
    expect(previewFirmware({ ...config, host: 'linux-5.18' }).view).toMatchObject({ version: '1.1', host: 'linux-5.18' });
    const chosen = previewFirmware({ ...config, psci: '0.1', registers: ['std_bmap=0x0'] });
    expect(chosen.view.version).toBe('0.1');
    expect(chosen.view.registers.find(({ name }) => name === 'std_bmap')).toMatchObject({ value: 0n, setBy: 'vmm' });
    expect(chosen.refusals).toEqual([]);
  });
  it('says what the host will refuse, with KVM’s errno', () => {
    const { refusals } = previewFirmware({
      ...config,
      host: 'linux-5.18',
      psci: '1.3',
      registers: ['std_bmap=0x2', 'nothing=1'],
    });
    expect(refusals.map(({ errno }) => errno)).toEqual(['EINVAL', 'EINVAL', 'ENOENT']);
  });
  it('keeps one assignment per register', () => {
    expect(replaceAssignment(['std_bmap=0x1', 'std_hyp_bmap=0x0'], 'std_bmap=0x0')).toEqual(['std_hyp_bmap=0x0', 'std_bmap=0x0']);
  });
});
