/** The files of the guest at hand: what lies in a folder, and what goes in and out through its agent, one file after the other. */
import type { VmWorker } from '../../vm/api';
import { sentenceOf } from '../../vm/sentence';
import { folderOf, freeName, type GuestEntry, joined, listCommand, parseListing, shellQuoted } from './guest-paths';
import { download } from './save-file-name';

/** What the files need of the session they are of. */
export interface FilesOwner {
  readonly view: { readonly agentReady: boolean };
  worker(): VmWorker;
  announce(sentence: string): void;
}

/** A file that somebody gives, and where it lies below the folder it goes to. */
export interface GivenFile {
  path: string;
  file: File;
}

export class Transfer {
  loaded = $state(0);
  total = $state(0);
  state = $state<'waiting' | 'moving' | 'done' | 'failed' | 'cancelled'>('waiting');
  /** What went wrong. */
  sentence = $state('');
  readonly controller = new AbortController();

  constructor(
    readonly id: number,
    readonly direction: 'in' | 'out',
    readonly path: string,
    readonly move: (transfer: Transfer) => Promise<void>,
    total: number,
  ) {
    this.total = total;
  }

  get over(): boolean {
    return this.state !== 'waiting' && this.state !== 'moving';
  }

  readonly progress = (loaded: number, total: number): void => {
    this.loaded = loaded;
    this.total = total;
  };

  cancel(): void {
    if (this.over) return;
    if (this.state === 'waiting') this.state = 'cancelled';
    this.controller.abort();
  }
}

/** Some of what is to go in is there already. */
export interface Clash {
  taken: string[];
  answer(how: 'replace' | 'both' | 'skip'): void;
}

/** Transfers that are over and stay in the list. */
const MOST_REMEMBERED = 20;
/** Where things land at first: a guest with our agent has it. */
const HOME = '/root';

export class GuestFiles {
  folder = $state(HOME);
  entries = $state.raw<GuestEntry[] | undefined>();
  /** Why the folder could not be listed. */
  failure = $state('');
  listing = $state(false);
  transfers = $state.raw<Transfer[]>([]);
  clash = $state.raw<Clash | undefined>();
  private lastId = 0;
  private moving = false;
  /** Numbers listings: an older one that comes late is of no interest. */
  private asked = 0;

  constructor(private readonly owner: FilesOwner) {}

  /** What is under way. */
  get underWay(): Transfer[] {
    return this.transfers.filter((transfer) => !transfer.over);
  }

  /** Another machine: its files are others, and what was under way has failed by itself. */
  begin(): void {
    this.clash = undefined;
    this.entries = undefined;
    this.failure = '';
    this.folder = HOME;
    this.transfers = this.underWay;
  }

  /** Goes to a folder, and lists it. */
  async open(folder: string): Promise<void> {
    const wanted = folderOf(folder);
    if (wanted === undefined) {
      this.failure = `“${folder.slice(0, 100)}” is no folder of the guest: write it from the root on, such as ${HOME}.`;
      return;
    }
    const number = ++this.asked;
    this.listing = true;
    try {
      const { status, output } = await this.owner.worker().exec(listCommand(wanted));
      if (number !== this.asked) return;
      if (status !== 0) {
        this.failure = `The guest has no folder ${wanted} that can be read: go to another, or make it with \`mkdir\`.`;
        return;
      }
      this.folder = wanted;
      this.entries = parseListing(output);
      this.failure = '';
    } catch (error) {
      if (number === this.asked) this.failure = sentenceOf(error);
    } finally {
      if (number === this.asked) this.listing = false;
    }
  }

  /** Copies files into the guest, below {@link folder}. Asks first what becomes of those of the same name. */
  async put(files: readonly GivenFile[]): Promise<void> {
    const { folder } = this;
    const wanted = files.map(({ path, file }) => ({ path: joined(folder, path), file }));
    let taken: ReadonlySet<string>;
    try {
      await this.makeFolders(wanted.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
      taken = await this.present(wanted.map(({ path }) => path));
    } catch (error) {
      this.failure = sentenceOf(error);
      return;
    }
    const how = taken.size > 0 ? await this.ask([...taken]) : 'replace';
    const used = new Set([...taken, ...wanted.map(({ path }) => path)]);
    for (const { path, file } of wanted) {
      if (taken.has(path) && how === 'skip') continue;
      const target = taken.has(path) && how === 'both' ? freeName(path, (each) => used.has(each)) : path;
      used.add(target);
      this.add('in', target, file.size, (transfer) =>
        this.owner.worker().putFile(target, file, transfer.progress, transfer.controller.signal),
      );
    }
  }

  /** Copies a file out of the guest, into the person's downloads. */
  take(path: string, size = 0): void {
    this.add('out', path, size, async (transfer) => {
      const bytes = await this.owner.worker().getFile(path, transfer.progress, transfer.controller.signal);
      download(new Blob([bytes as Uint8Array<ArrayBuffer>]), path.slice(path.lastIndexOf('/') + 1));
    });
  }

  /** Copies a folder out of the guest, with all that is in it, as one archive. */
  takeFolder(path: string): void {
    this.add('out', `${path}.tar`, 0, async (transfer) => {
      const bytes = await this.owner.worker().getFolder(path, transfer.progress, transfer.controller.signal);
      download(
        new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/x-tar' }),
        `${path.slice(path.lastIndexOf('/') + 1)}.tar`,
      );
    });
  }

  private async makeFolders(folders: readonly string[]): Promise<void> {
    const needed = [...new Set(folders)].filter((folder) => folder !== this.folder);
    if (needed.length === 0) return;
    const { status, output } = await this.owner.worker().exec(`mkdir -p -- ${needed.map(shellQuoted).join(' ')}`);
    if (status !== 0) throw new Error(`A folder could not be made in the guest: ${output.trim().replace(/\.$/, '')}.`);
  }

  private async present(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const list = paths.map(shellQuoted).join(' ');
    const { output } = await this.owner
      .worker()
      .exec(`i=0; for f in ${list}; do if [ -e "$f" ] || [ -L "$f" ]; then echo $i; fi; i=$((i + 1)); done`);
    return new Set(output.split('\n').flatMap((line) => (line === '' ? [] : (paths[Number(line)] ?? []))));
  }

  private ask(taken: string[]): Promise<'replace' | 'both' | 'skip'> {
    this.clash?.answer('skip');
    return new Promise((resolve) => {
      this.clash = {
        taken,
        answer: (how) => {
          this.clash = undefined;
          resolve(how);
        },
      };
    });
  }

  private add(direction: 'in' | 'out', path: string, total: number, move: (transfer: Transfer) => Promise<void>): void {
    const transfer = new Transfer((this.lastId += 1), direction, path, move, total);
    this.transfers = [transfer, ...this.transfers.filter(({ over }, index) => !over || index < MOST_REMEMBERED)];
    if (!this.moving) void this.work();
  }

  private async work(): Promise<void> {
    this.moving = true;
    let landed = false;
    for (let next = this.nextWaiting(); next; next = this.nextWaiting()) {
      await this.carryOut(next);
      landed ||= next.direction === 'in' && next.state === 'done';
    }
    this.moving = false;
    if (landed && this.entries && this.owner.view.agentReady) await this.open(this.folder);
  }

  /** The one that was asked for first. */
  private nextWaiting(): Transfer | undefined {
    return this.transfers.filter(({ state }) => state === 'waiting').at(-1);
  }

  private async carryOut(transfer: Transfer): Promise<void> {
    const name = transfer.path.slice(transfer.path.lastIndexOf('/') + 1);
    transfer.state = 'moving';
    try {
      await transfer.move(transfer);
      transfer.state = 'done';
      this.owner.announce(transfer.direction === 'in' ? `${name} is in the guest.` : `${name} came out of the guest.`);
    } catch (error) {
      const given = transfer.controller.signal.aborted;
      transfer.state = given ? 'cancelled' : 'failed';
      transfer.sentence = given ? '' : sentenceOf(error);
      if (!given) this.owner.announce(transfer.sentence);
    }
  }
}
