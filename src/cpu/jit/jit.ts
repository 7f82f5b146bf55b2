import type { Compiler, Engine } from '../engine';
import { type Block, readBlock } from './block';
import { compileBlocks } from './compile';
import { endOf, Translations, translationKey } from './translations';

/** Samples at an entry before it is compiled; entries compiled together in one module; samples that a smaller batch waits for more. */
const HOT = 2;
const BATCH = 12;
const PATIENCE = 24;
/**
 * Modules made, of a handful of blocks each, before all of them are let go of and what is hot is compiled anew. A Debian that boots makes some 450.
 * Each costs the host about 100 KiB (V8 of Node 20, which copies the function table into each) or 15 KiB (of 26).
 */
const MAX_MODULES = 768;

/** What is known of a page of records. */
interface Page {
  /** Samples by entry. */
  heat: Map<number, number>;
  /** Entries with compiled blocks. */
  compiled: Set<number>;
}

/**
 * Compiles blocks where samples say that time is spent. Samples are taken at the ends of slices, so under the virtual clock what gets
 * compiled when is a function of the guest's run, too. Compilation is synchronous for the same reason.
 */
export class Jit implements Compiler {
  private readonly pages = new Map<number, Page>();
  private readonly queue = new Set<number>();
  /** Samples since the queue was empty. */
  private waited = 0;
  readonly translations: Translations;
  /** Modules that are linked. */
  private modules = 0;
  /** Blocks compiled so far, those included that were dropped again. */
  compiledBlocks = 0;

  constructor(
    private readonly engine: Engine,
    private readonly limit = MAX_MODULES,
  ) {
    this.translations = new Translations(engine.records.handlers, (entry) => this.detached(entry));
  }

  private page(record: number): Page {
    const base = this.engine.records.baseOf(record);
    let page = this.pages.get(base);
    if (!page) {
      page = { heat: new Map(), compiled: new Set() };
      this.pages.set(base, page);
    }
    return page;
  }

  sample(record: number): void {
    if (!record) return;
    if (this.translations.at(record)) return;
    const { heat } = this.page(record);
    const samples = (heat.get(record) ?? 0) + 1;
    heat.set(record, samples);
    if (samples === HOT) this.queue.add(record);
    if (this.queue.size >= BATCH || (this.queue.size > 0 && ++this.waited >= PATIENCE)) this.compileQueue();
  }

  private compileQueue(): void {
    const { engine, translations } = this;
    if (this.modules >= this.limit) this.startOver();
    const made = new Map<string, Block>();
    const wanted: { entry: number; key: string }[] = [];
    for (const entry of this.queue) {
      const block = readBlock(engine.ram, engine.records, engine.decoder, entry);
      if (!block) continue;
      const key = translationKey(block.words, block.pageOffset);
      wanted.push({ entry, key });
      if (!translations.find(key)) made.set(key, block);
    }
    this.queue.clear();
    this.waited = 0;
    this.compile(made);
    for (const { entry, key } of wanted) {
      translations.attach(translations.find(key)!, entry);
      this.page(entry).compiled.add(entry);
    }
  }

  private compile(blocks: ReadonlyMap<string, Block>): void {
    if (blocks.size === 0) return;
    const { engine } = this;
    const slots = Array.from(blocks, () => engine.handlerTable.take());
    const bytes = compileBlocks([...blocks.values()], engine.handlers, slots);
    engine.instantiate(bytes);
    this.modules++;
    let i = 0;
    for (const [key, block] of blocks) this.translations.add(key, slots[i++]!, block.instructions.length);
    this.compiledBlocks += blocks.size;
  }

  /**
   * Host memory is let go of by whole modules, and for certain only with all of them: what is still hot is soon compiled again.
   */
  private startOver(): void {
    this.translations.clear();
    this.engine.dropModules();
    this.modules = 0;
  }

  private detached(entry: number): void {
    const page = this.page(entry);
    page.compiled.delete(entry);
    // It may become hot again.
    page.heat.delete(entry);
  }

  pageDropped(base: number): void {
    const page = this.pages.get(base);
    if (!page) return;
    for (const entry of page.compiled) this.translations.detach(entry);
    for (const entry of page.heat.keys()) this.queue.delete(entry);
    this.pages.delete(base);
  }

  overwritten(base: number, first: number, end: number): void {
    this.detachWhere(base, (entry, behind) => entry < end && first < behind);
  }

  interrupted(base: number, record: number): void {
    this.detachWhere(base, (entry, behind) => entry < record && record < behind);
  }

  private detachWhere(base: number, isSo: (entry: number, behind: number) => boolean): void {
    const page = this.pages.get(base);
    if (!page) return;
    for (const entry of page.compiled) {
      if (isSo(entry, endOf(this.translations.at(entry)!, entry))) this.translations.detach(entry);
    }
  }
}
