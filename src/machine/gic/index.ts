import type { GicVersion } from './gic-versions';
import { Gicv2 } from './gicv2';
import { Gicv3 } from './gicv3';
import type { InterruptController, InterruptControllerOptions } from './interrupt-controller';

export type { GicVersion } from './gic-versions';
export type { InterruptController, InterruptControllerOptions } from './interrupt-controller';

const MAKERS: Readonly<Record<GicVersion, (options: InterruptControllerOptions) => InterruptController>> = {
  2: (options) => new Gicv2(options),
  3: (options) => new Gicv3(options),
};

/** The interrupt controller of an architecture version. */
export const createInterruptController = (version: GicVersion, options: InterruptControllerOptions): InterruptController =>
  MAKERS[version](options);
