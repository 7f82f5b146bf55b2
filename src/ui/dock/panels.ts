/**
 * The panels of the page, each a component of its own that is fetched when it is first shown. A panel gets the session and the page's settings, fills
 * the room it is given, scrolls by itself, and says in one sentence what it will show while there is no machine. What it puts into `PanelTools` stands
 * in the row of its tabs.
 */
import type { Component } from 'svelte';
import type { IconName } from '../common/icons';
import ConsolePanel from '../console/ConsolePanel.svelte';
import FirmwarePanel from '../panels/firmware/FirmwarePanel.svelte';
import type { Session } from '../state/session.svelte';
import type { Settings } from '../state/settings.svelte';

export interface PanelProps {
  vm: Session;
  settings: Settings;
}

interface Panel {
  /** In addresses and in what is remembered: small letters. */
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
  /** Where it lies at first: `stage` beside the console, `side` at the right, `tools` below that, `floor` below all. */
  readonly area: 'stage' | 'side' | 'tools' | 'floor';
  readonly load: () => Promise<{ default: Component<PanelProps> }>;
}

/** In the order of their tabs. */
export const PANELS = [
  { name: 'console', title: 'Console', icon: 'console', area: 'stage', load: async () => ({ default: ConsolePanel }) },
  { name: 'editor', title: 'Editor', icon: 'file', area: 'stage', load: () => import('../editor/EditorPanel.svelte') },
  {
    name: 'compare',
    title: 'Compatibility lab',
    icon: 'compare',
    area: 'stage',
    load: () => import('../panels/compare/ComparePanel.svelte'),
  },
  { name: 'firmware', title: 'Firmware', icon: 'firmware', area: 'side', load: async () => ({ default: FirmwarePanel }) },
  { name: 'registers', title: 'Registers', icon: 'registers', area: 'tools', load: () => import('../panels/Registers.svelte') },
  { name: 'code', title: 'Code', icon: 'code', area: 'tools', load: () => import('../panels/code/CodePanel.svelte') },
  { name: 'memory', title: 'Memory', icon: 'memory', area: 'tools', load: () => import('../panels/memory/MemoryPanel.svelte') },
  { name: 'pages', title: 'Pages', icon: 'pages', area: 'tools', load: () => import('../panels/pages/PagesPanel.svelte') },
  {
    name: 'exceptions',
    title: 'Exceptions',
    icon: 'exception',
    area: 'tools',
    load: () => import('../panels/board/Exceptions.svelte'),
  },
  {
    name: 'interrupts',
    title: 'Interrupts',
    icon: 'bolt',
    area: 'tools',
    load: () => import('../panels/board/Interrupts.svelte'),
  },
  {
    name: 'sysregs',
    title: 'System registers',
    icon: 'sysregs',
    area: 'tools',
    load: () => import('../panels/sysregs/SystemRegistersPanel.svelte'),
  },
  {
    name: 'devicetree',
    title: 'Device tree',
    icon: 'tree',
    area: 'tools',
    load: () => import('../panels/board/DeviceTree.svelte'),
  },
  { name: 'virtio', title: 'virtio', icon: 'plug', area: 'tools', load: () => import('../panels/board/Virtio.svelte') },
  { name: 'pins', title: 'UART and GPIO', icon: 'sliders', area: 'tools', load: () => import('../panels/board/Pins.svelte') },
  { name: 'speed', title: 'Speed', icon: 'gauge', area: 'tools', load: () => import('../panels/board/Speed.svelte') },
  { name: 'files', title: 'Files', icon: 'file', area: 'tools', load: () => import('../files/FilesPanel.svelte') },
  { name: 'timeline', title: 'Timeline', icon: 'timeline', area: 'floor', load: () => import('../panels/TimelineStrip.svelte') },
] as const satisfies readonly Panel[];

export type PanelName = (typeof PANELS)[number]['name'];

export const PANEL_NAMES: readonly PanelName[] = PANELS.map(({ name }) => name);
export const panelOf = (name: string): Panel & { name: PanelName } => PANELS.find((panel) => panel.name === name)!;
