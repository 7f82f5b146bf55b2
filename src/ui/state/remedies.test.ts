import { describe, expect, it } from 'vitest';
import type { FirmwareCall, VmConfig } from '../../vm/api';
import { previewFirmware } from './firmware-preview';
import { remedyFor, remedyForWrite } from './remedies';

const firmware = (config: Partial<VmConfig> = {}) =>
  previewFirmware({
    guest: 'lab',
    vcpus: 1,
    memoryMiB: 64,
    conduit: 'hvc',
    gic: 3,
    engine: 'auto',
    clock: 'virtual',
    ...config,
  }).view;

function call(id: number, name: string, resultText = 'NOT_SUPPORTED', x1 = 0n): FirmwareCall {
  return {
    seq: 0,
    time: 0,
    vcpu: 0,
    conduit: 'hvc',
    id,
    name,
    args: [x1, 0n, 0n],
    argsText: '',
    resultText,
    why: '',
    outcome: 'error',
  };
}

const SUSPEND = call(0xc400000e, 'SYSTEM_SUSPEND');
const OFF2 = call(0xc4000015, 'SYSTEM_OFF2');

describe('a call that was refused', () => {
  it('names the capability, also where it was only asked for', () => {
    expect(remedyFor(SUSPEND, firmware(), true)).toMatchObject({ deed: { kind: 'offer-suspend' } });
    expect(remedyFor(call(0x8400000a, 'PSCI_FEATURES', 'NOT_SUPPORTED', 0xc400000en), firmware(), true)?.deed).toEqual({
      kind: 'offer-suspend',
    });
    expect(remedyFor(SUSPEND, firmware({ systemSuspend: true }), true)).toBeUndefined();
  });

  it('names the version that has it, if the host has that', () => {
    expect(remedyFor(OFF2, firmware({ psci: '1.1' }), true)?.deed).toEqual({ kind: 'write', name: 'psci_version', value: '1.3' });
    const old = remedyFor(OFF2, firmware({ host: 'linux-5.18' }), true);
    expect(old?.deed).toBeUndefined();
    expect(old?.sentence).toContain('Linux 5.18 to 6.12 does not know');
    expect(remedyFor(OFF2, firmware({ psci: '0.1' }), true)?.deed).toBeUndefined();
  });

  it('is allowed at the next start where the machine that called is off', () => {
    const remedy = remedyFor(OFF2, firmware({ psci: '1.1' }), false);
    expect(remedy?.deed).toEqual({ kind: 'keep', assignment: 'psci_version=1.3' });
    expect(remedy?.words).toBe('Choose PSCI 1.3 for the next start');
    expect(remedy?.sentence).toContain('the machine is off');
  });

  it('names the bit of a bitmap that forbids it', () => {
    const trng = call(0x84000050, 'TRNG_VERSION');
    expect(remedyFor(trng, firmware({ registers: ['std_bmap=0x0'] }), true)?.deed).toEqual({
      kind: 'keep',
      assignment: 'std_bmap=0x1',
    });
    expect(remedyFor(trng, firmware(), true)).toBeUndefined();
  });

  it('says where nobody can help, and nothing where nothing was refused', () => {
    expect(remedyFor(call(0x84000005, 'MIGRATE'), firmware(), true)?.sentence).toContain('at no version');
    expect(remedyFor({ ...OFF2, resultText: 'hibernated' }, firmware(), true)).toBeUndefined();
  });
});

it('a write that came too late can be kept for the next start', () => {
  expect(remedyForWrite({ assignment: 'std_bmap=0x0', errno: 'EBUSY', sentence: '' })?.deed).toEqual({
    kind: 'keep',
    assignment: 'std_bmap=0x0',
  });
  expect(remedyForWrite({ assignment: 'std_bmap=0xff', errno: 'EINVAL', sentence: '' })).toBeUndefined();
});
