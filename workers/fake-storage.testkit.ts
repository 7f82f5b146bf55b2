/** A folder of the Origin Private File System in memory, as a worker sees it in a browser without `createWritable` and `move`. */

interface FakeFile {
  /** How often it was written to: a clock of its own. */
  changes: number;
  bytes: Uint8Array<ArrayBuffer>;
  open: boolean;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

export class FakeFolder {
  readonly files = new Map<string, FakeFile>();
  /** Names that cannot be removed. */
  readonly stuck = new Set<string>();
  /** Bytes a file may have. */
  room = Number.POSITIVE_INFINITY;
  /** Files whose bytes cannot be flushed. */
  readonly broken = new Set<string>();
  /** Called before anything is done with a folder or a file: other tabs come in between here. */
  pause: () => Promise<void> = async () => {};

  put(name: string, text: string): void {
    this.files.set(name, { bytes: new TextEncoder().encode(text), open: false, changes: 0 });
  }

  async getFileHandle(name: string, options: { create?: boolean } = {}) {
    await this.pause();
    let file = this.files.get(name);
    if (!file) {
      if (!options.create) throw named('NotFoundError', `${name} is not there`);
      this.files.set(name, (file = { bytes: new Uint8Array(0), open: false, changes: 0 }));
    }
    return this.handle(name, file);
  }

  async removeEntry(name: string): Promise<void> {
    await this.pause();
    const file = this.files.get(name);
    if (!file) throw named('NotFoundError', `${name} is not there`);
    if (file.open || this.stuck.has(name)) throw named('NoModificationAllowedError', `${name} is locked`);
    this.files.delete(name);
  }

  async *[Symbol.asyncIterator]() {
    for (const [name, file] of [...this.files]) yield [name, this.handle(name, file)] as const;
  }

  private handle(name: string, file: FakeFile) {
    const resize = (size: number): void => {
      if (size > this.room) throw named('QuotaExceededError', 'no room');
      const bytes = new Uint8Array(size);
      bytes.set(file.bytes.subarray(0, size));
      file.bytes = bytes;
    };
    return {
      kind: 'file' as const,
      getFile: async () => ({
        size: file.bytes.length,
        lastModified: file.changes,
        text: async () => new TextDecoder().decode(file.bytes),
      }),
      createSyncAccessHandle: async () => {
        await this.pause();
        if (file.open) throw named('NoModificationAllowedError', 'somebody has it');
        file.open = true;
        await this.pause();
        return {
          read: (into: Uint8Array, { at }: { at: number }): number => {
            const part = file.bytes.subarray(at, at + into.length);
            into.set(part);
            return part.length;
          },
          /** A short count is what is left of the room. */
          write: (from: Uint8Array, { at }: { at: number }): number => {
            const count = Math.max(0, Math.min(from.length, 7, this.room - at));
            if (at + count > file.bytes.length) resize(at + count);
            file.bytes.set(from.subarray(0, count), at);
            file.changes++;
            return count;
          },
          truncate: resize,
          getSize: () => file.bytes.length,
          flush: () => {
            if (this.broken.has(name)) throw named('UnknownError', 'the device is gone');
          },
          close: () => {
            file.open = false;
          },
        };
      },
    };
  }
}

/** Web Locks, of as many tabs as share this object. */
export class FakeLocks {
  private readonly last = new Map<string, Promise<unknown>>();

  request<T>(name: string, action: () => Promise<T>): Promise<T> {
    const done = (this.last.get(name) ?? Promise.resolve()).then(action);
    this.last.set(
      name,
      done.catch(() => {}),
    );
    return done;
  }
}
