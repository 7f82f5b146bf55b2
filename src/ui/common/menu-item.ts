export interface MenuItem {
  text: string;
  does: () => void;
  /** Something that is on or off, and which. */
  checked?: boolean;
  /** A line above it parts it from what is before. */
  parted?: boolean;
}
