import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryDisk } from '../src/storage/memory-disk';
import type { BootImages, ProgramWorker, VmEvent } from '../src/vm/api';
import { bareVm, CONFIG, PROGRAMS, programImage } from '../src/vm/bare-vm.testkit';
import { packTemplate } from '../src/vm/disk-template';
import { rememberingFirmware } from '../src/vm/firmware.testkit';
import { writeSleeper } from '../src/vm/hibernated-disk.testkit';
import { blobOf } from './snapshot-blob';
import { type PageAndWorker, pageAndWorker } from './worker.testkit';

let open: PageAndWorker | undefined;

async function connect(options: Parameters<typeof pageAndWorker>[0] = {}): Promise<PageAndWorker> {
  open?.close();
  open = await pageAndWorker(options);
  return open;
}

afterEach(() => {
  open?.close();
  open = undefined;
  vi.unstubAllGlobals();
});

const images = (program: string = PROGRAMS.wait): BootImages => ({ kernel: programImage(program) });
const MIB = 1 << 20;
const DISK = { name: 'den', sizeMiB: 1 };
const NOTE = '{"call":"SYSTEM_OFF2","psci":"1.3","vcpus":2,"memoryMiB":512,"when":1700000000000}';

describe('a worker that was configured with what it refuses', () => {
  it.each([
    ['a namespace', { namespace: 'a/b' }, '“a/b” cannot be a namespace of disks: use letters, digits, dots and dashes.'],
    ['an address', { guestsUrl: 'http://' }, '“http://” cannot be the address of guests: give that of a folder.'],
  ])('that is %s does nothing at all, and says why', async (_, options, sentence) => {
    const { vm, folders, failures } = await connect(options);
    const calls = [
      vm.disks(),
      vm.deleteDisk('den'),
      vm.guests(),
      vm.start(CONFIG, { disk: DISK, images: images() }),
      vm.configure({ namespace: 'mine' }),
    ];
    for (const call of calls) await expect(call).rejects.toThrow(sentence);
    expect(failures).toEqual([sentence]);
    expect(folders.size).toBe(0);
  });

  it('too late keeps what it has', async () => {
    const { vm, folders } = await connect({ namespace: 'mine' });
    await vm.start(CONFIG, { disk: DISK, images: images() });
    await expect(vm.configure({ namespace: 'other' })).rejects.toThrow('before the first machine only');
    await vm.powerOff(false);
    expect(await vm.disks()).toMatchObject([{ name: 'den' }]);
    expect([...folders.keys()]).toEqual(['disks@mine']);
  });
});

describe('a saved machine', () => {
  it('is restored onto a new disk, kept or in memory, but not over one that has changed', async () => {
    const { vm, folders } = await connect();
    await vm.start(CONFIG, { disk: { name: 'den', sizeMiB: 3 }, images: images() });
    const file = await vm.save();
    await vm.powerOff(false);
    for (const disk of [
      { name: 'new', sizeMiB: 1 },
      { name: 'new', sizeMiB: 1 },
      { name: 'gone', sizeMiB: 1, kind: 'memory' as const },
      { name: 'den', sizeMiB: 1 },
    ]) {
      await vm.restore(file, { disk });
      await vm.powerOff(false);
    }
    expect((await vm.disks()).map(({ name, size, inMemory }) => [name, size >> 20, inMemory])).toEqual([
      ['den', 3, undefined],
      ['new', 3, undefined],
      ['gone', 3, true],
    ]);
    await vm.start(CONFIG, { disk: { name: 'other', sizeMiB: 3 }, images: images() });
    await vm.powerOff(false);
    await vm.disks();
    folders.get('disks')!.files.get('other.img')!.bytes[0] = 1;
    await expect(vm.restore(file, { disk: { name: 'other', sizeMiB: 3 } })).rejects.toThrow(
      'The disk “other” is not what it was when the machine was saved',
    );
    expect(await vm.disks()).toMatchObject([{ name: 'den' }, { name: 'new' }, { name: 'other', inUse: false }, { name: 'gone' }]);
  });
});

describe('the disks of the machine at hand', () => {
  const told = async (vm: PageAndWorker['vm']) => (await vm.machineDisks()).map(({ name, where }) => [name, where]);

  it('are told as they are, not as they are listed', async () => {
    const { vm } = await connect();
    expect(await told(vm)).toEqual([]);
    await vm.start(CONFIG, { disk: DISK, attached: { name: 'nuts', sizeMiB: 1, kind: 'memory' }, images: images() });
    expect(await told(vm)).toEqual([
      ['den', 'kept'],
      ['nuts', 'memory'],
    ]);
    const file = await vm.save();
    await vm.powerOff(false);
    expect(await told(vm)).toEqual([]);
    await vm.restore(file, { disk: { name: 'nuts', sizeMiB: 1, kind: 'memory' } });
    expect(await told(vm)).toEqual([
      ['den', 'machine'],
      ['nuts', 'memory'],
    ]);
    // The kept one of that name is not the machine's.
    expect((await vm.disks()).map(({ name, inUse }) => [name, inUse])).toEqual([
      ['den', false],
      ['nuts', true],
    ]);
  });

  it('outlive it if it sleeps there, also where they were only its own', async () => {
    const disk = new MemoryDisk(MIB, { name: 'den' });
    writeSleeper(disk, { memoryMiB: 16 });
    const { vm: elsewhere } = await bareVm(PROGRAMS.echo, { disks: [disk] });
    const file = await blobOf(elsewhere.save());
    const { vm } = await connect();
    const events: VmEvent[] = [];
    await vm.subscribe((batch) => void events.push(...batch));
    await vm.restore(file, {});
    await vm.resume();
    await vm.input(new TextEncoder().encode('.'));
    await vi.waitFor(() => expect(events.at(-1)?.type).toBe('ended'));
    await vi.waitFor(async () => expect(await vm.disks()).toMatchObject([{ name: 'den', inMemory: true, hibernated: {} }]));
  });
});

describe('a machine saved elsewhere', () => {
  const saved = async (...disks: { name: string; size: number; byte: number }[]): Promise<Blob> => {
    const made = disks.map(({ name, size, byte }) => {
      const disk = new MemoryDisk(size, { name });
      disk.write(0, Uint8Array.of(byte));
      return disk;
    });
    const { vm } = await bareVm(PROGRAMS.wait, { disks: made });
    return blobOf(vm.save());
  };

  it('with two disks has the chosen one where it belongs, the other in memory, and lets go of both', async () => {
    const file = await saved({ name: 'a', size: 2 * MIB, byte: 1 }, { name: 'b', size: MIB, byte: 2 });
    const { vm, folders } = await connect();
    await vm.restore(file, { disk: { name: 'b', sizeMiB: 5 } });
    expect((await vm.disks()).map(({ name, size, inUse }) => [name, size / MIB, inUse])).toEqual([['b', 1, true]]);
    await vm.powerOff(false);
    expect(await vm.disks()).toMatchObject([{ name: 'b', inUse: false }]);
    expect(folders.get('disks')!.files.get('b.img')!.bytes[0]).toBe(2);
    // It is there now, and as it was.
    await vm.restore(file, { disk: { name: 'b', sizeMiB: 5 } });
    await vm.powerOff(false);
    await vm.restore(file, {});
    await vm.powerOff(false);
    await vm.start(CONFIG, { disk: { name: 'c', sizeMiB: 3 }, images: images() });
    await vm.powerOff(false);
    await expect(vm.restore(file, { disk: { name: 'c', sizeMiB: 3 } })).rejects.toThrow(
      'None of the given disks fits the disk “b” of the saved machine, which has 1048576 bytes',
    );
    expect((await vm.disks()).map(({ name, inUse }) => [name, inUse])).toEqual([
      ['b', false],
      ['c', false],
    ]);
  });

  it('without disks takes the chosen one as one more', async () => {
    const { vm } = await connect();
    await vm.restore(await saved(), { disk: { name: 'more', sizeMiB: 2 } });
    await vm.powerOff(false);
    expect((await vm.disks()).map(({ name, size }) => [name, size / MIB])).toEqual([['more', 2]]);
  });
});

describe('the note of a sleep', () => {
  it('is there after a start that was given up at any moment, and gone after one that was not', async () => {
    const outcomes = new Set<string>();
    for (let step = 0; step < 40 && !outcomes.has('started'); step++) {
      const { vm, folders } = await connect();
      await vm.start(CONFIG, { disk: DISK, images: images() });
      await vm.powerOff(false);
      await vm.disks();
      const disks = folders.get('disks')!;
      disks.put('den.json', NOTE);
      let steps = 0;
      let cancelled: Promise<void> | undefined;
      disks.pause = async () => {
        if (steps++ < step || cancelled) return;
        cancelled = vm.powerOff(false);
        // Time for the message to arrive.
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      };
      const outcome = await vm.start(CONFIG, { disk: DISK, images: images() }).then(
        () => 'started',
        (error: Error) => error.message,
      );
      disks.pause = async () => {};
      await vm.disks();
      outcomes.add(outcome);
      expect([outcome, disks.files.has('den.json')]).toEqual([outcome, outcome !== 'started']);
      await cancelled;
    }
    expect([...outcomes]).toEqual(['The start was cancelled.', 'started']);
  });
});

describe('a page that does not answer', () => {
  it('does not keep its worker from noting that the machine is over', async () => {
    const { vm, folders } = await connect();
    await vm.subscribe(() => new Promise<void>(() => {}));
    await vm.start(CONFIG, { disk: DISK, images: images(PROGRAMS.flood) });
    expect(folders.get('disks')!.files.has('den.running')).toBe(true);
    await vm.powerOff(false);
    expect(await vm.disks()).toMatchObject([{ name: 'den', inUse: false }]);
    expect(folders.get('disks')!.files.has('den.running')).toBe(false);
  });

  it('hears the events of one that does, in order', async () => {
    const { vm } = await connect();
    const events: VmEvent[] = [];
    await vm.subscribe(async (batch) => void events.push(...batch));
    await vm.start(CONFIG, { images: images(PROGRAMS.off) });
    await vi.waitFor(() => expect(events.at(-1)?.type).toBe('ended'));
    expect(events[0]).toEqual({ type: 'state', state: 'loading' });
  });
});

describe('a new disk of a guest that has something for it to begin with', () => {
  const SITE = 'https://example.org/guests/';

  /** A site with one guest, whose disks begin with a byte of 7 in their last MiB. Counts how often that is fetched. */
  async function site(broken = false): Promise<{ asked: string[] }> {
    const model = new MemoryDisk(3 * MIB, { name: 'model' });
    model.write(2 * MIB, Uint8Array.of(7));
    const manifest = {
      defaults: { vcpus: 1, memoryMiB: 16, diskMiB: 3 },
      append: 'console=ttyAMA0',
      files: { kernel: { path: 'kernel', bytes: 4 }, disk: { path: 'disk', bytes: 4 } },
    };
    const files: Record<string, BodyInit> = {
      'index.json': JSON.stringify({ guests: [{ name: 'nest', manifest: 'nest/guest.json', keepsFilesIn: '/root', bytes: 8 }] }),
      'nest/guest.json': JSON.stringify(manifest),
      'nest/kernel': programImage(PROGRAMS.wait) as Uint8Array<ArrayBuffer>,
      ...(broken ? {} : { 'nest/disk': (await packTemplate(model)) as Uint8Array<ArrayBuffer> }),
    };
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (url: URL) => {
      const path = url.href.slice(SITE.length);
      asked.push(path);
      return path in files ? new Response(files[path]) : new Response('', { status: 404 });
    });
    return { asked };
  }
  const FLAT = { ...CONFIG, guest: 'nest', kernelFormat: 'flat' } as const;

  it('has it from the first start on, fetched once; the list of guests says that it keeps files', async () => {
    const { asked } = await site();
    const { vm, folders } = await connect({ guestsUrl: SITE });
    expect(await vm.guests()).toMatchObject([{ name: 'nest', keepsFilesIn: '/root' }]);
    for (const kind of ['kept', 'memory'] as const) {
      for (let start = 0; start < 2; start++) {
        await vm.start(FLAT, { disk: { name: kind, sizeMiB: 3, kind } });
        await vm.powerOff(false);
      }
    }
    expect((await vm.disks()).map(({ name, parts }) => [name, parts])).toEqual(
      ['kept', 'memory'].map((name) => [name, [{ number: 0, size: 3 * MIB, kind: 'empty' }]]),
    );
    expect(folders.get('disks')!.files.get('kept.img')!.bytes[2 * MIB]).toBe(7);
    expect([...folders.get('disks')!.files.keys()]).toEqual(['kept.img']);
    expect(asked.filter((path) => path === 'nest/disk')).toHaveLength(2);
  });

  it('is told words behind its own on its command line', async () => {
    await site();
    const { vm } = await connect({ guestsUrl: SITE });
    await vm.start(FLAT, { append: 'resume=/dev/vda1' });
    const tree = new TextDecoder('latin1').decode(await vm.inspect('device-tree', {}));
    expect(tree).toContain('console=ttyAMA0 resume=/dev/vda1\0');
    await vm.powerOff(false);
  });

  it('is not made where that cannot be had, and with a kernel of a person’s own begins empty', async () => {
    const { asked } = await site(true);
    const { vm, folders } = await connect({ guestsUrl: SITE });
    for (const kind of ['kept', 'memory'] as const)
      await expect(vm.start(FLAT, { disk: { name: 'den', sizeMiB: 3, kind } })).rejects.toThrow('could not be downloaded');
    expect([await vm.disks(), folders.get('disks')!.files.size]).toEqual([[], 0]);
    const before = asked.length;
    await vm.start(CONFIG, { disk: { name: 'den', sizeMiB: 3 }, images: images() });
    await vm.powerOff(false);
    expect([(await vm.disks()).length, asked.length]).toEqual([1, before]);
  });
});

describe('one more disk, that is a copy of an image', () => {
  const IMAGE = new Uint8Array(3 * 512 + 100).fill(7);
  const start = async (vm: PageAndWorker['vm'], kind: 'kept' | 'memory', image?: Blob) => {
    await vm.start(CONFIG, {
      disk: DISK,
      attached: { name: kind, sizeMiB: 1, kind, ...(image ? { image } : {}) },
      images: images(),
    });
    const { diskSizes } = await (vm as ProgramWorker).booted();
    await vm.powerOff(false);
    return diskSizes;
  };

  it('is behind the other, as large as its sectors, kept or in memory, and copied once', async () => {
    const { vm, folders } = await connect();
    for (const kind of ['kept', 'memory'] as const) expect(await start(vm, kind, new Blob([IMAGE]))).toEqual([MIB, 4 * 512]);
    const { files } = folders.get('disks')!;
    const { bytes } = files.get('kept.img')!;
    expect([...files.keys()].sort()).toEqual(['den.img', 'kept.img']);
    expect([...new Uint8Array(bytes.buffer, 0, 3 * 512 + 101)]).toEqual([...IMAGE, 0]);
    // What was written to it stays.
    bytes[0] = 1;
    expect(await start(vm, 'kept', new Blob([IMAGE]))).toEqual([MIB, 4 * 512]);
    expect(files.get('kept.img')!.bytes[0]).toBe(1);
  });

  it('that another has leaves nobody holding the first', async () => {
    const { vm, folders } = await connect();
    await start(vm, 'kept', new Blob([IMAGE]));
    folders.get('disks')!.files.get('kept.img')!.open = true;
    await expect(start(vm, 'kept')).rejects.toThrow('The disk “kept” is in use in another tab.');
    expect(folders.get('disks')!.files.get('den.img')!.open).toBe(false);
  });

  it('whose file is gone is told in one sentence, and is not there', async () => {
    const { vm, folders } = await connect();
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockRejectedValueOnce(new Error('gone'));
    await expect(start(vm, 'kept', new Blob([IMAGE]))).rejects.toThrow('The disk image can no longer be read; drop it again.');
    expect([...folders.get('disks')!.files.keys()]).toEqual([]);
  });
});

describe('variables of firmware', () => {
  it.each(['kept', 'memory'] as const)('outlive their machine on a disk of their own (%s)', async (kind) => {
    const { vm, folders } = await connect();
    let said = '';
    let ended = (): void => {};
    await vm.subscribe((events) => {
      for (const event of events) {
        if (event.type === 'console') said += new TextDecoder().decode(event.data);
        if (event.type === 'ended') ended();
      }
    });
    for (const found of ['n', 'nf']) {
      const end = new Promise<void>((resolve) => {
        ended = resolve;
      });
      await vm.start(CONFIG, { disk: DISK, variables: { name: 'edk2', kind }, images: { kernel: rememberingFirmware() } });
      await end;
      expect(said).toBe(found);
    }
    expect((await vm.disks()).map(({ name }) => name).sort()).toEqual(['den', 'edk2']);
    expect([...folders.get('disks')!.files.keys()].includes('edk2.img')).toBe(kind === 'kept');
    // A disk of another size is none for that, and is let go of.
    await expect(vm.start(CONFIG, { variables: { name: 'den' }, images: { kernel: rememberingFirmware() } })).rejects.toThrow(
      'cannot be kept in “den”, which has 1048576 bytes',
    );
    await expect(vm.start(CONFIG, { variables: { name: 'edk2', kind }, images: images() })).rejects.toThrow(
      'There is no firmware',
    );
  });
});

describe('a disk for which the browser has no room', () => {
  it('is in memory, which is said, and nothing of it is left among those that are kept', async () => {
    const { vm, folders } = await connect();
    await vm.disks();
    folders.get('disks')!.room = MIB;
    const notices: string[] = [];
    await vm.subscribe((events) => {
      for (const event of events) if (event.type === 'notice') notices.push(event.sentence);
    });
    await vm.start(CONFIG, { disk: { name: 'den', sizeMiB: 3 }, images: images() });
    await vm.powerOff(false);
    expect(await vm.disks()).toMatchObject([{ name: 'den', inMemory: true, size: 3 * MIB }]);
    expect(folders.get('disks')!.files.size).toBe(0);
    expect(notices).toContain(
      'The disk “den” cannot grow to 3145728 bytes: this browser grants the page no more space. The disk is in memory instead, and is gone when this page is left.',
    );
  });
});

describe('a machine that was woken with more vCPUs than it slept with, and sleeps again', () => {
  /** What is noted of its next sleep. */
  async function nextNote(between: (vm: PageAndWorker['vm']) => Promise<void>) {
    const { vm, folders } = await connect();
    await vm.start(CONFIG, { disk: DISK, images: images() });
    await vm.powerOff(false);
    await vm.disks();
    const model = new MemoryDisk(MIB);
    writeSleeper(model, { memoryMiB: 16 });
    const disks = folders.get('disks')!;
    model.read(0, disks.files.get('den.img')!.bytes);
    disks.put('den.json', NOTE);
    const events: VmEvent[] = [];
    await vm.subscribe(async (batch) => void events.push(...batch));
    await vm.start(
      { ...CONFIG, vcpus: 4, gic: 2, virtio: 'pci', cpu: 'cortex-a53' },
      { disk: DISK, images: images(PROGRAMS.echo) },
    );
    await between(vm);
    await vm.input(new TextEncoder().encode('.'));
    await vi.waitFor(() => expect(events.at(-1)?.type).toBe('ended'));
    return vi.waitFor(async () => {
      const [disk] = await vm.disks();
      expect(disk?.hibernated).toBeDefined();
      return disk!.hibernated!;
    });
  }

  it('has those noted that its kernel knows, and its board', async () => {
    expect(await nextNote(async () => {})).toMatchObject({ vcpus: 2, cpu: 'cortex-a53', gic: 2, virtio: 'pci' });
  });

  it('has all of them noted if it booted since', async () => {
    expect(await nextNote((vm) => vm.reset())).toMatchObject({ vcpus: 4 });
  });
});

describe('a machine that falls asleep with a disk attached', () => {
  /** Who has slept since, on disks of which `on` holds the image. */
  async function asleep(on: 'own' | 'nuts', disks: Parameters<PageAndWorker['vm']['start']>[1]) {
    const { vm, folders } = await connect();
    const events: VmEvent[] = [];
    await vm.subscribe((batch) => void events.push(...batch));
    const guest = { ...CONFIG, guest: 'own' };
    await vm.start(guest, { ...disks, images: images() });
    await vm.powerOff(false);
    await vm.disks();
    const model = new MemoryDisk(MIB);
    writeSleeper(model, { memoryMiB: 16 });
    const { files } = folders.get('disks')!;
    model.read(0, files.get(`${on}.img`)!.bytes);
    // The other is not as a new one is.
    files.get(on === 'own' ? 'nuts.img' : 'own.img')?.bytes.fill(7, 9, 10);
    await vm.start(guest, { ...disks, images: images(PROGRAMS.echo) });
    await vm.input(new TextEncoder().encode('.'));
    const noted = await vi.waitFor(async () => {
      const found = (await vm.disks()).find(({ hibernated }) => hibernated);
      expect(found).toBeDefined();
      return found!;
    });
    const wake = (attached: object) => vm.start(guest, { ...disks, attached: attached as never, images: images() });
    return { vm, folders, noted, wake };
  }
  const OWN = { name: 'own', sizeMiB: 1 };
  const NUTS = { name: 'nuts', sizeMiB: 1 };

  it('is woken with that disk, and not with one that is another, or was changed', async () => {
    const { vm, folders, noted, wake } = await asleep('own', { disk: OWN, attached: NUTS });
    const { attached } = noted.hibernated!;
    expect([noted.name, attached?.name, attached?.size]).toEqual(['own', 'nuts', MIB]);
    const { bytes } = folders.get('disks')!.files.get('nuts.img')!;
    bytes[5] = 1;
    const refused = wake({ ...NUTS, print: attached!.print });
    await expect(refused).rejects.toThrow('The disk “nuts” is not as it was when the machine fell asleep with it');
    await expect(refused).rejects.toMatchObject({ name: 'WakeRefusal' });
    // Nothing of it is lost by that.
    expect((await vm.disks()).find(({ name }) => name === 'own')?.hibernated).toBeDefined();
    const copy = { name: 'copy', sizeMiB: 1, kind: 'memory', image: new Blob([bytes.slice()]), print: attached!.print };
    await expect(wake(copy)).rejects.toThrow('is not as it was');
    expect((await vm.disks()).map(({ name }) => name)).not.toContain('copy');
    bytes[5] = 0;
    await wake({ name: 'again', sizeMiB: 1, kind: 'memory', image: new Blob([bytes.slice()]), print: attached!.print });
    await vm.powerOff(false);
  });

  it('and on it, has noted whose it is, and is woken beside its own as that was', async () => {
    const { vm, folders, noted } = await asleep('nuts', { disk: OWN, attached: NUTS });
    expect([noted.name, noted.hibernated]).toMatchObject(['nuts', { guest: 'own', hasOwn: true }]);
    const disk = { ...OWN, print: noted.hibernated!.ownPrint! };
    const wake = () => vm.start({ ...CONFIG, guest: 'own' }, { disk, attached: NUTS, images: images() });
    const { files } = folders.get('disks')!;
    files.get('own.img')!.bytes[5] = 1;
    await expect(wake()).rejects.toThrow('The disk “own” is not as it was when the machine fell asleep with it');
    files.get('own.img')!.bytes[5] = 0;
    const away = files.get('own.img')!;
    files.delete('own.img');
    await expect(wake()).rejects.toThrow('The disk “own” is not as it was');
    expect((await vm.disks()).map(({ name }) => name)).toEqual(['nuts']);
    files.set('own.img', away);
    await wake();
    await vm.powerOff(false);
    const { noted: alone } = await asleep('nuts', { attached: NUTS });
    expect([alone.hibernated?.guest, alone.hibernated?.hasOwn]).toEqual(['own', undefined]);
  });
});

describe('a sleeper that is given up', () => {
  it('leaves its disk as it was, and no note', async () => {
    const { vm, folders } = await connect();
    await vm.start(CONFIG, { disk: { name: 'den', sizeMiB: 1 }, images: images() });
    await vm.powerOff(false);
    await vm.disks();
    const disks = folders.get('disks')!;
    const model = new MemoryDisk(MIB);
    writeSleeper(model, { memoryMiB: 16 });
    const image = disks.files.get('den.img')!;
    model.read(0, image.bytes);
    image.bytes[700_000] = 5;
    disks.put('den.json', NOTE);
    expect(await vm.disks()).toMatchObject([{ hibernated: { psci: '1.3' }, parts: [{ kind: 'swap', asleep: true }] }]);
    await vm.discardSleep('den');
    const [disk] = await vm.disks();
    expect(disk).toMatchObject({ inUse: false, parts: [{ kind: 'swap' }] });
    expect([disk!.hibernated, disk!.parts![0]!.asleep, image.bytes[700_000]]).toEqual([undefined, undefined, 5]);
    await expect(vm.discardSleep('den')).rejects.toThrow(
      'No Linux that is known here sleeps on the disk “den”: nothing on it was changed.',
    );
    await expect(vm.discardSleep('none')).rejects.toThrow('there is no such disk');
  });
});
