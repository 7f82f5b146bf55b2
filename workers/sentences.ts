import { toldError } from '../src/vm/sentence';

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
          throw toldError(error);
        }
      };
    },
  });
}
