import type { Subject } from './subject';
import { controlFlow } from './subjects/control-flow';
import { deviceAccesses } from './subjects/device-accesses';
import { deviceTrees } from './subjects/device-trees';
import { diskContents } from './subjects/disk-contents';
import { firmwareArguments } from './subjects/firmware-arguments';
import { instructionStreams } from './subjects/instruction-streams';
import { kernels } from './subjects/kernels';
import { pageTables } from './subjects/page-tables';
import { virtioQueues } from './subjects/virtio-queues';

/** Everything but snapshots, which have a campaign of their own. */
export const SUBJECTS: readonly Subject[] = [
  deviceAccesses,
  virtioQueues,
  instructionStreams,
  controlFlow,
  pageTables,
  firmwareArguments,
  kernels,
  deviceTrees,
  diskContents,
];
