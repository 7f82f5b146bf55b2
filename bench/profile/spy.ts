/**
 * Puts functions around methods of objects that know nothing of it. The product has no counters for this: watched, it is the same code and
 * slower; unwatched, it is what it always was.
 */
export class Spy {
  private readonly undo: (() => void)[] = [];

  /** Calls `seen` after each call of a method of an object, or of all objects with this prototype, with `this`, result and arguments. */
  after<T extends object, K extends Methods<T>>(owner: T, name: K, seen: Seen<T, K>): void {
    const original = owner[name] as (...args: unknown[]) => unknown;
    const isOwn = Object.hasOwn(owner, name);
    const watched = function (this: T, ...args: unknown[]): unknown {
      const result = original.apply(this, args);
      (seen as (self: T, result: unknown, ...args: unknown[]) => void)(this, result, ...args);
      return result;
    };
    Object.defineProperty(owner, name, { value: watched, configurable: true, writable: true });
    this.undo.push(() => {
      if (isOwn) Object.defineProperty(owner, name, { value: original, configurable: true, writable: true });
      else Reflect.deleteProperty(owner, name);
    });
  }

  /** Takes all of them away again. */
  leave(): void {
    for (const undo of this.undo.reverse()) undo();
    this.undo.length = 0;
  }
}

type Method = (...args: never[]) => unknown;
type Methods<T> = { [K in keyof T]: T[K] extends Method ? K : never }[keyof T];
type Seen<T, K extends keyof T> = T[K] extends (...args: infer A) => infer R ? (self: T, result: R, ...args: A) => void : never;
