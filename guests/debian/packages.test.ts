import { describe, expect, it } from 'vitest';
import { parsePackageVersions, plannedPackages, withoutCredentials } from './apt';
import { chooseKernel, kernelNumber } from './packages';

const version = (text: string) => ({ name: 'linux-image-cloud-arm64', version: text, depends: [] });

describe('chooseKernel', () => {
  it('takes the newest that calls SYSTEM_OFF2', () => {
    const versions = ['6.12.107-1', '7.3.4-1~bpo13+1', '6.19.14-1~bpo13+1'].map(version);
    expect(chooseKernel(versions)?.version).toBe('7.3.4-1~bpo13+1');
    expect(chooseKernel(['6.12.107-1', '6.1.170-1'].map(version))).toBeUndefined();
    expect(chooseKernel(['6.9.1-1', '6.13.1-1'].map(version))?.version).toBe('6.13.1-1');
  });

  it('knows no number in a version without one', () => {
    expect(kernelNumber('next-20260101')).toBeUndefined();
  });
});

describe('plannedPackages', () => {
  it('takes names without their architecture, and versions with their epoch', () => {
    const text = `Reading package lists...
The following NEW packages will be installed:
  gcc libc6
Inst libc6 (2.41-12 Debian:13.5/stable [arm64]) []
Inst gcc:arm64 (4:14.2.0-1 Debian:13.5/stable [arm64])
Conf libc6 (2.41-12 Debian:13.5/stable [arm64])
`;
    expect(plannedPackages(text)).toEqual([
      { name: 'libc6', version: '2.41-12' },
      { name: 'gcc', version: '4:14.2.0-1' },
    ]);
  });
});

describe('parsePackageVersions', () => {
  it('flattens dependencies to names', () => {
    const text = `Package: linux-image-7.3.4+deb13-cloud-arm64
Version: 7.3.4-1~bpo13+1
Pre-Depends: linux-base (>= 4.12~)
Depends: dracut | initramfs-tools (>= 0.120) | linux-initramfs-tool, linux-binary-7.3.4+deb13-cloud-arm64 (= 7.3.4-1~bpo13+1), python3:any
Description: Linux

Package: busybox-static
Version: 1:1.37.0-6+b9
`;
    expect(parsePackageVersions(text)).toEqual([
      {
        name: 'linux-image-7.3.4+deb13-cloud-arm64',
        version: '7.3.4-1~bpo13+1',
        depends: [
          'linux-base',
          'dracut',
          'initramfs-tools',
          'linux-initramfs-tool',
          'linux-binary-7.3.4+deb13-cloud-arm64',
          'python3',
        ],
      },
      { name: 'busybox-static', version: '1:1.37.0-6+b9', depends: [] },
    ]);
  });
});

describe('withoutCredentials', () => {
  it('keeps passwords off the terminal', () => {
    expect(withoutCredentials('https://user:secret@mirror.example/debian')).toBe('https://mirror.example/debian');
  });
});
