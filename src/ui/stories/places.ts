/** Places of the page that a story points at: what they are called, where they are found, and how they are brought into sight. */
import type { PanelName } from '../dock/panels';
import type { Focus } from '../state/focus.svelte';
import type { FirmwareTab, Settings, View } from '../state/settings.svelte';
import type { Deed } from './story';

export interface Place {
  readonly words: string;
  /** By what the page says to assistive technology, so that its looks may change. */
  readonly selector: string;
  /** What of it is worked with, where it may be larger than what is in sight. */
  readonly part?: string;
  /** The view of a phone that holds it; left out: it is in all of them. */
  readonly view?: View;
  /** The panel that holds it, if one does. */
  readonly panel?: PanelName;
  readonly tab?: FirmwareTab;
}

const FIRMWARE = 'section[aria-label="Firmware"]';

export const PLACES = {
  console: { words: 'Console', selector: '#console', view: 'console', panel: 'console' },
  /** The one that the console offers, or where that has something else to say the one at the top. */
  start: {
    words: 'Console',
    selector: '#start, body:not(:has(#start)) header button[title$="(Alt+S)"]',
    view: 'console',
    panel: 'console',
  },
  hibernate: { words: 'At the top', selector: 'button[aria-describedby="hibernate-why"]', view: 'console', panel: 'console' },
  refusal: { words: 'Console', selector: '#console [role="alert"]', view: 'console', panel: 'console' },
  saving: {
    words: 'Save or restore',
    selector: 'button[aria-label="Save or restore the whole machine"], section[aria-label="Save or restore"]',
    view: 'more',
  },
  end: {
    words: 'the card below the console',
    selector: 'section[aria-label="How the machine went down"]',
    view: 'console',
    panel: 'console',
  },
  wake: {
    words: 'the card below the console',
    selector: 'section[aria-label="How the machine went down"]',
    part: 'select[aria-label="Another PSCI version or host"]',
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

/** Where a person does what a step asks for. */
export function workplaceOf(deed: Deed): PlaceName {
  if ('start' in deed) return 'start';
  if ('run' in deed || 'edit' in deed) return 'editor';
  if ('write' in deed) return 'registers';
  if ('hibernate' in deed) return 'hibernate';
  if ('wake' in deed) return 'wake';
  if ('save' in deed || 'restoreOn' in deed) return 'saving';
  return 'console';
}

/** Brings a place into sight: by its panel, which gets the room to see something in it, on a phone by its view as well, in the firmware's panel by its tab. */
export function showPlace(name: PlaceName, settings: Settings, focus: Focus): void {
  const { view, panel, tab } = placeOf(name);
  focus.spotlight = panel;
  if (panel) focus.show(panel);
  else if (settings.phone && view) settings.view = view;
  if (tab) settings.firmwareTab = tab;
}
