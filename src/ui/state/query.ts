/** What the page's address may ask for. Values are checked here; what is wrong is told in one sentence and left out. */
import {
  type ClockChoice,
  type Conduit,
  CPU_MODEL_NAMES,
  type CpuModelName,
  DEFAULT_GIC,
  DEFAULT_VIRTIO,
  type EngineChoice,
  GIC_VERSIONS,
  type GicVersion,
  LIMITS,
  PSCI_VERSIONS,
  type PsciVersion,
  VIRTIO_TRANSPORTS,
  type VirtioTransportName,
  type VmConfig,
} from '../../vm/api';
import { flagOf, givenValues, parameterOf } from './given-values';
import { CLOCKS, CONDUITS, ENGINES, RULES } from './options';
import { FONT_SIZES, PAGE_PARAMETERS, PANELS, type PanelName, STORY_NAMES, type StoryName, THEMES } from './parameters';
import { HOST_NAMES, parseAssignment } from './psci-facts';

export interface QueryWishes {
  guest?: string;
  psci?: PsciVersion;
  cpus?: number;
  memory?: number;
  append?: string;
  engine?: EngineChoice;
  clock?: ClockChoice;
  conduit?: Conduit;
  /** The CPU model. */
  cpu?: CpuModelName;
  gic?: GicVersion;
  virtio?: VirtioTransportName;
  host?: string;
  policy?: 'kvm' | 'spec';
  /** The SYSTEM_SUSPEND capability. */
  suspend?: boolean;
  register?: string[];
  /** `memory`, `none`, or the name it is kept under. */
  disk?: string;
  /** Addresses as they were given. */
  kernel?: string;
  initrd?: string;
  src?: string;
  snapshot?: string;
  /** Typed when the guest is ready; with line feeds where Enter is pressed. */
  type?: string;
  panels?: PanelName[];
  theme?: (typeof THEMES)[number];
  'font-size'?: number;
  height?: string;
  readonly?: boolean;
  lazy?: boolean;
  autorun?: boolean;
  story?: StoryName;
}

export interface ParsedQuery {
  wishes: QueryWishes;
  /** One sentence for each value that could not be used. */
  complaints: string[];
  /** Names nobody here knows. */
  unknown: string[];
}

/** What a value is read as; a string is how the sentence ends that says why it cannot be used: after the name, or after a colon. */
type Read<T> = { value: T; but?: string } | string;
type Reader<T> = (text: string) => Read<T>;

const oneOf =
  <T extends string>(allowed: readonly T[]): Reader<T> =>
  (text) => {
    const value = allowed.find((entry) => entry === text);
    return value === undefined ? `can only be ${allowed.join(', ')}; the default is used` : { value };
  };

const whole =
  (low: number, high: number): Reader<number> =>
  (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= low && value <= high ? { value } : `must be a whole number from ${low} to ${high}; the default is used`;
  };

const pixels =
  (low: number, high: number): Reader<number> =>
  (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= low && value <= high ? { value } : `must be from ${low} to ${high} pixels; the default is used`;
  };

const flag: Reader<boolean> = (text) => {
  const value = flagOf(text);
  return value === undefined ? 'can only be 1, 0; the default is used' : { value };
};

const words: Reader<string> = (text) => (text === '' ? 'is empty; it is left out' : { value: text });

const diskName: Reader<string> = (text) =>
  /^[\w.-]{1,64}$/.test(text)
    ? { value: text }
    : 'must be memory, none, or a name of up to 64 letters, digits, dots and dashes; the default is used';

/** `\n`, `\t`, `\e` and `\\` as in a shell's printf: an address cannot well hold the characters themselves. */
const typed: Reader<string> = (text) => ({
  value: text.replace(/\\([nte\\])/g, (_, letter: string) => ({ n: '\n', t: '\t', e: '\x1b' })[letter] ?? '\\'),
});

const gicVersion: Reader<GicVersion> = (text) => {
  const value = GIC_VERSIONS.find((version) => String(version) === text);
  return value === undefined ? `can only be ${GIC_VERSIONS.join(', ')}; the default is used` : { value };
};

const panelList: Reader<PanelName[]> = (text) => {
  const names = text.split(/[\s,]+/).filter(Boolean);
  const known = [...new Set(names)].filter((name): name is PanelName => PANELS.some((panel) => panel === name));
  const wrong = names.find((name) => !known.some((panel) => panel === name));
  const but = wrong === undefined ? undefined : `has no panel “${wrong}”: there are ${PANELS.join(', ')}`;
  if (known.length === 0) return `${but ?? 'names no panel'}; the default is used`;
  return { value: known, ...(but === undefined ? {} : { but: `${but}; it is left out` }) };
};

const assignment: Reader<string[]> = (text) => {
  const parsed = parseAssignment(text);
  return parsed.ok ? { value: [text] } : `: ${parsed.sentence.replace(/\.$/, '')}`;
};

const READERS: { readonly [name in keyof Required<QueryWishes>]: Reader<NonNullable<QueryWishes[name]>> } = {
  guest: words,
  kernel: words,
  initrd: words,
  append: words,
  src: words,
  snapshot: words,
  psci: oneOf(PSCI_VERSIONS),
  policy: oneOf(RULES),
  suspend: flag,
  register: assignment,
  host: oneOf(HOST_NAMES),
  conduit: oneOf(CONDUITS),
  cpus: whole(LIMITS.minVcpus, LIMITS.maxVcpus),
  cpu: oneOf(CPU_MODEL_NAMES),
  gic: gicVersion,
  virtio: oneOf(VIRTIO_TRANSPORTS),
  memory: whole(LIMITS.minMemoryMiB, LIMITS.maxMemoryMiB),
  disk: diskName,
  clock: oneOf(CLOCKS),
  engine: oneOf(ENGINES),
  panels: panelList,
  theme: oneOf(THEMES),
  'font-size': pixels(FONT_SIZES.min, FONT_SIZES.max),
  height: words,
  readonly: flag,
  lazy: flag,
  autorun: flag,
  type: typed,
  story: oneOf(STORY_NAMES),
};

const LONGEST_QUOTE = 80;
const shortened = (text: string): string => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);

/**
 * Reads `?guest=debian&psci=1.1&…`. The guest's name is only checked later, when the list of guests is known.
 * @param embedded also takes what is for embeds only
 * @param asker who asks, for complaints
 */
export function parseQuery(
  search: string | URLSearchParams,
  { embedded = false, asker = 'The address' }: { embedded?: boolean; asker?: string } = {},
): ParsedQuery {
  const complaints: string[] = [];
  const { values, written, unknown, again } = givenValues(new URLSearchParams(search));
  const wishes: Record<string, unknown> = {};
  const notHere: string[] = [];
  for (const [name, texts] of values) {
    const elsewhere = embedded ? PAGE_PARAMETERS.some((each) => each.name === name) : parameterOf(name)?.embedOnly;
    if (elsewhere) {
      notHere.push(name);
      continue;
    }
    // In the words of whoever asked.
    const said = written.get(name) ?? name;
    for (const text of texts) {
      const read: Read<unknown> = READERS[name](text);
      const wrong = typeof read === 'string' ? read : read.but;
      if (wrong !== undefined)
        complaints.push(
          `${asker} asks for ${said}=${shortened(text)}${wrong.startsWith(':') ? wrong : `, but ${said} ${wrong}`}.`,
        );
      if (typeof read === 'string') continue;
      if (Array.isArray(wishes[name])) wishes[name] = [...(wishes[name] as unknown[]), ...(read.value as unknown[])];
      else wishes[name] = read.value;
    }
  }
  for (const name of again) complaints.push(`${asker} gives ${written.get(name) ?? name}= more than once: the first counts.`);
  return { wishes, complaints, unknown: [...unknown, ...notHere] };
}

/**
 * The address that brings someone else to the same machine; defaults are left out.
 * @param hash what it says besides: how the page is laid out, where that is not as usual, and a packed program with its encoded name
 * @param append words on the kernel's command line, behind the guest's own
 */
export function linkFor(
  base: string,
  config: VmConfig,
  hash: { readonly layout?: string | undefined; readonly program?: string; readonly title?: string } = {},
  append = '',
): string {
  const parameters = new URLSearchParams({ guest: config.guest, cpus: String(config.vcpus), memory: String(config.memoryMiB) });
  if (config.psci) parameters.set('psci', config.psci);
  if (config.host) parameters.set('host', config.host);
  if (config.rules === 'spec') parameters.set('policy', 'spec');
  if (config.systemSuspend) parameters.set('suspend', '1');
  for (const assignment of config.registers ?? []) parameters.append('register', assignment);
  if (config.conduit !== 'hvc') parameters.set('conduit', config.conduit);
  if (config.cpu && config.cpu !== 'max') parameters.set('cpu', config.cpu);
  if (config.gic !== DEFAULT_GIC) parameters.set('gic', String(config.gic));
  if (config.virtio && config.virtio !== DEFAULT_VIRTIO) parameters.set('virtio', config.virtio);
  if (config.engine !== 'auto') parameters.set('engine', config.engine);
  if (config.clock !== 'realtime') parameters.set('clock', config.clock);
  if (append.trim()) parameters.set('append', append.trim());
  const url = new URL(base);
  url.search = parameters.toString();
  // Neither has a character that means something here; encoded, a layout could not be read.
  const parts = Object.entries(hash).flatMap(([name, text]) => (text === undefined ? [] : `${name}=${text}`));
  url.hash = parts.join('&');
  return url.href;
}
