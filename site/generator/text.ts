/** Small things that every part of the generator needs. */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]!);

/** The anchor of a heading, as GitHub makes it, so that links between the Markdown files hold in both places. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** Gives each anchor of a page once: the second `tests` is `tests-1`. */
export class Anchors {
  private readonly taken = new Set<string>();

  take(heading: string): string {
    const slug = slugOf(heading) || 'section';
    let anchor = slug;
    for (let n = 1; this.taken.has(anchor); n++) anchor = `${slug}-${n}`;
    this.taken.add(anchor);
    return anchor;
  }
}
