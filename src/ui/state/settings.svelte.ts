/** What a person set about the page itself, remembered in this browser. */

export type ThemeChoice = 'auto' | 'light' | 'dark';
export type FirmwareTab = 'calls' | 'versions' | 'registers' | 'guest';
export type View = 'console' | 'firmware' | 'cpus' | 'registers' | 'more';

const KEY = 'dormouse.settings';
/** Narrow, or a phone on its side. Styles ask the same. */
const PHONE = '(max-width: 820px), (max-height: 480px)';

interface Kept {
  theme: ThemeChoice;
  screenReader: boolean;
  timeline: boolean;
  /** A machine ran here, or a story was opened: whoever comes back knows what this is. */
  met: boolean;
}

function read(): Partial<Kept> {
  try {
    // Storage can be forbidden (private windows, sandboxed frames); the page then simply forgets.
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
  } catch {
    return {};
  }
}

export class Settings {
  theme = $state<ThemeChoice>('auto');
  /** The theme in force, which follows the system as long as the choice is `auto`. */
  shade = $state<'light' | 'dark'>('dark');
  /** xterm's screen-reader mode: the console's text is announced as it arrives. */
  screenReader = $state(false);
  timelineOpen = $state(true);
  firmwareTab = $state<FirmwareTab>('calls');
  /** The panel a phone shows. */
  view = $state<View>('console');
  phone = $state(false);
  /** This browser has run a machine of this page before. */
  readonly cameBack: boolean;
  private met: boolean;

  constructor() {
    const kept = read();
    if (kept.theme === 'light' || kept.theme === 'dark') this.theme = kept.theme;
    this.screenReader = kept.screenReader === true;
    this.timelineOpen = kept.timeline !== false;
    this.cameBack = this.met = kept.met === true;
    const light = matchMedia('(prefers-color-scheme: light)');
    light.addEventListener('change', () => this.applyTheme());
    const phone = matchMedia(PHONE);
    this.phone = phone.matches;
    phone.addEventListener('change', () => {
      this.phone = phone.matches;
    });
    this.applyTheme();
  }

  cycleTheme(): void {
    this.theme = this.theme === 'auto' ? 'light' : this.theme === 'light' ? 'dark' : 'auto';
    this.applyTheme();
    this.keep();
  }

  /** For as long as the page is there, and not remembered: somebody else's page chose it. */
  useTheme(theme: ThemeChoice): void {
    this.theme = theme;
    this.applyTheme();
  }

  /** The page and its person have met: the next visit is told less. */
  meet(): void {
    if (this.met) return;
    this.met = true;
    this.keep();
  }

  keep(): void {
    const kept: Kept = {
      theme: this.theme,
      screenReader: this.screenReader,
      timeline: this.timelineOpen,
      met: this.met,
    };
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Nothing to do: the choice lasts as long as the page.
    }
  }

  private applyTheme(): void {
    const auto = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
    this.shade = this.theme === 'auto' ? auto : this.theme;
    document.documentElement.dataset.theme = this.shade;
  }
}
