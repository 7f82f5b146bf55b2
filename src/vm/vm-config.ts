import { CPU_MODEL_NAMES, GIC_VERSIONS, LIMITS, VIRTIO_TRANSPORTS, type VmConfig } from './api';

/** Checks what a person chose. Throws one sentence naming the value. */
export function checkConfig(config: VmConfig): void {
  const { vcpus, memoryMiB } = config;
  if (!Number.isInteger(vcpus) || vcpus < LIMITS.minVcpus || vcpus > LIMITS.maxVcpus) {
    throw new Error(`${vcpus} vCPUs are not possible: choose ${LIMITS.minVcpus} to ${LIMITS.maxVcpus}.`);
  }
  if (!Number.isInteger(memoryMiB) || memoryMiB < LIMITS.minMemoryMiB || memoryMiB > LIMITS.maxMemoryMiB) {
    throw new Error(`${memoryMiB} MiB of memory are not possible: choose ${LIMITS.minMemoryMiB} to ${LIMITS.maxMemoryMiB}.`);
  }
  if (config.cpu !== undefined && !CPU_MODEL_NAMES.includes(config.cpu))
    throw new Error(`The CPU model “${config.cpu}” is not known: choose ${CPU_MODEL_NAMES.join(', ')}.`);
  if (!GIC_VERSIONS.includes(config.gic))
    throw new Error(`GIC version ${config.gic} is not implemented: choose ${GIC_VERSIONS.join(' or ')}.`);
  if (config.virtio !== undefined && !VIRTIO_TRANSPORTS.includes(config.virtio))
    throw new Error(`The virtio transport “${config.virtio}” is not known: choose ${VIRTIO_TRANSPORTS.join(' or ')}.`);
}
