import { describe, expect, it } from 'vitest';
import { Dock } from './dock.svelte';
import { PanelHosts } from './panel-hosts.svelte';
import type { PanelName } from './panels';

/** The hosts of a dock whose panels have no components; `closed`: those that were ended, in order. */
function hostsOfDock() {
  const dock = new Dock();
  const closed: PanelName[] = [];
  const hosts = new PanelHosts((name) => ({ name, close: () => void closed.push(name) }));
  return { dock, closed, hosts };
}

describe('a panel that is closed', () => {
  it('is ended once, and made anew when it is shown again', () => {
    const { dock, closed, hosts } = hostsOfDock();
    const [compare, firmware] = [hosts.of('compare'), hosts.of('firmware')];
    dock.close('compare');
    hosts.closeOthers(dock.layout);
    hosts.closeOthers(dock.layout);
    expect(closed).toEqual(['compare']);
    expect(hosts.of('firmware')).toBe(firmware);
    dock.show('compare');
    expect(hosts.of('compare')).not.toBe(compare);
  });

  it('and is the console goes on: its terminal has what the machine has said', () => {
    const { dock, closed, hosts } = hostsOfDock();
    const console = hosts.of('console');
    dock.close('console');
    hosts.closeOthers(dock.layout);
    expect(closed).toEqual([]);
    dock.show('console');
    expect(hosts.of('console')).toBe(console);
  });
});

it('a panel that is behind another, moved, or covered by one that has all of the page, lives on', () => {
  const { dock, closed, hosts } = hostsOfDock();
  const compare = hosts.of('compare');
  dock.show('editor');
  dock.split('compare', 'firmware', 'bottom');
  dock.whole = 'editor';
  hosts.closeOthers(dock.layout);
  expect(closed).toEqual([]);
  expect(hosts.of('compare')).toBe(compare);
});
