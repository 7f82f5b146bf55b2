/** Names of the ports of the machine's virtio consoles, which a guest finds them by (Virtual I/O Device 1.2, 5.3.6.2, VIRTIO_CONSOLE_PORT_NAME). */

/** The port our agent in the guest listens on. */
export const AGENT_PORT = 'org.dormouse.agent.0';
/** The port that files go through. */
export const FILES_PORT = 'org.dormouse.files.0';
