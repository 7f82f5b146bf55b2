/** The answer to the question about the device tree, read and in words. */

/** Something a property points to. */
export interface TreeLink {
  text: string;
  /** Path of the node that a phandle or a path names. */
  path?: string;
  /** A guest-physical address, in the words of the root's address space. */
  address?: bigint;
}

export interface TreeProperty {
  name: string;
  /** The value as device tree source has it: `"arm,pl011", "arm,primecell"`, `<0x0 0x1 0x4>`. Empty: the property is there, and that is all it says. */
  source: string;
  /** The same in words, where the binding is known here. */
  words?: string;
  links?: TreeLink[];
}

export interface TreeNode {
  /** With its unit address; `/` for the root. */
  name: string;
  path: string;
  properties: TreeProperty[];
  children: TreeNode[];
}

export interface DeviceTreeAnswer {
  root: TreeNode;
  /** All of it as device tree source, for dtc. */
  source: string;
  /** Bytes of the blob. */
  bytes: number;
  checksum: number;
}

/** The device tree is still the one whose checksum was given. */
export interface TreeUnchanged {
  unchanged: true;
}
