import { describe, expect, it } from 'vitest';
import { PAGE_PARAMETERS, PARAMETERS, type Parameter } from './parameters';
import { linkFor, parseQuery } from './query';

describe('parseQuery', () => {
  it('takes what is right', () => {
    const { wishes, complaints, unknown } = parseQuery(
      '?guest=debian&psci=1.1&cpus=4&memory=512&engine=jit&clock=virtual&autorun=1&append=quiet',
    );
    expect(wishes).toEqual({
      guest: 'debian',
      psci: '1.1',
      cpus: 4,
      memory: 512,
      engine: 'jit',
      clock: 'virtual',
      autorun: true,
      append: 'quiet',
    });
    expect(complaints).toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('tells each bad value in one sentence and leaves it out', () => {
    const { wishes, complaints } = parseQuery('?psci=9&cpus=9&mem=1e3&clock=sun');
    expect(wishes).toEqual({});
    expect(complaints).toHaveLength(4);
    expect(complaints[0]).toBe(
      'The address asks for psci=9, but psci can only be 0.1, 0.2, 1.0, 1.1, 1.2, 1.3; the default is used.',
    );
    expect(complaints.join()).toContain('cpus must be a whole number from 1 to 8');
  });

  /** What none of a kind can be. Whatever is to be typed can be typed, and nothing is a text, too. */
  const WRONG: Readonly<Record<Parameter['kind'], string>> = {
    text: '',
    choice: 'nonsense',
    number: '-1',
    flag: 'maybe',
    address: '',
    list: 'cellar',
  };
  const parameters: readonly (Parameter & { readonly pageOnly?: true })[] = [
    ...PARAMETERS,
    ...PAGE_PARAMETERS.map((each) => ({ ...each, pageOnly: true as const })),
  ];
  it.each(parameters.map((each) => [each.name, each] as const))(
    '%s: tells what it cannot be, and takes its example',
    (name, of) => {
      const ask = (value: string) => parseQuery(new URLSearchParams({ [name]: value }), { embedded: !of.pageOnly });
      expect(ask(of.example)).toMatchObject({ complaints: [], unknown: [] });
      expect(Object.keys(ask(of.example).wishes)).toEqual([name]);
      if (name === 'type') return;
      const { wishes, complaints, unknown } = ask(WRONG[of.kind]);
      expect([wishes, unknown]).toEqual([{}, []]);
      expect(complaints).toHaveLength(1);
      expect(complaints[0]).toMatch(new RegExp(`^The address asks for ${name}=${WRONG[of.kind]}(, but|:) .*\\.$`));
    },
  );

  it('of what is given more than once the first counts, also if it is wrong, and that is told', () => {
    const { wishes, complaints } = parseQuery('?kernel=&kernel=https://elsewhere.example/Image&psci=1.1&psci=1.3');
    expect(wishes).toEqual({ psci: '1.1' });
    expect(complaints).toEqual([
      'The address asks for kernel=, but kernel is empty; it is left out.',
      'The address gives kernel= more than once: the first counts.',
      'The address gives psci= more than once: the first counts.',
    ]);
  });

  it('complains in the words of whoever asked, also by a former name', () => {
    expect(parseQuery('?mem=4').complaints).toEqual([
      'The address asks for mem=4, but mem must be a whole number from 16 to 3072; the default is used.',
    ]);
  });

  it('names parameters nobody knows', () => {
    expect(parseQuery('?zzz=1&guest=lab&zzz=2').unknown).toEqual(['zzz']);
  });

  it('autorun is off unless asked for', () => {
    expect(parseQuery('?autorun=0').wishes.autorun).toBe(false);
    expect(parseQuery('?autorun=yes').complaints).toHaveLength(1);
  });

  it('takes the host, the rules, the capability and registers, and checks them', () => {
    const { wishes, complaints } = parseQuery(
      '?psci=0.1&host=linux-5.18&policy=spec&suspend=1&register=std_bmap%3D0x0&register=nonsense',
    );
    expect(wishes).toEqual({
      psci: '0.1',
      host: 'linux-5.18',
      policy: 'spec',
      suspend: true,
      register: ['std_bmap=0x0'],
    });
    expect(complaints).toEqual([
      'The address asks for register=nonsense: "nonsense" is not of the form name=value, such as psci_version=1.1 or std_bmap=0x1.',
    ]);
    expect(parseQuery('?host=linux-2.6').complaints[0]).toContain('host can only be linux-4.15');
  });

  it('takes a CPU model and says which there are', () => {
    expect(parseQuery('?cpu=cortex-a53').wishes.cpu).toBe('cortex-a53');
    expect(parseQuery('?cpu=m68k').complaints).toEqual([
      'The address asks for cpu=m68k, but cpu can only be max, cortex-a53, cortex-a72, neoverse-n1; the default is used.',
    ]);
  });

  it('takes a version of the interrupt controller and says which there are', () => {
    expect(parseQuery('?gic=2').wishes.gic).toBe(2);
    expect(parseQuery('?gic=5').complaints).toEqual([
      'The address asks for gic=5, but gic can only be 2, 3; the default is used.',
    ]);
  });

  it('takes where virtio devices are and says what there is', () => {
    expect(parseQuery('?virtio=pci').wishes.virtio).toBe('pci');
    expect(parseQuery('?virtio=usb').complaints).toEqual([
      'The address asks for virtio=usb, but virtio can only be mmio, pci; the default is used.',
    ]);
  });

  it('a link leads back to the same machine', () => {
    const config = {
      guest: 'debian',
      vcpus: 4,
      memoryMiB: 512,
      psci: '1.1',
      conduit: 'smc',
      cpu: 'neoverse-n1',
      gic: 2,
      virtio: 'pci',
      engine: 'auto',
      clock: 'virtual',
      host: 'linux-5.18',
      systemSuspend: true,
      registers: ['std_bmap=0x0'],
    } as const;
    const { wishes } = parseQuery(new URL(linkFor('https://example.org/vm/?old=1#x', config)).search);
    expect(wishes).toEqual({
      guest: 'debian',
      cpus: 4,
      memory: 512,
      psci: '1.1',
      cpu: 'neoverse-n1',
      gic: 2,
      virtio: 'pci',
      conduit: 'smc',
      clock: 'virtual',
      host: 'linux-5.18',
      suspend: true,
      register: ['std_bmap=0x0'],
    });
  });
});
