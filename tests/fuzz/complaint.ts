/** What is wrong with an error's words, if anything: people are to read them. */
export function complaintAbout(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `no Error was thrown: ${String(error)}`;
  const raw = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  if (raw) return `a raw ${error.name}: ${error.stack}`;
  const { message } = error;
  if (!/^[“A-Z0-9]/.test(message) || !/\.$/.test(message) || /\n/.test(message)) return `no sentence: ${message}`;
  if (message.length > 500) return `a long sentence: ${message.slice(0, 600)}`;
  if (/undefined|\[object|cannot read prop|is not a function/i.test(message)) return `inner words: ${message}`;
  return undefined;
}

/** The words of a refusal. Throws if they are none for people. */
export function refusalOf(error: unknown): string {
  const complaint = complaintAbout(error);
  if (complaint) throw new Error(complaint);
  return (error as Error).message;
}
