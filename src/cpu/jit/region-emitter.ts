import { type Expr, type FunctionBuilder, i32, i64, type Label, type Local } from '../../wasm';
import { NEAR_LIMIT } from '../abi';
import { CODE_TLB, CPU } from '../layout';
import type { ControlFlow } from './control-flow';
import { JitEmitter, type JitFunctions } from './jit-emitter';
import { branchTarget, pageOf, type Region } from './region';
import type { RegionUse } from './region-use';
import { NOTHING_KNOWN } from './vector-locals';

/** Targets of BR that are compared one by one: a table has an entry for every instruction between them. */
const FEW_TARGETS = 4;

/**
 * Makes the function of a region: its blocks as structured control flow, after Ramsey ("Beyond Relooper"). Code of a block stands where the one
 * edge that leads to it is; where several do, behind a Wasm block that their branches leave; where some come back, in a Wasm loop.
 */
export class RegionEmitter extends JitEmitter {
  /** The block at hand. */
  private block = 0;
  private readonly forward = new Map<number, Label>();
  private readonly backward = new Map<number, Label>();
  /** Where BR goes: a virtual address. */
  private jumpTarget: Local | undefined;

  constructor(
    f: FunctionBuilder,
    shared: JitFunctions,
    region: Region,
    private readonly flow: ControlFlow,
    use: RegionUse,
    cell: number,
  ) {
    super(f, shared, region, use, cell);
  }

  emit(): void {
    this.withExits(() => this.tree(0));
  }

  /** A block and all that it dominates. */
  private tree(block: number): void {
    // What is known where one edge leads here is not where several do.
    if (this.flow.isMerge[block]) this.vectors.mark = NOTHING_KNOWN;
    else if (this.flow.isLoop[block]) this.vectors.forget();
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
    const { start, instructions, targets } = this.region.blocks[block]!;
    const { xDirty, vDirty, flags, uses, members } = this.use.blocks[block]!;
    this.block = block;
    if (this.flow.isMerge[block] || this.flow.isLoop[block]) this.skipped = 0;
    this.xDirty = xDirty;
    this.vDirty = vDirty;
    // A constant operand is known only on a way of its own.
    if (this.flags.in !== flags || this.flow.isMerge[block] || this.flow.isLoop[block]) this.flags = { in: flags };
    this.position = start;
    if (targets) return f.temporaries(() => this.dispatch(targets));
    if (block === 0 || this.flow.isLoop[block]) this.checkBudget(this.use.longestWay[block]!);
    instructions.forEach((instruction, i) => {
      this.instruction = instruction;
      this.position = start + i;
      const { row, fields } = instruction;
      this.members = members[i]!;
      this.accessed = 0;
      this.vectors.begin();
      f.temporaries(() => row.meaning(this, uses[i]!.operands, fields));
    });
    const { row } = instructions.at(-1)!;
    if (row.branch !== 'always' && !row.indirect) f.temporaries(() => this.next());
  }

  private hasEdgeTo(next: number | undefined): next is number {
    return next !== undefined && this.flow.successors[this.block]!.includes(next);
  }

  /** Before going on at a block of the region: leaves if that is in a page which may be another one now. */
  private checkWayTo(next: number, leave: () => void): void {
    const page = pageOf(this.region.blocks[next]!.start);
    if (!this.use.blocks[this.block]!.pages.has(page)) this.checkPage(page, leave);
  }

  /** Goes on at a block of the region. */
  private goTo(next: number): void {
    const { block } = this;
    this.flags = this.lazyFlags.bring(this.flags, this.use.blocks[next]!.flags);
    const isBack = this.flow.place[next]! <= this.flow.place[block]!;
    if (isBack || this.flow.isMerge[next] || this.flow.isLoop[next]) this.settleCount();
    if (isBack || this.flow.isMerge[next]) {
      this.vectors.settle();
      this.f.br((isBack ? this.backward : this.forward).get(next)!);
    } else this.tree(next);
  }

  /** The instruction at hand goes on at a block of the region by a branch. `otherwise` if that has no such edge. What follows is the way straight on. */
  private branchTo(to: number | undefined, otherwise: () => void): void {
    const before = this.place();
    const { mark } = this.vectors;
    if (this.hasEdgeTo(to)) {
      // The interpreter branches once more.
      this.checkWayTo(to, () => this.leave());
      this.skipTo(this.region.blocks[to]!.start);
      this.conditional = 0;
      this.goTo(to);
    } else otherwise();
    Object.assign(this, before);
    this.vectors.mark = mark;
  }
  /** All that is known of where the code at hand is. */
  private place() {
    return {
      instruction: this.instruction,
      position: this.position,
      skipped: this.skipped,
      block: this.block,
      flags: this.flags,
      flagsSet: this.flagsSet,
      conditional: this.conditional,
      fpChecked: this.fpChecked,
      spChecked: this.spChecked,
      xDirty: this.xDirty,
      vDirty: this.vDirty,
      members: this.members,
      accessed: this.accessed,
    };
  }

  override branch(): void {
    const target = branchTarget(this.instruction, this.position)!;
    this.branchTo(this.region.blocks[this.block]!.taken, () => {
      if (pageOf(target) !== pageOf(this.position)) return super.branch();
      this.leaving(1);
      this.leaveTo(this.let(this.recordAt(target)));
    });
  }

  override jump(target: Expr, btype?: Expr): void {
    const { f } = this;
    // Copies of memory go on at themselves, in the middle of a block.
    if (!this.instruction.row.indirect) return super.jump(target, btype);
    const { returns, taken, isSure } = this.region.blocks[this.block]!;
    const inside = this.hasEdgeTo(taken) ? taken : undefined;
    if (inside !== undefined && this.region.blocks[inside]!.targets) return this.jumpToHub(inside, this.let(target), btype);
    const known = [...returns, ...(inside === undefined ? [] : [inside])].filter((to) => this.hasEdgeTo(to));
    if (!known.length) return super.jump(target, btype);
    const address = this.let(target);
    const elsewhere = (): void => super.jump(address, btype);
    if (isSure) return this.arm(known[0]!, elsewhere);
    const distance = this.let(this.fromEntry(address));
    for (const to of known) {
      const { start } = this.region.blocks[to]!;
      f.if(i64.eq(distance, i64.const((start - this.region.blocks[0]!.start) * 4)), () => {
        if (btype) this.noteBranchType(address, btype, elsewhere);
        this.arm(to, elsewhere);
      });
    }
    elsewhere();
  }

  /** The instruction at hand goes on at a block of the region, if that is where it was. What follows is another way. */
  private arm(to: number, elsewhere: () => void): void {
    const before = this.place();
    const { mark } = this.vectors;
    this.checkWayTo(to, elsewhere);
    this.skipTo(this.region.blocks[to]!.start);
    this.conditional = 0;
    this.goTo(to);
    Object.assign(this, before);
    this.vectors.mark = mark;
  }

  /** What the shared function does for an indirect branch: into a guarded page, or one that is not known, that function goes. */
  private noteBranchType(address: Expr, btype: Expr, elsewhere: () => void): void {
    const { f, cpu } = this;
    const entry = this.codeEntry(address);
    const isOther = i64.ne(f.load('i64', entry, CODE_TLB.TAG), i64.and(address, i64.const(~0xffcn)));
    const isGuarded = i32.and(f.load('i32', entry, CODE_TLB.FLAGS), i32.const(CODE_TLB.GUARDED));
    f.if(i32.or(isOther, isGuarded), elsewhere, undefined, false);
    f.store('i32', cpu, this.countAfter(), CPU.BTYPE_AT);
    f.store('i32', cpu, btype, CPU.BTYPE_NEXT);
  }

  /** Goes to the block without instructions that leads on to where BR goes; `btype` as {@link jump} has it. */
  private jumpToHub(hub: number, address: Expr, btype: Expr | undefined): void {
    const { f } = this;
    if (btype) this.noteBranchType(address, btype, () => super.jump(address, btype));
    this.jumpTarget ??= f.lasting('i64');
    f.set(this.jumpTarget, address);
    this.skipTo(this.region.blocks[hub]!.start);
    this.goTo(hub);
  }

  /** Goes on at one of these blocks, or wherever else BR leads. Nothing is retired here, so the place is one before where others go on from. */
  private dispatch(targets: readonly number[]): void {
    const { f } = this;
    this.position--;
    const address = f.get(this.jumpTarget!);
    const elsewhere = (): void => super.jump(address);
    f.if(this.isShortOf(1 + this.use.longestWay[this.block]!), elsewhere, undefined, false);
    const known = targets.filter((block) => this.hasEdgeTo(block));
    if (!known.length) return elsewhere();
    const distance = this.let(this.fromEntry(address));
    const from = (block: number): number => this.region.blocks[block]!.start - this.region.blocks[0]!.start;
    if (known.length <= FEW_TARGETS) {
      for (const to of known) f.if(i64.eq(distance, i64.const(from(to) * 4)), () => this.arm(to, elsewhere));
      return elsewhere();
    }
    const places = known.map(from);
    const lowest = Math.min(...places);
    const span = Math.max(...places) - lowest + 1;
    const index = this.let(i64.rotr(i64.sub(distance, i64.const(lowest * 4)), i64.const(2)));
    f.block((outside) => {
      const arms: Label[] = [];
      const within = (left: number): void => {
        if (left === 0) {
          f.brIf(outside, i64.geU(index, i64.const(span)));
          const labels = Array.from({ length: span }, (_, i) => arms[places.indexOf(lowest + i)] ?? outside);
          f.brTable(i32.wrap(index), labels, outside);
          return;
        }
        f.block((label) => {
          arms[left - 1] = label;
          within(left - 1);
        });
        this.arm(known[left - 1]!, elsewhere);
      };
      within(known.length);
    });
    elsewhere();
  }

  override next(): void {
    const { next } = this.region.blocks[this.block]!;
    if (this.hasEdgeTo(next)) {
      this.checkWayTo(next, () => this.leaveBehind());
      this.goTo(next);
      return;
    }
    if (pageOf(this.position + 1) !== pageOf(this.position)) return super.jump(i64.add(this.pc(), i64.const(4)));
    this.leaving(1);
    this.leaveTo(this.let(this.recordBehind()));
  }

  /** Goes on at another record of the page, outside of the region. */
  private leaveTo(record: Expr): void {
    const { f } = this;
    this.enterPage();
    const count = this.let(this.countAfter());
    const acc = this.let(i32.sub(count, record));
    f.if(i32.gtS(count, i32.const(-NEAR_LIMIT)), () => f.tailCall(this.shared.near, this.cpu, record, acc));
    this.arrive(record, acc);
  }
}
