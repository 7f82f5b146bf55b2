import { PANELS, type PanelName } from './panels';

/** The panel of that name, if this page has one: so that panels can point to each other without knowing who is there. */
export function panelNamed(name: string): PanelName | undefined {
  return PANELS.find((panel) => panel.name === name)?.name;
}
