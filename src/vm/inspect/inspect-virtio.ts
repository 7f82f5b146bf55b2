/** The virtio devices in words. Source of names: VIRTIO 1.2, chapters 2, 5 and 6. */
import { COMMAND, placeWords } from '../../machine/devices/pci/config-space';
import { BlockFeature } from '../../machine/devices/virtio/block-format';
import { VIRTIO_BAR } from '../../machine/devices/virtio/transport-pci';
import { ConsoleFeature } from '../../machine/devices/virtio/virtio-console';
import { DeviceId, Feature, Status } from '../../machine/devices/virtio/virtio-device';
import type { Machine, PluggedIn } from '../../machine/machine';
import { FIRST_SPI_INTID, virtioMmioRegion } from '../../machine/memory-map';
import type { NamedFeature, VirtioAnswer, VirtioPlace } from '../api/virtio';

interface Kind {
  readonly name: string;
  readonly features: Readonly<Record<string, bigint>>;
  /** What queue `index` is for. */
  readonly role: (index: number) => string;
}

/** Queues of a console: two for port 0, two for control, two for each port more; the first of each pair is filled by the device (5.3.2). */
function consoleRole(index: number): string {
  const pair = index >>> 1;
  const whose = pair === 0 ? 'port 0' : pair === 1 ? 'control' : `port ${pair - 1}`;
  return `${whose}, ${index % 2 === 0 ? 'to the guest' : 'from the guest'}`;
}

const KINDS: Readonly<Record<number, Kind>> = {
  [DeviceId.block]: { name: 'block device', features: BlockFeature, role: () => 'requests' },
  [DeviceId.console]: { name: 'console', features: ConsoleFeature, role: consoleRole },
  [DeviceId.entropy]: { name: 'entropy source', features: {}, role: () => 'requests' },
};

/** How far a driver has come with a device (3.1.1), in a sentence. */
function stageOf(status: number): string {
  if (status & Status.DEVICE_NEEDS_RESET) return 'The driver broke a rule: the device waits to be reset.';
  if (status & Status.FAILED) return 'The driver has given up on it.';
  if (status & Status.DRIVER_OK) return 'Its driver uses it.';
  if (status & Status.FEATURES_OK) return 'Driver and device have agreed on features; the queues are being set up.';
  if (status & Status.DRIVER) return 'A driver is there, and reads what the device offers.';
  if (status & Status.ACKNOWLEDGE) return 'The guest has noticed it; no driver took it yet.';
  return 'No driver has touched it since the reset.';
}

function featuresOf(kind: Kind | undefined, offered: bigint, negotiated: bigint): NamedFeature[] {
  return Object.entries({ ...kind?.features, ...Feature })
    .filter(([, bit]) => (offered & bit) !== 0n)
    .map(([name, bit]) => ({ name, negotiated: (negotiated & bit) !== 0n }));
}

function placeOf({ place }: PluggedIn): VirtioPlace {
  if ('slot' in place) return { place: `slot ${place.slot}`, base: virtioMmioRegion(place.slot).base };
  const { fn, pci } = place;
  const has = (bit: number): boolean => (pci.command & bit) !== 0;
  const memory = has(COMMAND.MEMORY);
  return {
    place: placeWords(fn),
    ...(memory && { base: pci.barAddress(VIRTIO_BAR) }),
    command: { memory, busMaster: has(COMMAND.BUS_MASTER), interruptsOff: has(COMMAND.INTERRUPT_DISABLE) },
  };
}

/** Where a device is, as a number: the last slot first, and functions in ascending order, which is how Linux finds them. */
const orderOf = ({ place }: PluggedIn): number => ('slot' in place ? -place.slot : place.fn);

export function inspectVirtio(machine: Machine): VirtioAnswer {
  return [...machine.virtio]
    .sort((a, b) => orderOf(a) - orderOf(b))
    .map((plugged) => {
      const { offered, negotiated, queues, ...view } = plugged.transport.view();
      const kind = KINDS[view.deviceId];
      return {
        ...view,
        ...placeOf(plugged),
        name: plugged.name,
        kind: kind?.name ?? `device ${view.deviceId}`,
        intid: FIRST_SPI_INTID + plugged.spi,
        statusNames: Object.entries(Status)
          .filter(([, bit]) => view.status & bit)
          .map(([bitName]) => bitName),
        stage: stageOf(view.status),
        features: featuresOf(kind, offered, negotiated),
        queues: queues.map((queue, index) => ({ ...queue, role: kind?.role(index) ?? 'queue' })),
      };
    });
}
