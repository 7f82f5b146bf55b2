import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROGRAMS } from '../../vm/bare-vm.testkit';
import { Focus } from './focus.svelte';
import { type OpenedSession, openedSession } from './opened-session.testkit';

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
