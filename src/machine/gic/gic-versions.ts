/** Architecture versions of the GIC that a board may have. */
export const GIC_VERSIONS = [2, 3] as const;
export const DEFAULT_GIC = 3;
export type GicVersion = (typeof GIC_VERSIONS)[number];
