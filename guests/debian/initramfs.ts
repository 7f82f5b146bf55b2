/** The Debian guest's initramfs: BusyBox, the virtio modules, and the few scripts beside this file. */
import { type CpioEntry, writeCpio } from '../cpio';
import { busyboxApplets } from './busybox-applets';
import { type KernelModule, modulesAlias, modulesDep } from './kernel-module';

/** The scripts beside this file. */
export const SCRIPTS = ['init', 'inittab', 'profile', 'hibernate', 'swap-place', 'agent'] as const;

export interface InitramfsParts {
  kernelRelease: string;
  busybox: Uint8Array;
  modules: readonly KernelModule[];
  /** By name. */
  scripts: Readonly<Record<(typeof SCRIPTS)[number], string>>;
}

const text = (words: string) => new TextEncoder().encode(words);

/** `more` is put in besides. */
export function buildInitramfs(parts: InitramfsParts, more: readonly CpioEntry[] = []): Uint8Array {
  const { scripts, modules, kernelRelease } = parts;
  const modulesDirectory = `lib/modules/${kernelRelease}`;
  const program = (path: string, script: string): CpioEntry => ({ kind: 'file', path, content: text(script), mode: 0o755 });
  const entries: CpioEntry[] = [
    // The kernel opens it before /init has mounted anything.
    { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
    ...['proc', 'sys', 'run', 'tmp', 'root', 'mnt', 'etc', 'var'].map((path): CpioEntry => ({ kind: 'directory', path })),
    { kind: 'symlink', path: 'sbin', target: 'bin' },
    { kind: 'file', path: 'bin/busybox', content: parts.busybox, mode: 0o755 },
    ...busyboxApplets(parts.busybox)
      .filter((name) => name !== 'busybox')
      .map((name): CpioEntry => ({ kind: 'symlink', path: `bin/${name}`, target: 'busybox' })),
    program('init', scripts.init),
    program('bin/hibernate', scripts.hibernate),
    program('lib/dormouse/agent', scripts.agent),
    program('lib/dormouse/swap-place', scripts['swap-place']),
    { kind: 'file', path: 'etc/inittab', content: text(scripts.inittab) },
    { kind: 'file', path: 'etc/profile', content: text(scripts.profile) },
    // swapoff reads it; /init mounts what there is by what it finds.
    { kind: 'file', path: 'etc/fstab', content: text('') },
    { kind: 'file', path: 'etc/passwd', content: text('root:x:0:0:root:/root:/bin/sh\n') },
    { kind: 'file', path: 'etc/group', content: text('root:x:0:\n') },
    { kind: 'symlink', path: 'etc/mtab', target: '/proc/mounts' },
    { kind: 'file', path: `${modulesDirectory}/modules.dep`, content: text(modulesDep(modules)) },
    { kind: 'file', path: `${modulesDirectory}/modules.alias`, content: text(modulesAlias(modules)) },
    ...modules.map(({ path, content }): CpioEntry => ({ kind: 'file', path: `${modulesDirectory}/${path}`, content })),
  ];
  return writeCpio([...entries, ...more]);
}
