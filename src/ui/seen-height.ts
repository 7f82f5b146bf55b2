/**
 * Tells styles how high the part of the page is that can be seen (`--seen-height`), where a keyboard on the screen covers some of it and the browser does
 * not make the page as much smaller by itself (`interactive-widget`, which Safari lacks). While a person has zoomed in, that is not what is meant.
 */
export function followSeenHeight(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const follow = (): void => {
    const { style } = document.documentElement;
    const covered = seen.scale === 1 && seen.height < window.innerHeight - 1;
    if (covered) style.setProperty('--seen-height', `${seen.height}px`);
    else style.removeProperty('--seen-height');
    // Safari scrolls what has the focus into sight, and all of the page with it.
    if (covered) window.scrollTo(0, 0);
  };
  seen.addEventListener('resize', follow);
}
