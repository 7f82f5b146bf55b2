import type { PanelName } from '../../ui/state/parameters';
import type { Session } from '../../ui/state/session.svelte';
import type { Settings } from '../../ui/state/settings.svelte';
import type { StageView } from './stage-view.svelte';

export interface PanelProps {
  name: PanelName;
  vm: Session;
  settings: Settings;
  view: StageView;
}
