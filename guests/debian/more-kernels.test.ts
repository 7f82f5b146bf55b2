import { describe, expect, it } from 'vitest';
import type { PackageVersion } from './apt';
import { MORE_KERNELS } from './kernel-list';
import { chooseKexec } from './kexec-tools';
import { choose } from './more-kernels';
import type { PackageLists } from './packages';

/** Lists with these packages and nothing else; each depends on what is named. */
function lists(packages: Readonly<Record<string, readonly string[]>>): PackageLists {
  return {
    versions: async (name): Promise<PackageVersion[]> =>
      packages[name] === undefined ? [] : [{ name, version: '1.2-3', depends: [...packages[name]] }],
  };
}

const named = (name: string) => MORE_KERNELS.find((kernel) => kernel.name === name)!;
const names = (packages: readonly PackageVersion[]) => packages.map(({ name }) => name).sort();

describe('the packages of another kernel', () => {
  it('are those that hold the kernel and its modules, in the old shape and the new, and BusyBox', async () => {
    const old = lists({
      'linux-image-rt-arm64': ['linux-image-6.1.0-50-rt-arm64'],
      'linux-image-6.1.0-50-rt-arm64': ['kmod'],
      'busybox-static': [],
    });
    expect(names(await choose(old, named('bookworm-rt')))).toEqual(['busybox-static', 'linux-image-6.1.0-50-rt-arm64']);
    const split = lists({
      'linux-image-arm64-16k': ['linux-base-arm64-16k', 'linux-image-7.2.12+deb14-arm64-16k'],
      'linux-image-7.2.12+deb14-arm64-16k': ['linux-binary-7.2.12+deb14-arm64-16k', 'linux-modules-7.2.12+deb14-arm64-16k'],
      'linux-binary-7.2.12+deb14-arm64-16k': [],
      'linux-modules-7.2.12+deb14-arm64-16k': [],
      'busybox-static': [],
    });
    expect(names(await choose(split, named('forky-16k')))).toEqual([
      'busybox-static',
      'linux-binary-7.2.12+deb14-arm64-16k',
      'linux-image-7.2.12+deb14-arm64-16k',
      'linux-modules-7.2.12+deb14-arm64-16k',
    ]);
  });

  it('that the mirror lacks are named, with the suites', async () => {
    await expect(choose(lists({}), named('backports-rt'))).rejects.toThrow(
      'trixie and trixie-backports (arm64) of this mirror has no package linux-image-rt-arm64.',
    );
    await expect(choose(lists({ 'linux-image-arm64': [] }), named('forky'))).rejects.toThrow(
      'forky (arm64) of this mirror has no package busybox-static.',
    );
  });

  it('have each a name of their own', () => {
    expect(new Set(MORE_KERNELS.map(({ name }) => name)).size).toBe(MORE_KERNELS.length);
  });
});

describe('the packages of kexec', () => {
  it('are its own and all libraries behind it, and nothing that asks questions', async () => {
    const known = {
      'kexec-tools': ['libc6', 'libxenmisc4', 'debconf'],
      libxenmisc4: ['libc6', 'zlib1g'],
      libc6: ['libgcc-s1'],
      zlib1g: ['libc6'],
    };
    expect(names(await chooseKexec(lists(known)))).toEqual(['kexec-tools', 'libc6', 'libxenmisc4', 'zlib1g']);
    await expect(chooseKexec(lists({ 'kexec-tools': ['libc6'] }))).rejects.toThrow('has no package libc6.');
  });
});
