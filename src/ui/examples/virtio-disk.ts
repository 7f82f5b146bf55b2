import type { Example } from './example';
import source from './virtio-disk.s?raw';

export const virtioDisk: Example = {
  name: 'virtio-disk',
  title: 'A virtio disk',
  summary: 'Reads and writes a sector: queue, descriptors, notification.',
  about: [
    'A virtio device is told what to do by a queue in memory. A request is a chain of three descriptors: what to do and where (16 bytes that the device reads), the data, and one byte for the status, which the device writes. Its number goes into the available ring, one store to the device’s QueueNotify says that there is something, and the used ring tells that it is done.',
    'The driver is in `virtio.inc`; step into `virtio_disk_request` to see each of the stores. It waits for the used ring by looking; a kernel would take an interrupt.',
    'The program counts its runs in the disk’s first sector. Press Run again: the number goes up. This disk is in the memory of the page, and gone with it.',
    'Read sector 2048 of the 1 MiB disk, one behind the last: the status is 1, an I/O error.',
  ],
  source,
  machine: { diskMiB: 1 },
};
