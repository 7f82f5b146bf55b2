/** A device tree as rows: which of its nodes and properties are in sight. Pure functions. */
import type { TreeNode, TreeProperty } from '../../vm/api/device-tree';

export type TreeRow =
  | { kind: 'node'; key: string; depth: number; node: TreeNode; open: boolean }
  | { kind: 'property'; key: string; depth: number; node: TreeNode; property: TreeProperty };

const says = (property: TreeProperty, wanted: string): boolean =>
  [property.name, property.source, property.words ?? '', ...(property.links ?? []).map(({ text }) => text)].some((text) =>
    text.toLowerCase().includes(wanted),
  );

/** The node itself, or one of its properties, has the words. */
const matches = (node: TreeNode, wanted: string): boolean =>
  node.name.toLowerCase().includes(wanted) || node.properties.some((property) => says(property, wanted));

/** `node` or something below it has the words. */
const leadsTo = (node: TreeNode, wanted: string): boolean =>
  matches(node, wanted) || node.children.some((child) => leadsTo(child, wanted));

/**
 * The rows in sight: those of open nodes; or, where there is a filter, all nodes that match with what is above them, open as far as a match is in them.
 */
export function treeRows(root: TreeNode, open: ReadonlySet<string>, filter: string): TreeRow[] {
  const wanted = filter.trim().toLowerCase();
  const rows: TreeRow[] = [];
  const add = (node: TreeNode, depth: number): void => {
    if (wanted && !leadsTo(node, wanted)) return;
    const shown = wanted ? node.properties.filter((property) => says(property, wanted)) : node.properties;
    const isOpen = wanted ? shown.length > 0 || node.children.some((child) => leadsTo(child, wanted)) : open.has(node.path);
    rows.push({ kind: 'node', key: node.path, depth, node, open: isOpen });
    if (!isOpen) return;
    for (const property of shown)
      rows.push({ kind: 'property', key: `${node.path}:${property.name}`, depth: depth + 1, node, property });
    for (const child of node.children) add(child, depth + 1);
  };
  add(root, 0);
  return rows;
}

/** The paths of a node and of all above it: opened, they show it. */
export function pathsTo(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
}

/** What a closed node is, in a few words: what it is compatible with, and where it is. */
export function nodeSummary(node: TreeNode): string {
  const of = (name: string): TreeProperty | undefined => node.properties.find((property) => property.name === name);
  const compatible = of('compatible')?.source.split(', ')[0]?.replaceAll('"', '');
  return [compatible, of('reg')?.links?.[0]?.text].filter((text) => text !== undefined).join(' · ');
}
