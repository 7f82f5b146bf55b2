/** The types of `<dormouse-vm>`, for pages: what its script puts into `dormouse-embed.d.ts`. Written by hand; the class is checked against them. */
import type { EventDetails, EventName, FrameCalls } from '../protocol';

/** Attributes as properties: null where one is not there. Lists may be set as arrays. `type` and `append` are methods, and as what is typed and appended attributes only. */
export interface TagProperties {
  guest: string | null;
  kernel: string | null;
  initrd: string | null;
  src: string | null;
  snapshot: string | null;
  psci: string | null;
  policy: string | null;
  suspend: boolean;
  get register(): string | null;
  set register(value: string | readonly string[] | null);
  host: string | null;
  conduit: string | null;
  get cpus(): string | null;
  set cpus(value: string | number | null);
  cpu: string | null;
  get gic(): string | null;
  set gic(value: string | number | null);
  virtio: string | null;
  get memory(): string | null;
  set memory(value: string | number | null);
  disk: string | null;
  clock: string | null;
  engine: string | null;
  get panels(): string | null;
  set panels(value: string | readonly string[] | null);
  theme: string | null;
  get fontSize(): string | null;
  set fontSize(value: string | number | null);
  get height(): string | null;
  set height(value: string | number | null);
  readonly: boolean;
  autorun: boolean;
  lazy: boolean;
}

/** Methods of the tag. Each promise rejects with an Error whose message is one clear sentence. */
export type TagMethods = {
  [Name in Exclude<keyof FrameCalls, 'set' | 'give'>]: (
    ...args: Parameters<FrameCalls[Name]>
  ) => Promise<ReturnType<FrameCalls[Name]>>;
};

export type TagListener<Name extends EventName> = (event: CustomEvent<EventDetails[Name]>) => void;

export interface DormouseVmElement extends HTMLElement, TagProperties, TagMethods {
  /** Listens to one of the machine's events; returns the way to stop. */
  on<Name extends EventName>(name: Name, listener: TagListener<Name>): () => void;
}

export type { EventDetails as DormouseEvents, EventName as DormouseEventName };

declare global {
  interface HTMLElementTagNameMap {
    'dormouse-vm': DormouseVmElement;
  }
}
