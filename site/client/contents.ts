/** Marks in the list of contents where the reader is. */
export function startContents(): void {
  const links = new Map(
    [...document.querySelectorAll<HTMLAnchorElement>('.contents a')].map((link) => [
      decodeURIComponent(link.hash.slice(1)),
      link,
    ]),
  );
  if (links.size === 0) return;
  const headings = [...document.querySelectorAll<HTMLElement>('article :is(h2, h3)[id]')];
  let current: HTMLAnchorElement | undefined;
  const mark = (): void => {
    // The last heading above the upper third is what is read.
    const line = innerHeight / 3;
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < line).at(-1) ?? headings[0];
    const link = above && links.get(above.id);
    if (link === current) return;
    current?.removeAttribute('aria-current');
    link?.setAttribute('aria-current', 'true');
    current = link;
  };
  // Told when headings come and go, not at each step of scrolling.
  const observer = new IntersectionObserver(mark, { rootMargin: '0px 0px -66% 0px', threshold: [0, 1] });
  for (const heading of headings) observer.observe(heading);
  mark();
}
