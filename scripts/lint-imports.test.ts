import { describe, expect, it } from 'vitest';
import { globalComplaint, importComplaint, isTest, LAYERS, packageComplaint, placeOf, RULES } from './import-rules';
import { complaintsAbout } from './lint-imports';

describe('the direction of imports', () => {
  it.each([
    ['src/vm/vm.ts', 'src/machine/machine'],
    ['src/vm/view.ts', 'src/cpu/layout'],
    ['src/machine/machine.ts', 'src/cpu/engine'],
    ['src/machine/machine.ts', 'src/psci'],
    ['src/machine/devices/virtio/virtio-block.ts', 'src/storage/block-device'],
    ['src/cpu/engine.ts', 'src/isa'],
    ['src/isa/row.ts', 'src/wasm'],
    ['src/cpu/mmu/tlb.ts', 'src/cpu/layout'],
    ['src/cli/run.ts', 'src/vm/vm'],
    ['src/ui/state/vm.svelte.ts', 'src/vm/api'],
    ['src/ui/connect.ts', 'workers/client'],
    ['workers/vm.worker.ts', 'src/vm/vm'],
    ['workers/vm.worker.ts', 'src/storage/opfs-disk'],
  ])('lets %s import %s', (from, to) => {
    expect(importComplaint(from, to, false)).toBeUndefined();
  });

  it.each([
    ['src/cpu/engine.ts', 'src/machine/bus', 'it may import isa, wasm'],
    ['src/isa/row.ts', 'src/cpu/layout', 'it may import wasm'],
    ['src/wasm/module.ts', 'src/isa/row', 'nothing outside its own folder'],
    ['src/psci/firmware.ts', 'src/cpu/layout', 'nothing outside its own folder'],
    ['src/machine/machine.ts', 'src/vm/api', 'it may import cpu'],
    ['src/vm/vm.ts', 'src/ui/App.svelte', 'VmHost'],
    ['src/ui/App.svelte', 'src/vm/vm', 'vm/api'],
    ['src/ui/App.svelte', 'src/machine/machine', 'vm/api'],
    ['src/ui/App.svelte', 'workers/vm.worker', 'workers/client'],
    ['workers/vm.worker.ts', 'src/cpu/engine', 'a host of the VMM'],
    ['src/vm/vm.ts', 'tests/difftest/oracle-qemu-user', 'stands on its own'],
  ])('forbids that %s imports %s, and says what goes', (from, to, words) => {
    expect(importComplaint(from, to, false)).toContain(words);
  });

  it('keeps storage free of the machine, types included', () => {
    expect(importComplaint('src/storage/snapshot-format.ts', 'src/machine/device', true)).toContain('know no machine');
  });

  it('keeps the offsets of vCPU state inside cpu', () => {
    const sentences = (file: string) => complaintsAbout(file, "import { CPU, RAM_BASE } from '../cpu/layout';");
    for (const file of ['src/machine/x.ts', 'src/vm/x.ts', 'src/cli/x.ts']) {
      expect(sentences(file).map(({ sentence }) => sentence)).toEqual([expect.stringContaining('the accessors of Vcpu')]);
    }
    expect(sentences('src/cpu/x.ts')).toEqual([]);
  });

  it('has no circle', () => {
    const layersOf = (names: readonly string[]) => names.map((name) => name.split('/')[0]!);
    const reach = (layer: string, path: readonly string[]): void => {
      expect(path).not.toContain(layer);
      const rule = RULES[layer as keyof typeof RULES];
      for (const next of layersOf(rule.allowed)) if (!(layer === 'ui' && next === 'workers')) reach(next, [...path, layer]);
    };
    for (const layer of LAYERS) reach(layer, []);
  });

  it('leaves tests and their helpers alone', () => {
    for (const path of ['src/a.test.ts', 'src/x/guest.testkit.ts']) expect(isTest(path), path).toBe(true);
    for (const path of ['src/cpu/engine.ts', 'src/psci/testing.ts', 'src/y.test-util.ts']) expect(isTest(path), path).toBe(false);
    expect(importComplaint('src/isa/harness.testkit.ts', 'src/cpu/engine', false)).toBeUndefined();
  });

  it('knows where files belong', () => {
    expect(placeOf('src/cpu/mmu/tlb.ts')).toEqual({ layer: 'cpu', module: 'cpu/mmu/tlb' });
    expect(placeOf('src/psci')).toEqual({ layer: 'psci', module: 'psci' });
    expect(placeOf('workers/client')).toEqual({ layer: 'workers', module: 'workers/client' });
    expect(placeOf('cpu/x.ts')).toBeUndefined();
    expect(placeOf('tests/disasm/differences.ts')).toBeUndefined();
  });
});

describe('hosts', () => {
  it('are injected below the page and the command line', () => {
    expect(globalComplaint('src/machine/clock.ts', 'performance')).toContain('inject');
    expect(globalComplaint('src/vm/vm.ts', 'setTimeout')).toContain('inject');
    expect(globalComplaint('src/vm/vm.ts', 'document')).toContain('inject');
    expect(globalComplaint('src/ui/main.ts', 'document')).toBeUndefined();
    expect(globalComplaint('src/ui/main.ts', 'process')).toContain('inject');
    expect(globalComplaint('src/cli/main.ts', 'process')).toBeUndefined();
    expect(packageComplaint('src/vm/vm.ts', 'node:fs', true)).toContain('only src/cli');
    expect(packageComplaint('src/cli/main.ts', 'node:fs', true)).toBeUndefined();
  });

  it('give no time and no chance to the machine', () => {
    for (const name of ['Date.now', 'Math.random', 'new Date']) {
      expect(globalComplaint('src/machine/clock.ts', name)).toContain('function of its inputs');
      expect(globalComplaint('src/cpu/engine.ts', name)).toContain('function of its inputs');
      expect(globalComplaint('src/ui/main.ts', name)).toBeUndefined();
    }
  });
});

describe('a file', () => {
  const sentences = (file: string, text: string) =>
    complaintsAbout(file, text).map(({ line, sentence }) => `${line}: ${sentence}`);

  it('is complained about line by line', () => {
    const text = ["import { Bus } from '../machine/bus';", "import fs from 'fs';", 'export const now = () => Date.now();'].join(
      '\n',
    );
    const found = sentences('src/cpu/x.ts', text);
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/^1: cpu must not import machine\/bus/);
    expect(found[1]).toMatch(/^2: cpu must not import fs/);
    expect(found[2]).toMatch(/^3: cpu must not use Date\.now/);
  });

  it('may re-export, import later or import types only where it may import', () => {
    expect(sentences('src/isa/x.ts', "export * from '../cpu/layout';")).toHaveLength(1);
    expect(sentences('src/isa/x.ts', "const later = () => import('../cpu/layout');")).toHaveLength(1);
    expect(sentences('src/isa/x.ts', "let a: import('../cpu/layout').X;")).toHaveLength(1);
    expect(sentences('src/debug/x.ts', "import { type Clock } from '../machine';")).toEqual([]);
    expect(sentences('src/debug/x.ts', "import { Clock } from '../machine';")).toHaveLength(1);
  });

  it('may use names of its own, members and types called like a global', () => {
    const text = [
      'class E { fetch() { return this.location; } location = 1; }',
      'function f(process: E) { return process.fetch(); }',
      'const t = { window: 1 }; t.window;',
    ];
    expect(sentences('src/machine/x.ts', text.join('\n'))).toEqual([]);
    expect(sentences('src/machine/x.ts', 'const t = { fetch };')).toHaveLength(1);
    expect(sentences('src/machine/x.ts', 'new Date(0);')).toEqual([]);
    expect(sentences('src/machine/x.ts', 'new Date();')).toHaveLength(1);
  });

  it('may be a Svelte component', () => {
    const found = sentences(
      'src/ui/X.svelte',
      '<!-- c -->\n<script lang="ts">\nimport { Vm } from \'../vm/vm\';\n</script>\n<p>import</p>',
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^3: ui must not import vm\/vm/);
  });
});
