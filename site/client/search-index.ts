/** The search itself, loaded with its library when somebody searches for the first time. */
import MiniSearch from 'minisearch';

/** As the generator writes it: page's title, section's heading, address, text. */
type Entry = readonly [page: string, heading: string, address: string, text: string];

export interface Found {
  readonly page: string;
  readonly heading: string;
  readonly address: string;
  /** Around the first word that was found, in pieces: every second one is a match. */
  readonly excerpt: readonly string[];
}

const BEFORE = 48;
const AROUND = 150;
const MOST = 12;

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}_.-]+/u)
    .map((word) => word.replace(/^[.-]+|[.-]+$/g, ''));

/** `SYSTEM_OFF2` is found by itself and by its parts; whoever asks for it wants no other SYSTEM. */
const tokens = (text: string): string[] =>
  words(text).flatMap((word) => {
    const parts = word.split(/[_.-]/).filter((part) => part.length > 1);
    return parts.length > 1 ? [word, ...parts] : [word];
  });

function excerptOf(text: string, matches: readonly string[]): string[] {
  const found = matches.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).sort((a, b) => b.length - a.length);
  if (found.length === 0) return [text.slice(0, AROUND)];
  const pattern = new RegExp(`(${found.join('|')})`, 'gi');
  const at = Math.max(0, text.search(pattern));
  let start = Math.max(0, at - BEFORE);
  if (start > 0) start = text.indexOf(' ', start) + 1;
  const isEnd = start + AROUND >= text.length;
  // Whole words at both ends.
  const piece = isEnd ? text.slice(start) : text.slice(start, text.lastIndexOf(' ', start + AROUND));
  return `${start > 0 ? '… ' : ''}${piece}${isEnd ? '' : ' …'}`.split(pattern);
}

export async function openIndex(address: string): Promise<(query: string) => Found[]> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The index of the search could not be fetched (${response.status}).`);
  const entries = (await response.json()) as readonly Entry[];
  const index = new MiniSearch<{ id: number; page: string; heading: string; text: string }>({
    fields: ['page', 'heading', 'text'],
    tokenize: tokens,
    searchOptions: {
      tokenize: words,
      boost: { page: 3, heading: 4 },
      prefix: true,
      // A mistyped word, but no other function of a similar name.
      fuzzy: (term) => (/^\p{L}{6,}$/u.test(term) ? 0.15 : false),
      combineWith: 'AND',
    },
  });
  index.addAll(entries.map(([page, heading, , text], id) => ({ id, page, heading, text })));
  return (query) =>
    index
      .search(query)
      .slice(0, MOST)
      .map(({ id, terms }) => {
        const [page, heading, target, text] = entries[id as number]!;
        return { page, heading, address: target, excerpt: excerptOf(text, terms) };
      });
}
