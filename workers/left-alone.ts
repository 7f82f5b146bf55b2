/** Why a machine cannot be brought back from its end: its disk is not as it left it. */
export const leftAlone = (name: string): string =>
  `Nothing leads back from this machine's end: its disk “${name}” has been used, changed or deleted since. Start it again instead.`;
