import { describe, expect, it } from 'vitest';
import { firmwareWords, hasOff2, wakeWarning } from './end-words';

describe('end words', () => {
  const hibernated = { how: 'hibernated', sentence: '' } as const;

  it('names the type of SYSTEM_OFF2', () => {
    expect(firmwareWords({ ...hibernated, call: 'SYSTEM_OFF2' }, '1.3', 1)).toContain('HIBERNATE_OFF, type 0x1');
    expect(firmwareWords({ ...hibernated, call: 'SYSTEM_OFF2' }, '1.3', undefined)).not.toContain('type');
  });

  it('tells why it was plain SYSTEM_OFF', () => {
    expect(firmwareWords({ ...hibernated, call: 'SYSTEM_OFF' }, '1.1', undefined)).toContain(
      'because PSCI 1.1 has no SYSTEM_OFF2',
    );
    expect(firmwareWords({ ...hibernated, call: 'SYSTEM_OFF' }, undefined, undefined)).toContain(
      'although PSCI 1.3 has SYSTEM_OFF2',
    );
    expect(firmwareWords({ ...hibernated }, '1.1', undefined)).toBeUndefined();
  });

  it('warns when the version changes under a sleeping guest', () => {
    expect(hasOff2('1.2')).toBe(false);
    expect(wakeWarning('1.3', '1.3')).toBeUndefined();
    expect(wakeWarning('1.3', '1.1')).toContain('falls back to SYSTEM_OFF');
    expect(wakeWarning('1.1', '0.2')).toContain('SYSTEM_RESET2');
    expect(wakeWarning('1.1', '1.3')).toContain('until it boots anew');
  });
});
