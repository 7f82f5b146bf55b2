import { describe, expect, it } from 'vitest';
import {
  decodeVersion,
  encodeVersion,
  formatVersion,
  NEWEST_HOST,
  NEWEST_PSCI_VERSION,
  PSCI_VERSIONS,
  parseVersion,
  versionAtLeast,
} from './versions';

describe('versions', () => {
  it('are the six a VM can be pinned to', () => {
    expect(PSCI_VERSIONS).toEqual(['0.1', '0.2', '1.0', '1.1', '1.2', '1.3']);
  });
  it('are written as major << 16 | minor', () => {
    expect(PSCI_VERSIONS.map(encodeVersion)).toEqual([1, 2, 0x10000, 0x10001, 0x10002, 0x10003]);
    for (const version of PSCI_VERSIONS) {
      expect(decodeVersion(encodeVersion(version))).toBe(version);
      expect(formatVersion(encodeVersion(version))).toBe(version);
    }
    expect([0, 3, 0x10004, 0x20000].map(decodeVersion)).toEqual([undefined, undefined, undefined, undefined]);
    expect(formatVersion(0xffffffffffffffffn)).toBe('65535.65535');
  });
  it('are ordered, and the newest host’s newest is the default', () => {
    expect(versionAtLeast('1.0', '0.2')).toBe(true);
    expect(versionAtLeast('0.2', '1.0')).toBe(false);
    expect(NEWEST_HOST.newest).toBe(NEWEST_PSCI_VERSION);
  });
  it('are read from text', () => {
    expect(['1.1', 'v1.3', ' 0.2 ', '1.4', '1', ''].map(parseVersion)).toEqual([
      '1.1',
      '1.3',
      '0.2',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
