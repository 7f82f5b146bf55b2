/**
 * What a virtio device's work costs, in the units of cpu/cost.ts (5 ns of a middling host): a guest makes a device move as much as it likes by
 * one access, and is charged for it as for instructions of its own. Rough, and rather too much than too little.
 */
export const WORK_COST = {
  /** Taking one buffer from a ring, and giving it back. */
  CHAIN: 100,
  /** Reading one descriptor, and going over what it names. */
  DESCRIPTOR: 50,
  /** Telling the other side of a control message. */
  CONTROL_MESSAGE: 6000,
  /** By byte: copying; drawing entropy; what a program says, which is cut into lines and understood. */
  COPIED_BYTE: 1 / 8,
  ENTROPY_BYTE: 9,
  SPOKEN_BYTE: 10,
  /** By byte of a disk that is discarded or zeroed. */
  ZEROED_BYTE: 1 / 32,
  /** One call of the host's disk, and one that waits until everything is safe. */
  DISK_CALL: 2000,
  DISK_FLUSH: 100_000,
} as const;

/**
 * A device does no more than this in one go, and one piece (in all half a millisecond): whatever is left it does in others, between which vCPUs have
 * their turns, and the host looks at its clock.
 */
export const MOST_AT_ONCE = 50_000;
