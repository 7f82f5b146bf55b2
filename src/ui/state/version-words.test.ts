import { describe, expect, it } from 'vitest';
import { versionDifference, versionSentence, versionWords } from './version-words';

const PLAIN = { rules: 'kvm', systemSuspend: false } as const;

describe('what a version gains and loses', () => {
  it('is what the firmware answers', () => {
    expect(versionDifference('1.1', '1.3', PLAIN)).toEqual({ gains: [], losses: ['SYSTEM_OFF2'] });
    expect(versionDifference('1.3', '1.1', PLAIN)).toEqual({ gains: ['SYSTEM_OFF2'], losses: [] });
    expect(versionDifference('0.2', '1.1', PLAIN).losses).toEqual(['PSCI_FEATURES', 'SYSTEM_RESET2']);
  });
  it('counts a capability only where the VM has it', () => {
    expect(versionDifference('0.2', '1.1', { ...PLAIN, systemSuspend: true }).losses).toContain('SYSTEM_SUSPEND');
  });
});

describe('its words', () => {
  it('name what is missing, and the number of what is more than can be named', () => {
    expect(versionWords('1.3', '1.3', PLAIN)).toBe('the newest');
    expect(versionWords('1.2', '1.3', PLAIN)).toBe('without SYSTEM_OFF2');
    expect(versionWords('1.1', '1.2', PLAIN)).toBe('as 1.2, but for the number');
    expect(versionWords('0.1', '1.3', PLAIN)).toBe('without PSCI_FEATURES, SYSTEM_RESET2, SYSTEM_OFF2 and 6 others');
  });
  it('say what follows', () => {
    expect(versionSentence('1.0', '1.3', PLAIN)).toBe(
      'Against 1.3 a guest at 1.0 loses SYSTEM_RESET2 and SYSTEM_OFF2. So a warm reboot is a cold one and it hibernates without its host being told.',
    );
    expect(versionSentence('1.2', '1.3', PLAIN)).toContain('loses SYSTEM_OFF2.');
    expect(versionSentence('1.1', '1.2', PLAIN)).toContain('only the number differs');
    expect(versionSentence('1.3', '1.3', PLAIN)).toContain('the newest that this host knows');
  });
});
