/** Places of the page that a story points at: what they are called, where they are found, and how they are brought into sight. */
import type { PanelName } from '../dock/panels';
import type { Focus } from '../state/focus.svelte';
import type { FirmwareTab, Settings, View } from '../state/settings.svelte';

export interface Place {
  readonly words: string;
  /** By what the page says to assistive technology, so that its looks may change. */
  readonly selector: string;
  /** The view of a phone that holds it; left out: it is in all of them. */
  readonly view?: View;
  /** The panel that holds it, if one does. */
  readonly panel?: PanelName;
  readonly tab?: FirmwareTab;
}

const FIRMWARE = 'section[aria-label="Firmware"]';

export const PLACES = {
  console: { words: 'Console', selector: '#console', view: 'console', panel: 'console' },
  end: {
    words: 'the card below the console',
    selector: 'section[aria-label="How the machine went down"]',
    view: 'console',
    panel: 'console',
  },
  editor: { words: 'Editor', selector: 'section[aria-label="Program"]', view: 'console', panel: 'editor' },
  output: { words: 'below the program', selector: '[aria-label="End of the console"]', view: 'console', panel: 'editor' },
  version: { words: 'PSCI version', selector: 'label:has(> select[aria-label="PSCI version"])' },
  cpus: { words: 'the vCPU cards', selector: 'section[aria-label="vCPUs"]', view: 'cpus' },
  calls: { words: 'Firmware, Calls', selector: FIRMWARE, view: 'firmware', panel: 'firmware', tab: 'calls' },
  versions: { words: 'Firmware, Versions', selector: FIRMWARE, view: 'firmware', panel: 'firmware', tab: 'versions' },
  registers: { words: 'Firmware, Pseudo-registers', selector: FIRMWARE, view: 'firmware', panel: 'firmware', tab: 'registers' },
  guest: { words: 'Firmware, Guest vs firmware', selector: FIRMWARE, view: 'firmware', panel: 'firmware', tab: 'guest' },
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof PLACES;

export const placeOf = (name: PlaceName): Place => PLACES[name];

/** Brings a place into sight: by its panel, on a phone by its view as well, in the firmware's panel by its tab. */
export function showPlace(name: PlaceName, settings: Settings, focus: Focus): void {
  const { view, panel, tab } = placeOf(name);
  if (panel) focus.show(panel);
  else if (settings.phone && view) settings.view = view;
  if (tab) settings.firmwareTab = tab;
}
