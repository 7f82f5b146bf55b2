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

/** What went wrong as one sentence for a person. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error) && !(typeof DOMException !== 'undefined' && error instanceof DOMException)) return String(error);
  const message = error.message || error.name;
  return OUR_FAULTS.includes(error.name) ? `Dormouse itself failed: ${message}` : message;
}

/**
 * The same object, whose methods reject with an Error of one sentence, whatever was thrown inside, or by `first`, which each call calls before.
 * `this` is bound.
 */
export function inSentences<T extends object>(target: T, first: () => void = () => {}): T {
  return new Proxy(target, {
    get(_, key) {
      const value = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]): Promise<unknown> => {
        try {
          first();
          return await value.apply(target, given);
        } catch (error) {
          throw new Error(sentenceOf(error));
        }
      };
    },
  });
}
