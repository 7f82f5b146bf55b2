/** The heavy part of a frame: a session with a machine, and the panels that show it. Loaded when somebody runs the machine. */
import '../../ui/styles/tokens.css';
import '../../ui/styles/base.css';
import { mount } from 'svelte';
import { namespaceOf } from '../../ui/connect';
import { parseQuery } from '../../ui/state/query';
import { Session } from '../../ui/state/session.svelte';
import { Settings } from '../../ui/state/settings.svelte';
import type { VmEvent } from '../../vm/api';
import { DEFAULT_GUEST } from '../asked-for';
import type { CallName, EventDetails, EventName, FileOrigins, GivenBytes, ViewOptions } from '../protocol';
import { makeCalls } from './frame-calls';
import { frameConnection } from './frame-connection';
import { Manners } from './manners';
import { Publisher } from './publisher';
import Stage from './Stage.svelte';
import { StageView } from './stage-view.svelte';
import { starter } from './starter';
import { playgroundLink } from './to-playground';

export interface StageOptions {
  target: HTMLElement;
  /** Of the frame's address: what machine it is. */
  search: string;
  /** What the page gave for it; judged. */
  files: GivenBytes;
  /** Where that is from. */
  from: FileOrigins;
  view: ViewOptions;
  /** A reader clicked, and had been told what is fetched from where. */
  trusted: boolean;
  /** The reader pressed Run in this very frame, with the focus on it: they go on from there. */
  focused: boolean;
  /** Root of the site. */
  site: URL;
  /** What to say of a guest that was asked for and is not there. */
  noSuchGuest?: string;
  tell<Name extends EventName>(event: Name, detail: EventDetails[Name]): void;
}

export interface StageHandle {
  /** Carries a call of the protocol out; rejects with a sentence. */
  call(name: CallName, args: readonly unknown[]): Promise<unknown>;
}

const asFile = (blob: Blob | undefined, name: string): File | undefined => blob && new File([blob], name);

/** Opens it, with a machine that is not started yet. Rejects with a sentence. */
export async function openStage(options: StageOptions): Promise<StageHandle> {
  const { target, search, tell, trusted, site } = options;
  const { wishes } = parseQuery(search, { embedded: true });
  const publisher = new Publisher({
    tell,
    why: () => manners.why,
  });
  const hear = (event: VmEvent): void => {
    if (event.type === 'state' && event.state !== 'paused') view.pausedFor = undefined;
    publisher.take(event);
  };
  const connect = await frameConnection({ site, namespace: namespaceOf(wishes.disk) ?? 'embed', hear });

  const files = Object.entries({
    kernel: asFile(options.files.kernel, 'kernel'),
    initrd: asFile(options.files.initrd, 'initrd'),
    src: asFile(options.files.src, 'program.s'),
    snapshot: asFile(options.files.snapshot, 'saved machine'),
  }).filter(([, file]) => file !== undefined);
  const vm: Session = new Session(connect, {
    embedded: true,
    trusted,
    hasTimeline: () => view.panels.includes('timeline'),
    files: Object.fromEntries(files),
    onready: (agent) => tell('ready', { agent }),
  });
  const settings = new Settings();
  const view = new StageView(settings);
  view.wish({ ...wishes, ...(options.files.src ? { src: '' } : {}) });
  view.set(options.view);
  const manners = new Manners({
    pause(why) {
      view.pausedFor = why;
      void vm.pause();
    },
    resume: () => void vm.resume(),
  });

  mount(Stage, {
    target,
    props: {
      vm,
      settings,
      view,
      manners,
      link: () => playgroundLink({ vm, site, search, from: options.from }),
      site,
      noSuchGuest: options.noSuchGuest,
      focused: options.focused,
    },
  });
  const address = new URLSearchParams(search);
  // Whether it starts was decided before this was loaded.
  address.delete('autorun');
  // As the poster said; the first in the site's list may be a large one.
  if (options.noSuchGuest !== undefined) {
    address.delete('guest');
    vm.notice(options.noSuchGuest, 'warning');
  }
  if (files.length === 0 && !['guest', 'kernel', 'src', 'snapshot'].some((name) => address.has(name)))
    address.set('guest', DEFAULT_GUEST);
  const opened = vm.open(`?${address}`);
  const start = starter({ vm, tell });
  const calls = makeCalls({
    vm,
    view,
    start,
    why: () => manners.why,
    hold() {
      manners.forget();
      if (view.pausedFor === undefined) return;
      // It stands still already, and from now on because somebody wants it to.
      view.pausedFor = undefined;
      tell('state', { state: vm.state });
    },
  });
  return {
    async call(name, args) {
      if (name === 'set') return view.set(args[0]);
      await opened;
      // Opening may have failed, and been tried again since.
      if (name !== 'status' && (!vm.known || vm.unsupported))
        throw new Error(vm.unsupported ?? vm.failure ?? 'The machine’s worker is not there.');
      return calls(name, args);
    },
  };
}
