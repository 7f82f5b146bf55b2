/** The CPU models there are; the first is the default. */
export const CPU_MODEL_NAMES = ['max', 'cortex-a53', 'cortex-a72', 'neoverse-n1'] as const;
export type CpuModelName = (typeof CPU_MODEL_NAMES)[number];
