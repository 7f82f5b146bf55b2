import { Gicv3 } from './gicv3';
import type { GicVersion, InterruptController, InterruptControllerOptions } from './interrupt-controller';

export type { GicVersion, InterruptController, InterruptControllerOptions } from './interrupt-controller';

const MAKERS: Readonly<Record<GicVersion, (options: InterruptControllerOptions) => InterruptController>> = {
  3: (options) => new Gicv3(options),
};

/** The interrupt controller of an architecture version. */
export const createInterruptController = (version: GicVersion, options: InterruptControllerOptions): InterruptController =>
  MAKERS[version](options);
