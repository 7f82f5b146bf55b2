/** The playground's settings, of which the docs know the theme and leave the rest as it is. */

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'dormouse.settings';

type Kept = Record<string, unknown>;

function read(): Kept {
  try {
    // Storage may be forbidden; the page then follows the system.
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

export function keptTheme(): Theme {
  const { theme } = read();
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

export function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), theme }));
  } catch {
    // The choice lasts as long as the page.
  }
}

/** Without the attribute the style sheet follows the system by itself. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
