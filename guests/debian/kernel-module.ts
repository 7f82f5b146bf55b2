/** What kernel modules say about themselves, and the files modprobe wants beside them. */

export interface KernelModule {
  /** As lsmod shows it, e.g. `virtio_mmio`. */
  name: string;
  /** Path below /lib/modules/<release>/, e.g. `kernel/drivers/virtio/virtio_mmio.ko`. */
  path: string;
  content: Uint8Array;
}

/** Module names treat `-` and `_` alike. */
export function moduleName(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/**
 * The values of `key` in a module's .modinfo section, which is a row of NUL-terminated `key=value` strings.
 * Looked for in the whole file: the keys asked for here are unmistakable, and an ELF reader would add nothing.
 */
export function modinfo(content: Uint8Array, key: string): string[] {
  const text = Buffer.from(content).toString('latin1');
  const values: string[] = [];
  for (let at = text.indexOf(`\0${key}=`); at >= 0; at = text.indexOf(`\0${key}=`, at + 1)) {
    const start = at + key.length + 2;
    values.push(text.slice(start, text.indexOf('\0', start)));
  }
  return values;
}

/** Names of the modules that must be loaded before this one. */
export function moduleDependencies(content: Uint8Array): string[] {
  return modinfo(content, 'depends')
    .flatMap((list) => list.split(','))
    .filter(Boolean)
    .map((name) => name.replaceAll('-', '_'));
}

/** modules.dep(5): each module with everything it needs, the nearest first. */
export function modulesDep(modules: readonly KernelModule[]): string {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const needs = (module: KernelModule): string[] => {
    const found: string[] = [];
    for (const name of moduleDependencies(module.content)) {
      const dependency = byName.get(name);
      if (dependency !== undefined) found.push(dependency.path, ...needs(dependency));
    }
    return [...new Set(found)];
  };
  return modules.map((module) => `${[`${module.path}:`, ...needs(module)].join(' ')}\n`).join('');
}

/** modules.alias: which device wants which module. */
export function modulesAlias(modules: readonly KernelModule[]): string {
  return modules.flatMap(({ name, content }) => modinfo(content, 'alias').map((alias) => `alias ${alias} ${name}\n`)).join('');
}
