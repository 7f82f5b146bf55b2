import { vi } from 'vitest';
import { pageAndWorker } from '../../../workers/worker.testkit';
import type { ProgramWorker, VmEvent } from '../../vm/api';
import { type Place, Session } from './session.svelte';

/** A session with its worker, both in this process, that knows no guests of a site. */
export interface OpenedSession {
  vm: Session;
  /** What the worker has told, in order. */
  events: VmEvent[];
  /** Settles when `is` holds, which is looked at after each thing that the worker tells. */
  until(is: () => boolean): Promise<void>;
  /** The worker breaks: calls still open are not answered. */
  breakWorker(): void;
  close(): void;
}

/** Keeps what is put into it, as a browser's storage does. */
export function storage(): Storage {
  const kept = new Map<string, string>();
  return new Proxy({} as Storage, {
    get: (_, name) =>
      ({
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
        removeItem: (key: string) => void kept.delete(key),
      })[String(name)],
    ownKeys: () => [...kept.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

/** @param source A64 assembly: the program that it boots, on a machine of its own */
export async function openedSession(
  source: string,
  { query = '?engine=interpreter', ...place }: Place & { query?: string } = {},
): Promise<OpenedSession> {
  const line = await pageAndWorker();
  vi.stubGlobal('document', { baseURI: 'https://example.org/', hidden: false, addEventListener: () => undefined });
  vi.stubGlobal('localStorage', storage());
  let closed = false;
  const close = (): void => {
    if (!closed) line.close();
    closed = true;
  };
  let fail: (sentence: string) => void = () => undefined;
  const vm = new Session(
    (onFailure) => {
      fail = onFailure;
      return { vm: line.vm as ProgramWorker, close };
    },
    { ...place, files: { src: new File([source], 'program.s') } },
  );
  vm.voice.console.attach(() => undefined);
  const events: VmEvent[] = [];
  vm.listeners.add((event) => void events.push(event));
  await vm.open(query);
  return {
    vm,
    events,
    until(is) {
      if (is()) return Promise.resolve();
      return new Promise((resolve) => {
        const listen = (): void => {
          if (!is()) return;
          vm.listeners.delete(listen);
          resolve();
        };
        vm.listeners.add(listen);
      });
    },
    breakWorker: () => fail('The worker broke.'),
    close,
  };
}
