/**
 * What a machine can be asked for from outside: attributes and properties of `<dormouse-vm>`, and the query of `index.html` and `embed.html`, under
 * one set of names. A table, read by all of these, by the snippet generator and by the documentation. Values are judged in `query.ts`.
 */

export interface Parameter {
  readonly name: string;
  /**
   * `flag`: present or not as an attribute, `1` or `0` in a query. `address`: of a file, relative to the page that holds the tag, or to the site for
   * a query. `list`: words separated by spaces or commas.
   */
  readonly kind: 'text' | 'choice' | 'number' | 'flag' | 'address' | 'list';
  /** What it is for, one sentence. */
  readonly text: string;
  /** What happens where it is left out, in words. */
  readonly otherwise: string;
  readonly example: string;
  /** It belongs to the embedded form: the playground's own address does not know it. */
  readonly embedOnly?: true;
  /** May be given several times in a query; an attribute separates by spaces. */
  readonly repeated?: true;
  readonly group: 'guest' | 'firmware' | 'board' | 'view' | 'run';
}

/** Panels that a frame can show. */
export const PANELS = ['console', 'calls', 'versions', 'registers', 'cpus', 'timeline', 'guest', 'editor'] as const;
export type PanelName = (typeof PANELS)[number];

export const THEMES = ['auto', 'light', 'dark'] as const;

/** Bounds of `font-size`, CSS pixels. */
export const FONT_SIZES = { min: 8, max: 32, normal: 13 } as const;

export const PARAMETERS = [
  {
    name: 'guest',
    kind: 'text',
    group: 'guest',
    text: 'Which of the site’s guests boots: `lab` (a bare-metal monitor of 15 KB) or `debian` (Linux), where the site has it.',
    otherwise: '`lab`; in the playground the first that the site has',
    example: 'debian',
  },
  {
    name: 'kernel',
    kind: 'address',
    group: 'guest',
    text: 'A kernel of your own instead of a guest: an arm64 Image (packed or not), an ELF file, or flat code.',
    otherwise: 'the guest’s',
    example: './Image',
  },
  {
    name: 'initrd',
    kind: 'address',
    group: 'guest',
    text: 'The initramfs that goes with `kernel`.',
    otherwise: 'none',
    example: './initrd.cpio.gz',
  },
  {
    name: 'append',
    kind: 'text',
    group: 'guest',
    text: 'Kernel command line that goes with `kernel`; with a guest, words behind its own.',
    otherwise: '`console=ttyAMA0` with `kernel`, no words with a guest',
    example: 'console=ttyAMA0 quiet',
  },
  {
    name: 'src',
    kind: 'address',
    group: 'guest',
    text: 'A64 assembly to assemble and run instead of a guest. A tag may hold the program itself in `<script type="text/x-a64">` or `<pre data-a64>`.',
    otherwise: 'no program',
    example: './hello.s',
  },
  {
    name: 'snapshot',
    kind: 'address',
    group: 'guest',
    text: 'A saved machine that goes on instead of one that boots.',
    otherwise: 'the machine boots',
    example: './asleep.dormouse',
  },
  {
    name: 'psci',
    kind: 'choice',
    group: 'firmware',
    text: 'PSCI version to pin: `0.1`, `0.2`, `1.0`, `1.1`, `1.2` or `1.3`.',
    otherwise: 'the host’s newest',
    example: '1.1',
  },
  {
    name: 'policy',
    kind: 'choice',
    group: 'firmware',
    text: 'Whose rules the firmware follows where they differ: `kvm` or `spec` (DEN0022).',
    otherwise: '`kvm`',
    example: 'spec',
  },
  {
    name: 'suspend',
    kind: 'flag',
    group: 'firmware',
    text: 'Offer SYSTEM_SUSPEND, which a VMM has to switch on.',
    otherwise: 'not offered',
    example: '1',
  },
  {
    name: 'register',
    kind: 'text',
    group: 'firmware',
    repeated: true,
    text: 'A firmware pseudo-register to write before the start, as `name=value`.',
    otherwise: 'the host’s defaults',
    example: 'std_bmap=0x0',
  },
  {
    name: 'host',
    kind: 'choice',
    group: 'firmware',
    text: 'The host generation to pretend to be, such as `linux-5.18`.',
    otherwise: 'the newest',
    example: 'linux-5.18',
  },
  {
    name: 'conduit',
    kind: 'choice',
    group: 'firmware',
    text: 'The instruction that calls the firmware: `hvc` or `smc`.',
    otherwise: '`hvc`',
    example: 'smc',
  },
  { name: 'cpus', kind: 'number', group: 'board', text: 'Number of vCPUs, 1 to 8.', otherwise: 'the guest’s', example: '4' },
  {
    name: 'cpu',
    kind: 'choice',
    group: 'board',
    text: 'CPU model: `max`, `cortex-a53`, `cortex-a72` or `neoverse-n1`.',
    otherwise: '`max`',
    example: 'cortex-a72',
  },
  {
    name: 'gic',
    kind: 'choice',
    group: 'board',
    text: 'Architecture version of the interrupt controller: `2` or `3`.',
    otherwise: '`3`',
    example: '2',
  },
  {
    name: 'virtio',
    kind: 'choice',
    group: 'board',
    text: 'How disks, consoles and entropy are reached: `mmio` (virtio-mmio slots) or `pci` (functions on PCI).',
    otherwise: '`mmio`',
    example: 'pci',
  },
  { name: 'memory', kind: 'number', group: 'board', text: 'RAM in MiB, 16 to 3072.', otherwise: 'the guest’s', example: '512' },
  {
    name: 'disk',
    kind: 'text',
    group: 'board',
    text: '`memory`: gone with the machine; `none`; any other name keeps the disk in this browser under it.',
    otherwise: '`memory` in an embed; in the playground kept under the guest’s name',
    example: 'tutorial',
  },
  {
    name: 'clock',
    kind: 'choice',
    group: 'board',
    text: '`realtime` follows the host; `virtual` follows the instructions, so that every run is the same.',
    otherwise: '`realtime`',
    example: 'virtual',
  },
  {
    name: 'engine',
    kind: 'choice',
    group: 'board',
    text: '`auto`, `interpreter` or `jit`.',
    otherwise: '`auto`',
    example: 'interpreter',
  },
  {
    name: 'panels',
    kind: 'list',
    group: 'view',
    embedOnly: true,
    text: 'What is shown, in this order: `console`, `calls`, `versions`, `registers`, `cpus`, `timeline`, `guest`, `editor`.',
    otherwise: '`console` (with `src` also `editor`)',
    example: 'console calls',
  },
  {
    name: 'theme',
    kind: 'choice',
    group: 'view',
    embedOnly: true,
    text: '`light`, `dark`, or `auto`: as the page’s colour scheme.',
    otherwise: '`auto`',
    example: 'light',
  },
  {
    name: 'font-size',
    kind: 'number',
    group: 'view',
    embedOnly: true,
    text: 'Of the console, 8 to 32 CSS pixels.',
    otherwise: '13',
    example: '15',
  },
  {
    name: 'height',
    kind: 'text',
    group: 'view',
    embedOnly: true,
    text: 'Height of the tag, a CSS length or a number of pixels. A frame of your own has the height that you give it.',
    otherwise: '`360px`',
    example: '480',
  },
  {
    name: 'readonly',
    kind: 'flag',
    group: 'view',
    embedOnly: true,
    text: 'The reader watches: no keys reach the guest, and no panel changes anything.',
    otherwise: 'keys reach the guest',
    example: '1',
  },
  {
    name: 'autorun',
    kind: 'flag',
    group: 'run',
    text: 'Starts without a click, as soon as the page is there; of several tags on a page the first two, others where they are in sight and there is room.',
    otherwise: 'a click starts it',
    example: '1',
  },
  {
    name: 'lazy',
    kind: 'flag',
    group: 'run',
    embedOnly: true,
    text: 'With `autorun`: starts only when it comes near the viewport.',
    otherwise: 'starts when the page is there',
    example: '1',
  },
  {
    name: 'type',
    kind: 'text',
    group: 'run',
    text: 'Typed once the guest is ready; `\\n` presses Enter.',
    otherwise: 'nothing is typed',
    example: 'dmesg | grep psci\\n',
  },
] as const satisfies readonly Parameter[];

export type ParameterName = (typeof PARAMETERS)[number]['name'];

/** The guided runs that the playground offers, in the order in which they are offered. */
export const STORY_NAMES = [
  'hibernate',
  'change-version',
  'migrate',
  'suspend-denied',
  'pin',
  'second-cpu',
  'timer',
  'first-program',
] as const;
export type StoryName = (typeof STORY_NAMES)[number];

/** What only the playground's own address can ask for: no tag and no frame knows these. */
export const PAGE_PARAMETERS = [
  {
    name: 'story',
    kind: 'choice',
    group: 'run',
    text: 'Opens a guided run.',
    otherwise: 'the page offers them',
    example: 'hibernate',
  },
] as const satisfies readonly Parameter[];

/** Whatever the playground's address may have. */
export type AddressName = ParameterName | (typeof PAGE_PARAMETERS)[number]['name'];

/** Earlier names that addresses out there may have. */
export const FORMER_NAMES: Readonly<Record<string, ParameterName>> = { mem: 'memory', rules: 'policy' };
