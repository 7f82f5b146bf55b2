/** Runs in the head of a page, before anything is painted, so that no page flashes in the other theme. */
{
  let theme: unknown;
  try {
    theme = (JSON.parse(localStorage.getItem('dormouse.settings') ?? '{}') as { theme?: unknown }).theme;
  } catch {
    // As the system, then.
  }
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
}
