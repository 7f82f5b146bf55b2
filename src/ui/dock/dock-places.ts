import type { MenuItem } from '../common/menu-item';
import type { Dock } from './dock.svelte';
import { areasOf, type Side } from './dock-layout';
import { type PanelName, panelOf } from './panels';

const SIDES: readonly [Side, string][] = [
  ['left', 'To an area of its own, left'],
  ['right', 'To an area of its own, right'],
  ['top', 'To an area of its own, above'],
  ['bottom', 'To an area of its own, below'],
];

/** What the menu of an area offers for the panel in front. */
export function placesFor(dock: Dock, panel: PanelName): MenuItem[] {
  const others = areasOf(dock.layout).filter(({ tabs }) => !tabs.includes(panel));
  const whole = dock.whole === panel;
  return [
    {
      text: whole ? 'Back to its place' : 'Fill the page',
      does: () => {
        dock.whole = whole ? undefined : panel;
      },
    },
    ...(dock.alone(panel) ? [] : SIDES.map(([side, text]) => ({ text, does: () => dock.split(panel, panel, side) }))),
    ...others.map(({ front }) => ({
      text: `To the tabs of ${panelOf(front).title}`,
      does: () => dock.move(panel, front as PanelName),
    })),
    { text: 'Close', does: () => dock.close(panel) },
  ];
}
