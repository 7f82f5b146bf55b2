import { FIXED_HANDLER, TABLE_SIZE } from '../abi';
import type { Compiler, Engine } from '../engine';
import { RECORD } from '../layout';
import type { Vcpu } from '../vcpu';
import { type Block, endOfBlock, readBlock } from './block';
import { compileBlocks } from './compile';

/** Samples at an entry before it is compiled; entries compiled together in one module; samples that a smaller batch waits for more. */
const HOT = 2;
const BATCH = 12;
const PATIENCE = 24;

interface Compiled {
  entry: number;
  end: number;
  index: number;
}

/**
 * Compiles blocks where samples say that time is spent. Samples are taken at the ends of slices, so under the virtual clock what gets
 * compiled when is a function of the guest's run, too. Compilation is synchronous for the same reason.
 */
export class Jit implements Compiler {
  private readonly heat = new Map<number, number>();
  private readonly queue = new Set<number>();
  /** Samples since the queue was empty. */
  private waited = 0;
  private readonly byPage = new Map<number, Compiled[]>();
  private readonly firstIndex: number;
  private nextIndex: number;
  compiledBlocks = 0;

  constructor(private readonly engine: Engine) {
    this.firstIndex = FIXED_HANDLER.FIRST + engine.handlers.specs.length;
    this.nextIndex = this.firstIndex;
  }

  sample(vcpu: Vcpu, record: number): void {
    if (!record || this.handlerIsCompiled(record, vcpu)) return;
    const heat = (this.heat.get(record) ?? 0) + 1;
    this.heat.set(record, heat);
    if (heat === HOT) this.queue.add(record);
    if (this.queue.size >= BATCH || (this.queue.size > 0 && ++this.waited >= PATIENCE)) this.compileQueue(vcpu);
  }

  private handlerIsCompiled(record: number, vcpu: Vcpu): boolean {
    return this.engine.records.handler(record, vcpu) >= this.firstIndex;
  }

  private compileQueue(vcpu: Vcpu): void {
    const { engine } = this;
    const blocks: Block[] = [];
    for (const entry of this.queue) {
      const block = readBlock(engine.ram, engine.records, engine.decoder, vcpu, entry);
      if (block) blocks.push(block);
    }
    this.queue.clear();
    this.waited = 0;
    if (blocks.length === 0) return;
    if (this.nextIndex + blocks.length > TABLE_SIZE) this.dropAll();
    const bytes = compileBlocks(blocks, engine.handlers, this.nextIndex);
    const { memory } = engine.views;
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { ...engine.exports, memory, table: engine.table } });
    for (const block of blocks) {
      const compiled = { entry: block.entry, end: endOfBlock(block), index: this.nextIndex++ };
      const page = this.byPage.get(block.base);
      if (page) page.push(compiled);
      else this.byPage.set(block.base, [compiled]);
      engine.records.setHandler(block.entry, compiled.index, vcpu);
      this.compiledBlocks++;
    }
  }

  private restore(compiled: Compiled): void {
    const { engine } = this;
    if (engine.records.handler(compiled.entry, engine.running) !== compiled.index) return;
    const original = engine.views.u16[(compiled.entry + RECORD.ORIGINAL) >>> 1]!;
    engine.records.setHandler(compiled.entry, original, engine.running);
  }

  private dropAll(): void {
    for (const page of this.byPage.values()) for (const compiled of page) this.restore(compiled);
    this.byPage.clear();
    this.heat.clear();
    this.nextIndex = this.firstIndex;
  }

  pageDropped(base: number): void {
    this.byPage.delete(base);
    const end = base + RECORD.PAGE_STRIDE;
    for (const record of this.heat.keys()) if (record >= base && record < end) this.heat.delete(record);
    for (const record of this.queue) if (record >= base && record < end) this.queue.delete(record);
  }

  overwritten(base: number, first: number, end: number): void {
    const page = this.byPage.get(base);
    if (!page) return;
    const kept = page.filter((compiled) => {
      const touched = compiled.entry < end && first < compiled.end;
      if (touched) this.restore(compiled);
      return !touched;
    });
    this.byPage.set(base, kept);
  }
}
