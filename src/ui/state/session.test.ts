import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROGRAMS } from '../../vm/bare-vm.testkit';
import { rememberingFirmware } from '../../vm/firmware.testkit';
import { Focus } from './focus.svelte';
import { type OpenedSession, openedSession } from './opened-session.testkit';
import { copyOf } from './save-and-restore';

let open: OpenedSession | undefined;

async function opened(...given: Parameters<typeof openedSession>): Promise<OpenedSession> {
  open = await openedSession(...given);
  return open;
}

afterEach(() => {
  open?.close();
  open = undefined;
  vi.unstubAllGlobals();
});

describe('what the vCPUs do when', () => {
  const kinds = ({ events }: OpenedSession) => new Set(events.map(({ type }) => type));

  it('is told to whoever can show a timeline', async () => {
    const session = await opened(PROGRAMS.wait);
    await session.vm.start();
    await session.until(() => kinds(session).has('vcpus'));
    await session.vm.pause();
    expect(kinds(session)).toContain('trace');
  });

  it('is not traced for whoever cannot, of a machine that is started or restored', async () => {
    const session = await opened(PROGRAMS.wait, { embedded: true, hasTimeline: () => false });
    const { vm, events, until } = session;
    await vm.start();
    await until(() => kinds(session).has('vcpus'));
    const file = new File([await vm.worker().save()], 'saved');
    await vm.makeRoom();
    expect(kinds(session)).not.toContain('trace');
    events.length = 0;
    await vm.restore(file, undefined, undefined);
    await vm.resume();
    await until(() => kinds(session).has('vcpus'));
    await vm.makeRoom();
    expect(kinds(session)).not.toContain('trace');
  });
});

describe('a machine that follows another', () => {
  it('has nothing of where that stood, nor of which of its vCPUs was looked at', async () => {
    const { vm, until } = await opened('nop\nb .');
    vm.draft.vcpus = 2;
    await vm.debugger.put({ address: 0x4008_0004n, enabled: true });
    await vm.start();
    await until(() => vm.debugger.stop !== undefined && vm.view.vcpus.length === 2);
    vm.focus.vcpu = 1;
    expect(vm.focus.vcpu).toBe(1);
    const file = new File([await vm.worker().save()], 'saved');
    await vm.makeRoom();
    // It comes paused: nothing goes on that would clear this.
    await vm.restore(file, undefined, undefined);
    await until(() => vm.state === 'paused');
    expect(vm.debugger.stop).toBeUndefined();
    expect(vm.focus.vcpu).toBe(0);
  });
});

describe('moments with names', () => {
  it('are of the moment that is chosen, or of where the machine stands', async () => {
    const { vm, until } = await opened('nop\nnop\nnop\nb .', { query: '?engine=interpreter&clock=virtual' });
    await vm.debugger.put({ address: 0x4008_0008n, enabled: true });
    await vm.start();
    await until(() => vm.debugger.stop !== undefined);
    await vm.time.mark();
    const here = vm.time.bookmarks[0]!;
    await vm.time.mark(here.time / 2);
    const [chosen] = vm.time.bookmarks;
    expect(chosen).toMatchObject({ name: 'Moment 2', time: Math.round(here.time / 2) });
    await vm.time.toBookmark(chosen!);
    await until(() => vm.view.past !== undefined);
    expect(vm.view.past!.time).toBeLessThan(here.time);
  });

  it('come with the machine that is saved, as far as it has been through them', async () => {
    const { vm, until } = await opened('nop\nnop\nnop\nnop\nb .', { query: '?engine=interpreter&clock=virtual' });
    await vm.debugger.put({ address: 0x4008_0004n, enabled: true });
    await vm.start();
    await until(() => vm.debugger.stop !== undefined);
    await vm.time.mark();
    const first = vm.time.bookmarks[0]!;
    vm.time.rename(first.id, 'early');
    await vm.debugger.step('step');
    await vm.time.mark();
    const here = vm.time.bookmarks[1]!;
    const file = new File([await copyOf(vm)], 'saved');
    await vm.time.toBookmark(first);
    await until(() => vm.view.past !== undefined);
    const earlier = new File([await copyOf(vm)], 'saved');
    await vm.makeRoom();
    await vm.restore(earlier, undefined, undefined);
    await until(() => vm.time.bookmarks.length > 0);
    expect(vm.time.bookmarks).toMatchObject([{ name: 'early', time: first.time }]);
    await vm.makeRoom();
    await vm.restore(file, undefined, undefined);
    await until(() => vm.time.bookmarks.length > 1);
    expect(vm.time.bookmarks).toEqual([
      { id: 1, name: 'early', time: first.time, isSaved: true },
      { id: 2, name: 'Moment 2', time: here.time, isSaved: true },
    ]);
    // It begins where the second is, and a third has another name.
    await vm.debugger.step('step');
    await vm.time.mark();
    expect(vm.time.bookmarks.map(({ name }) => name)).toEqual(['early', 'Moment 2', 'Moment 3']);
    await vm.time.toBookmark(vm.time.bookmarks[1]!);
    await until(() => vm.view.past?.time === here.time);
  });
});

it('the vCPU in focus is one that the machine has', () => {
  const focus = new Focus(() => vcpus);
  let vcpus = 4;
  focus.vcpu = 3;
  expect(focus.vcpu).toBe(3);
  vcpus = 2;
  expect(focus.vcpu).toBe(1);
  vcpus = 0;
  expect(focus.vcpu).toBe(0);
});

describe('a disk in memory that stands for one in the browser, as after a story', () => {
  it('is what the next start is on, as the page shows it', async () => {
    const { vm, until } = await opened(PROGRAMS.wait);
    vm.draft.ownDiskMiB = 1;
    vm.draft.disk = 'memory';
    await vm.start();
    await until(() => vm.state === 'running');
    await vm.makeRoom();
    await vm.sleepers.refresh();
    expect(vm.sleepers.disks).toMatchObject([{ inMemory: true }]);
    vm.draft.disk = '';
    const worker = vm.worker();
    const started: unknown[] = [];
    const heard = new Proxy(worker, {
      get: (target, name: keyof typeof worker) =>
        name === 'start'
          ? (...given: Parameters<typeof worker.start>) => {
              started.push(given[1]?.disk);
              return target.start(...given);
            }
          : target[name],
    });
    vi.spyOn(vm, 'worker').mockReturnValue(heard);
    await vm.start();
    await until(() => vm.state === 'running');
    expect(started).toMatchObject([{ kind: 'memory' }]);
  });
});

describe('firmware of one’s own', () => {
  it('finds again what it stored, on a disk that is listed, unless nothing is to be kept', async () => {
    const { vm, events, until } = await opened(PROGRAMS.off);
    vm.draft.program = undefined;
    vm.draft.kernel = new File([rememberingFirmware().slice()], 'edk2.fd');
    vm.draft.format = 'firmware';
    vm.draft.ownDiskMiB = 0;
    const said = (): string =>
      events.flatMap((event) => (event.type === 'console' ? [new TextDecoder().decode(event.data)] : [])).join('');
    for (const [disk, found] of [
      ['', 'n'],
      ['', 'f'],
      ['none', 'n'],
      ['none', 'n'],
    ] as const) {
      vm.draft.disk = disk;
      events.length = 0;
      await vm.start();
      await until(() => events.some(({ type }) => type === 'ended'));
      expect([vm.failure, said()]).toEqual([undefined, found]);
    }
    await vm.sleepers.refresh();
    expect(vm.sleepers.disks.map(({ name, size }) => [name, size])).toEqual([['firmware-variables', 64 << 20]]);
  });

  it('does not lose what it stored to firmware of another kind', async () => {
    const { vm, events, until } = await opened(PROGRAMS.off);
    vm.draft.program = undefined;
    vm.draft.format = 'firmware';
    vm.draft.kernel = new File([rememberingFirmware().slice()], 'rom');
    vm.draft.ownDiskMiB = 0;
    const found: string[] = [];
    for (const firmware of [undefined, 'U-Boot', undefined, 'U-Boot'] as const) {
      // Left out, the file itself tells: it is EDK2's kind.
      vm.draft.kernelIs = firmware && { kind: 'firmware', what: 'firmware', firmware };
      events.length = 0;
      await vm.start();
      await until(() => events.some(({ type }) => type === 'ended'));
      found.push(...events.flatMap((event) => (event.type === 'console' ? [new TextDecoder().decode(event.data)] : [])));
    }
    expect(found).toEqual(['n', 'n', 'f', 'f']);
    await vm.sleepers.refresh();
    expect(vm.sleepers.disks.map(({ name }) => name)).toEqual(['firmware-variables', 'firmware-variables-u-boot']);
  });

  it('that is restored from a file says that what it stores stays with the machine', async () => {
    const { vm, events, until } = await opened(PROGRAMS.off);
    vm.draft.program = undefined;
    vm.draft.format = 'firmware';
    vm.draft.kernel = new File([rememberingFirmware({ stays: true }).slice()], 'rom');
    // A bank that was never written to takes no time to save.
    vm.draft.disk = 'none';
    await vm.start();
    await until(() => events.some(({ type }) => type === 'console'));
    const file = new File([await vm.worker().save()], 'saved');
    await vm.makeRoom();
    const told = () => events.some((event) => event.type === 'notice' && event.sentence.startsWith('What its firmware stores'));
    expect(told()).toBe(false);
    await vm.restore(file, undefined, undefined);
    await until(told);
  });
});

describe('a kernel of one’s own', () => {
  it('has not the memory of the guest that was chosen before, but what somebody chose for it stays', async () => {
    const { vm } = await opened(PROGRAMS.off);
    vm.draft.program = undefined;
    vm.draft.pick({ name: 'lab', defaults: { vcpus: 1, memoryMiB: 64, diskMiB: 0 } } as never);
    vm.choose(undefined);
    expect(vm.draft.memoryMiB).toBe(512);
    vm.draft.memoryMiB = 128;
    vm.choose(undefined);
    expect(vm.draft.memoryMiB).toBe(128);
  });

  it('has no disk that is attached for others if it is a program', async () => {
    const { vm } = await opened(PROGRAMS.off);
    vm.draft.attached = { name: 'nuts', size: 1 << 20, kept: false };
    expect(vm.draft.moreDisk).toBeUndefined();
    vm.draft.program = undefined;
    expect(vm.draft.moreDisk?.name).toBe('nuts');
  });
});

describe('a machine that has ended', () => {
  it('is stepped back from there, ends again, and makes room for another', async () => {
    const { vm, events, until } = await opened(PROGRAMS.off);
    await vm.start();
    await until(() => vm.view.end !== undefined);
    await vm.debugger.step('back');
    await until(() => vm.state === 'paused');
    expect([vm.hasMachine, vm.view.end, vm.debugger.stop?.reason]).toEqual([true, undefined, 'back']);
    await vm.resume();
    await until(() => vm.view.end !== undefined);
    events.length = 0;
    await vm.start();
    await until(() => events.some(({ type }) => type === 'ended'));
    expect(vm.failure).toBeUndefined();
  });
});

describe('with a machine asleep on the kept disk of the guest', () => {
  const SLEEPER = {
    name: 'own',
    sizeMiB: 1,
    inUse: false,
    hibernated: { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 128, when: 0 },
  };
  const withSleeper = async (disk: object): Promise<OpenedSession['vm']> => {
    const { vm } = await opened(PROGRAMS.wait);
    vi.spyOn(vm.worker(), 'disks').mockResolvedValue([{ ...SLEEPER, ...disk } as never]);
    await vm.sleepers.refresh();
    return vm;
  };

  it('Start wakes it, or leaves it asleep where the machine has its disk elsewhere', async () => {
    const vm = await withSleeper({});
    expect([vm.sleepers.chosen?.name, vm.sleepers.passed, vm.startAction]).toEqual(['own', undefined, 'Wake own']);
    for (const disk of ['memory', 'none']) {
      vm.draft.disk = disk;
      expect([vm.sleepers.chosen, vm.sleepers.passed?.name, vm.startAction]).toEqual([undefined, 'own', 'Start your program']);
    }
  });

  it.each([
    [false, 'Awake again', '1.3', /^woken under PSCI 1\.1/],
    [true, 'Not woken', '1.1', /^it was not woken: the kernel took no image/],
  ])('says what became of waking it (its agent was just started: %s)', async (anew, title, believes, said) => {
    const vm = await withSleeper({});
    vm.guests = [{ name: 'own', title: 'Own', agent: true } as never];
    const notice = vi.spyOn(vm.voice, 'notice');
    const { wake } = vm.sleepers.plan(vm.sleepers.chosen!, { psci: '1.1' })!;
    vm.expect(vm.draft.config(), 'own');
    vm.begin(wake);
    const answer = { id: 0x84000000, name: 'PSCI_VERSION', args: [0n, 0n, 0n], result: 0x10001n, outcome: 'ok' };
    vm.view.take({ type: 'firmware', calls: [answer as never], dropped: 0, counts: {} });
    for (const event of [
      { type: 'agent', ready: true },
      { type: 'began', anew },
    ] as const)
      vm.view.take(event);
    expect(vm.absence.change?.title).toContain(title);
    vm.firmware.publish();
    expect(vm.firmware.belief?.version).toBe(believes);
    expect(notice).toHaveBeenLastCalledWith(expect.stringMatching(said), 'warning');
  });

  it('wakes on the board of the address once, and then on the one it slept on', async () => {
    const { vm } = await opened(PROGRAMS.wait, { query: '?gic=2&cpu=cortex-a53&virtio=pci' });
    const slept = { ...SLEEPER, hibernated: { ...SLEEPER.hibernated, gic: 3, cpu: 'cortex-a72', virtio: 'mmio' } } as never;
    const board = () => {
      const plan = vm.sleepers.plan(slept, {})!;
      vm.expect(plan.config, 'own');
      vm.begin(plan.wake);
      vm.view.take({ type: 'state', state: 'running' });
      vm.view.take({ type: 'state', state: 'off' });
      const { gic, cpu, virtio } = plan.config;
      return { gic, cpu, virtio };
    };
    expect(board()).toEqual({ gic: 2, cpu: 'cortex-a53', virtio: 'pci' });
    expect(board()).toEqual({ gic: 3, cpu: 'cortex-a72', virtio: 'mmio' });
  });

  it('is not taken for a restored machine that ended here, whose disk only has that name', async () => {
    const { vm, until } = await opened(PROGRAMS.wait);
    vm.draft.ownDiskMiB = 1;
    await vm.start();
    await until(() => vm.state === 'running');
    const file = new File([await vm.worker().save()], 'saved');
    await vm.makeRoom();
    await vm.restore(file, undefined, undefined);
    expect(vm.sleepers.ofMachine).toMatchObject([{ name: 'own', where: 'machine' }]);
    expect(vm.absence.change?.word).toContain('different but its disk');
    vi.spyOn(vm.worker(), 'disks').mockResolvedValue([SLEEPER as never]);
    await vm.makeRoom();
    await vm.sleepers.looked;
    expect([vm.diskName, vm.sleepers.disks.length, vm.sleepers.justFellAsleep]).toEqual(['own', 1, undefined]);
  });

  describe('and a disk attached then', () => {
    const print = '0123456789abcdef';
    const NUTS = { name: 'nuts', size: 1 << 20, used: 0, inUse: false };
    const starts = (vm: OpenedSession['vm']) => vi.spyOn(vm.worker(), 'start').mockResolvedValue(undefined);
    const WITH_NUTS = {
      ...SLEEPER,
      size: 1 << 20,
      hibernated: { ...SLEEPER.hibernated, attached: { name: 'nuts', size: 1 << 20, print } },
    };

    it('is woken with that, where it is in this browser or somebody gives it', async () => {
      const vm = await withSleeper(WITH_NUTS);
      vm.draft.program = undefined;
      vm.draft.kernel = new File(['kernel'], 'Image');
      const started = starts(vm);
      await vm.startOrWake();
      expect(started).not.toHaveBeenCalled();
      expect(vm.failure).toContain('It fell asleep with the disk “nuts” (1 MiB) attached');
      expect(vm.help.map(({ does }) => does)).toEqual(['back', 'retry']);
      vm.draft.attached = { name: 'given', size: 1 << 20, kept: false, image: new File([], 'given') };
      await vm.startOrWake();
      expect(started.mock.lastCall?.[1]).toMatchObject({
        disk: { name: 'own' },
        attached: { name: 'given', kind: 'memory', print },
      });
      vm.view.state = 'empty';
      vm.draft.attached = undefined;
      vi.spyOn(vm.worker(), 'disks').mockResolvedValue([WITH_NUTS as never, NUTS]);
      await vm.sleepers.refresh();
      await vm.startOrWake();
      expect(started.mock.lastCall?.[1]).toMatchObject({ attached: { name: 'nuts', kind: 'kept', print } });
    });

    it('on which it sleeps itself is woken like its own', async () => {
      const vm = await withSleeper({ ...NUTS, hibernated: { ...SLEEPER.hibernated, guest: 'own' } });
      vm.draft.program = undefined;
      vm.draft.kernel = new File(['kernel'], 'Image');
      const started = starts(vm);
      expect(vm.startAction).toMatch(/^Wake/);
      await vm.startOrWake();
      const [config, given] = started.mock.lastCall!;
      expect([config.guest, config.memoryMiB, given.disk]).toEqual(['own', 128, undefined]);
      expect(given.attached).toEqual({ name: 'nuts', sizeMiB: 1, kind: 'kept' });
    });

    it('on which it sleeps itself is woken with its own as that was', async () => {
      const slept = { ...SLEEPER.hibernated, guest: 'own', hasOwn: true as const, ownPrint: print };
      const vm = await withSleeper({ ...NUTS, hibernated: slept });
      vm.draft.program = undefined;
      vm.draft.kernel = new File(['kernel'], 'Image');
      const started = starts(vm);
      await vm.startOrWake();
      expect(started.mock.lastCall?.[1]).toMatchObject({ disk: { name: 'own', print }, attached: { name: 'nuts' } });
    });
  });

  it('one that sleeps on a disk in memory is woken there', async () => {
    const vm = await withSleeper({ inMemory: true });
    vm.draft.disk = 'memory';
    expect(vm.sleepers.chosen?.name).toBe('own');
  });
});

it('Start brings the console into view', async () => {
  const { vm } = await opened(PROGRAMS.off);
  vm.focus.show('editor');
  await vm.pressStart();
  expect(vm.focus.wanted).toBe('console');
});

it('a start that nobody pressed leaves what the address brought to the front', async () => {
  const { vm } = await opened(PROGRAMS.off);
  vm.focus.show('editor');
  await vm.startOrWake();
  expect(vm.focus.wanted).toBe('editor');
});

describe('what starts again', () => {
  const guest = (name: string, title: string) => ({
    name,
    title,
    description: '',
    bytes: 0,
    agent: false,
    defaults: { vcpus: 2, memoryMiB: 64, diskMiB: 0 },
  });
  const lab = guest('lab', 'The lab');
  const debian = guest('debian', 'Debian');

  it('is the machine that came from a file, and not the one that was chosen before', async () => {
    const { vm } = await opened(PROGRAMS.off);
    vm.guests = [debian, lab];
    vm.choose(debian);
    const config = { guest: 'lab', vcpus: 3, memoryMiB: 128, psci: '1.1', host: 'linux-5.18' } as const;
    vm.restored({ ...vm.draft.config(), ...config });
    expect(vm.draft.config()).toMatchObject(config);
    expect(vm.againAction).toBe('Start The lab again');
    vm.choose(debian);
    expect(vm.againAction).toBe('Start Debian');
  });

  it('is what was chosen, by its name, where the site has no such guest', async () => {
    const { vm } = await opened(PROGRAMS.off);
    vm.guests = [debian];
    vm.choose(debian);
    vm.restored({ ...vm.draft.config(), guest: 'elsewhere' });
    expect([vm.draft.guest, vm.againAction]).toEqual(['debian', 'Start Debian']);
  });

  it('has its name on the button that stories speak of', async () => {
    const { vm, until } = await opened(PROGRAMS.off);
    expect(vm.startButton).toBe('Start the machine');
    await vm.start();
    await until(() => vm.view.end !== undefined && vm.state === 'off');
    expect(vm.startButton).toBe('Start your program');
  });
});

it('a file tells how many disks its machine has before it is restored', async () => {
  const { vm, until } = await opened(PROGRAMS.wait);
  await vm.start();
  await until(() => vm.state === 'running');
  const { config, disks } = await vm.worker().checkSaved(await vm.worker().save());
  expect([config.guest, disks]).toEqual(['own', 0]);
});
