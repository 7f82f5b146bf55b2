/** Groups of the navigation and the order in them. A page that nobody has put into a group is found in the last one. */

export interface NavigationGroup {
  readonly title: string;
  readonly slugs: readonly string[];
}

const GROUPS: readonly NavigationGroup[] = [
  { title: 'Start', slugs: ['index', 'psci-versions', 'hibernation', 'opt-out'] },
  { title: 'Embedding', slugs: ['embedding', 'snippet', 'test-bed', 'library', 'api'] },
  { title: 'Inside', slugs: ['core', 'architecture', 'time', 'control', 'snapshots', 'performance'] },
  { title: 'Reference', slugs: ['limits', 'psci', 'guests', 'cpu-models', 'compatibility', 'open-ends'] },
  { title: 'Project', slugs: ['readme', 'contributing', 'testing', 'site', 'dependencies', 'changelog', 'license'] },
];
/** Where pages go that are in none of the above. */
const OTHERS = 'Reference';

/** Shorter than the page's title, where that would be too long for a column. */
const SHORT: Readonly<Record<string, string>> = {
  index: 'What Dormouse is',
  'opt-out': 'The opt-out debate',
  psci: 'Firmware reference',
  readme: 'Readme',
  compatibility: 'Likeness to QEMU',
  'open-ends': 'Open ends',
};

export const shortTitle = (slug: string, title: string): string => SHORT[slug] ?? title;

/** Every slug once, in groups. */
export function navigation(slugs: readonly string[]): NavigationGroup[] {
  const placed = new Set(GROUPS.flatMap((group) => group.slugs));
  const others = slugs.filter((slug) => !placed.has(slug));
  return GROUPS.map(({ title, slugs: wanted }) => ({
    title,
    slugs: [...wanted.filter((slug) => slugs.includes(slug)), ...(title === OTHERS ? others : [])],
  })).filter((group) => group.slugs.length > 0);
}
