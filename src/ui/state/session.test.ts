import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROGRAMS } from '../../vm/bare-vm.testkit';
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
    const session = await opened(PROGRAMS.spin);
    await session.vm.start();
    await session.until(() => kinds(session).has('vcpus'));
    await session.vm.pause();
    expect(kinds(session)).toContain('trace');
  });

  it('is not traced for whoever cannot, of a machine that is started or restored', async () => {
    const session = await opened(PROGRAMS.spin, { embedded: true, hasTimeline: () => false });
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
