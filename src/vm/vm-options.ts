import type { SectionTaker } from '../machine/saved-machine';
import type { BlockDevice } from '../storage/block-device';
import type { BootImages, VmConfig } from './api';
import type { EventListener } from './event-stream';
import type { VmHost } from './host';

/** What a virtual machine is built from. */
export interface VmOptions {
  config: VmConfig;
  images: BootImages;
  disks?: readonly BlockDevice[];
  /**
   * What the firmware's variables are kept in: as large as a bank of flash, zeros or what a machine left there. Held, and closed, by whoever gives it. A restored machine brings its own variables
   * along: they are written there. Left out: they are gone with the machine.
   */
  variables?: BlockDevice;
  host: VmHost;
  onEvents: EventListener;
  /** Tell every firmware call, however many there are. */
  allCalls?: boolean;
  /** Tell what the vCPUs do when, as events. */
  trace?: boolean;
  /** Keep its past from power-on, however much memory it uses. */
  past?: boolean;
  /** Stop at SYSTEM_RESET instead of booting again. */
  noReboot?: boolean;
  /** Boot although that would destroy what sleeps on a disk, or so it seems. */
  wakeAnyway?: boolean;
  /** Aborted when nobody wants the machine any more: building it is given up then, at the next breath. */
  signal?: { readonly aborted: boolean };
}

export interface RestoreOptions extends Omit<VmOptions, 'images'> {
  /** Leave the saved pseudo-registers out. */
  skipRegisters?: boolean;
  /**
   * Those of {@link VmOptions.disks} that were made to take what the snapshot carries. The first must be those of the snapshot, in its order
   * (`pairDisks`), and the others of them be as they were when it was saved. What follows is new to the guest.
   */
  emptyDisks?: ReadonlySet<BlockDevice>;
  /** Takes the sections that the saving host had added. */
  others?: SectionTaker;
}
