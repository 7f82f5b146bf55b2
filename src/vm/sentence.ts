/** Faults that no person caused: of the program, or of the engine under it. */
const OUR_FAULTS: readonly string[] = [
  'TypeError',
  'ReferenceError',
  'RangeError',
  'SyntaxError',
  'RuntimeError',
  'CompileError',
  'LinkError',
];

/** What went wrong as one sentence for a person, on one line, whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return isOurs(error) ? faultOf(error) : closed(messageOf(error));
}

/** The same for what is known to be a fault of Dormouse. */
export const faultOf = (error: unknown): string => closed(`Dormouse itself failed: ${messageOf(error)}`);

/** An Error with that sentence. It keeps the name of what was thrown, where that is no fault of Dormouse: a host may have something to offer. */
export function toldError(error: unknown): Error {
  const told = new Error(sentenceOf(error));
  if (error instanceof Error && !isOurs(error)) told.name = error.name;
  return told;
}

const isOurs = (error: unknown): boolean => error instanceof Error && OUR_FAULTS.includes(error.name);

function messageOf(error: unknown): string {
  const thrown = typeof error === 'object' && error !== null ? (error as { message?: unknown; name?: unknown }) : undefined;
  // Not all that has a message is an Error: DOMExceptions are none everywhere.
  return String(thrown?.message || thrown?.name || error);
}

function closed(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
