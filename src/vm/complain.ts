/** A listener's fault is its host's to hear of, and no reason to stop the machine. */
export function complain(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
