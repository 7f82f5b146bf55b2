import { applyTheme, keepTheme, keptTheme, type Theme } from './settings';

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };

/** The button in the header: as the system, light, dark, and round again. */
export function startThemeButton(): void {
  const button = document.querySelector<HTMLButtonElement>('.theme-button');
  if (button === null) return;
  let theme = keptTheme();
  const show = (): void => {
    applyTheme(theme);
    button.setAttribute('aria-label', `Theme: ${WORDS[theme]}`);
    button.title = `Theme: ${WORDS[theme]}`;
    button.dataset.theme = theme;
  };
  button.addEventListener('click', () => {
    theme = NEXT[theme];
    keepTheme(theme);
    show();
  });
  // Another page of the site has changed it.
  addEventListener('storage', () => {
    theme = keptTheme();
    show();
  });
  show();
}
