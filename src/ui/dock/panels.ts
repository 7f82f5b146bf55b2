/**
 * The panels of the page, each a component of its own that is fetched when it is first shown. A panel gets the session and the page's settings, fills
 * the room it is given, scrolls by itself, and says in one sentence what it will show while there is no machine.
 */
import type { Component } from 'svelte';
import type { IconName } from '../common/icons';
import ConsolePanel from '../console/ConsolePanel.svelte';
import type { Session } from '../state/session.svelte';
import type { Settings } from '../state/settings.svelte';

export interface PanelProps {
  vm: Session;
  settings: Settings;
}

interface Panel {
  /** In addresses and in what is remembered. */
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
  /** Where it lies at first: `stage` beside the console, `tools` at the right below the firmware. */
  readonly area: 'stage' | 'tools';
  readonly load: () => Promise<{ default: Component<PanelProps> }>;
}

/** In the order of their tabs. */
export const PANELS = [
  { name: 'console', title: 'Console', icon: 'console', area: 'stage', load: async () => ({ default: ConsolePanel }) },
  { name: 'registers', title: 'Registers', icon: 'registers', area: 'tools', load: () => import('../panels/Registers.svelte') },
  { name: 'memory', title: 'Memory', icon: 'memory', area: 'tools', load: () => import('../panels/memory/MemoryPanel.svelte') },
  { name: 'pages', title: 'Pages', icon: 'pages', area: 'tools', load: () => import('../panels/pages/PagesPanel.svelte') },
  {
    name: 'system-registers',
    title: 'System registers',
    icon: 'sysregs',
    area: 'tools',
    load: () => import('../panels/sysregs/SystemRegistersPanel.svelte'),
  },
] as const satisfies readonly Panel[];

export type PanelName = (typeof PANELS)[number]['name'];
