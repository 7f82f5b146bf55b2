import type { FunctionBuilder, Label } from '../../wasm';
import { i32 } from '../../wasm';
import { NEAR_LIMIT } from '../abi';
import { RECORD } from '../layout';
import type { ControlFlow } from './control-flow';
import { type JitFunctions, JitEmitter } from './jit-emitter';
import { knownOperands } from './operands';
import { nearTarget, type Region } from './region';
import type { RegionUse } from './region-use';

/**
 * Makes the function of a region: its blocks as structured control flow, after Ramsey ("Beyond Relooper"). Code of a block stands where the one
 * edge that leads to it is; where several do, behind a Wasm block that their branches leave; where some come back, in a Wasm loop.
 */
export class RegionEmitter extends JitEmitter {
  /** The block at hand. */
  private block = 0;
  private readonly forward = new Map<number, Label>();
  private readonly backward = new Map<number, Label>();

  constructor(
    f: FunctionBuilder,
    shared: JitFunctions,
    private readonly region: Region,
    private readonly flow: ControlFlow,
    use: RegionUse,
  ) {
    super(f, shared, region.blocks[0]!.start, use);
  }

  emit(): void {
    this.withExits(() => this.tree(0));
  }

  /** A block and all that it dominates. */
  private tree(block: number): void {
    // What is known where one edge leads here is not where several do.
    if (this.flow.isLoop[block] || this.flow.isMerge[block]) this.spChecked = false;
    const merges = this.flow.dominated[block]!.filter((other) => this.flow.isMerge[other]);
    if (!this.flow.isLoop[block]) return this.within(block, merges);
    this.f.loop((label) => {
      this.backward.set(block, label);
      this.within(block, merges);
    });
  }

  /** A block, with the merges it dominates behind it: the last first. */
  private within(block: number, [merge, ...rest]: readonly number[]): void {
    if (merge === undefined) return this.instructions(block);
    let fpChecked = false;
    this.f.block((label) => {
      this.forward.set(merge, label);
      fpChecked = this.fpChecked;
      this.within(block, rest);
    });
    this.fpChecked = fpChecked;
    this.tree(merge);
  }

  private instructions(block: number): void {
    const { f } = this;
    const { start, instructions } = this.region.blocks[block]!;
    const { xDirty, vDirty, flags } = this.use.blocks[block]!;
    this.block = block;
    this.xDirty = xDirty;
    this.vDirty = vDirty;
    // A constant operand is known only on a way of its own.
    if (this.flags.in !== flags || this.flow.isMerge[block] || this.flow.isLoop[block]) this.flags = { in: flags };
    this.position = start;
    if (block === 0 || this.flow.isLoop[block]) this.checkBudget(block);
    instructions.forEach((instruction, i) => {
      this.instruction = instruction;
      this.position = start + i;
      const { row, decoded, fields } = instruction;
      f.temporaries(() => row.meaning(this, knownOperands(decoded), fields));
    });
    const { row } = instructions.at(-1)!;
    if (row.branch !== 'always' && !row.indirect) f.temporaries(() => this.next());
  }

  /** Leaves if the budget might end on the way from here to the next such check: the interpreter meets its end exactly. */
  private checkBudget(block: number): void {
    const way = i32.const(this.use.longestWay[block]! * RECORD.SIZE);
    this.f.if(i32.gtS(i32.add(i32.add(this.acc, this.rec), way), i32.const(0)), () => this.leave());
  }

  /** Goes on at a block of the region: false if it has no such edge. */
  private goTo(next: number | undefined): boolean {
    const { block } = this;
    if (next === undefined || !this.flow.successors[block]!.includes(next)) return false;
    this.flags = this.lazyFlags.bring(this.flags, this.use.blocks[next]!.flags);
    if (this.flow.place[next]! <= this.flow.place[block]!) this.f.br(this.backward.get(next)!);
    else if (this.flow.isMerge[next]) this.f.br(this.forward.get(next)!);
    else this.tree(next);
    return true;
  }

  override branch(): void {
    const { f, position, block } = this;
    const target = nearTarget(this.instruction, position);
    if (target === undefined) return super.branch();
    const before = this.place();
    const { taken } = this.region.blocks[block]!;
    const skipped = (position + 1 - target) * RECORD.SIZE;
    if (taken !== undefined && this.flow.successors[block]!.includes(taken)) {
      f.set(f.params[2]!, i32.add(this.acc, i32.const(skipped)));
      this.conditional = 0;
      this.goTo(taken);
    } else {
      this.leaving(1);
      this.leaveTo(target, skipped);
    }
    // The way straight on begins here, too.
    Object.assign(this, before);
  }
  private place() {
    const { instruction, position, block, flags, flagsSet, conditional, fpChecked, spChecked, xDirty, vDirty } = this;
    return { instruction, position, block, flags, flagsSet, conditional, fpChecked, spChecked, xDirty, vDirty };
  }

  override next(): void {
    if (this.goTo(this.region.blocks[this.block]!.next)) return;
    this.leaving(1);
    this.leaveTo(this.position + 1, 0);
  }

  /** Goes on at another place of the page, outside of the region. */
  private leaveTo(position: number, skipped: number): void {
    const { f } = this;
    const record = this.let(this.recordAt(position));
    const acc = this.let(i32.add(this.acc, i32.const(skipped)));
    f.if(i32.gtS(i32.add(acc, record), i32.const(-NEAR_LIMIT)), () => f.tailCall(this.shared.near, this.cpu, record, acc));
    this.arrive(record, acc);
  }
}
