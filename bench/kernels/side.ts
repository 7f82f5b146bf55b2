import type { Kernel } from '../../guests/bench/kernels';

/** One run of a kernel. */
export interface Sample {
  seconds: number;
  checksum: string;
  /** Where they can be counted. */
  instructions?: number;
}

/** Something that runs kernels, to be compared with others. */
export interface Side {
  name: string;
  /** Runs the kernel with all its laps, once. */
  once(kernel: Kernel): Promise<Sample>;
  /** Whether the checksum is that of every other machine. */
  exact(kernel: Kernel): boolean;
}
