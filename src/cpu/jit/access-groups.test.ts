import { describe, expect, it } from 'vitest';
import { A64 } from '../../isa';
import { assemble } from '../../isa/text/assemble';
import { HANDLER_TYPE, INDIRECT_TYPE, JUMP_TYPE } from '../abi';
import { bareCpu } from '../bare-cpu.testkit';
import { Decoder } from '../decoder';
import { enumerateHandlers } from '../handlers';
import { decodeContextOf } from '../sysreg-access';
import { accessGroups } from './access-groups';
import { InstructionUses } from './instruction-use';

const decoder = new Decoder(
  enumerateHandlers(A64),
  decodeContextOf(() => true),
);
const uses = new InstructionUses({
  near: { index: 0, type: HANDLER_TYPE },
  jump: { index: 1, type: JUMP_TYPE },
  indirect: { index: 2, type: INDIRECT_TYPE },
  helpers: new Map(),
  handlerType: 0,
});

/** Each access as "group:offset", with * where it leads, or - if it stands alone; a line for each instruction. */
function groups(source: string): string[] {
  const { bytes } = assemble(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const block = Array.from({ length: bytes.length / 4 }, (_, i) => uses.of(decoder.decode(view.getUint32(i * 4, true))!));
  return accessGroups(block).map((members) =>
    members.map((member) => (member ? `${member.group.number}:${member.offset}${member.leads ? '*' : ''}` : '-')).join(' '),
  );
}

describe('accesses off one register', () => {
  it('are a group, whatever their order, and whatever stands between them', () => {
    expect(groups('ldr x0, [x1, #8]\n add x0, x0, #1\n ldr x2, [x1]\n ldrb w3, [x1, #20]')).toEqual(['0:8*', '', '0:0', '0:20']);
  });

  it('are one for a pair', () => {
    expect(groups('ldp x0, x1, [sp, #16]')).toEqual(['0:0* 0:8']);
  });

  it('go on through writeback, additions and other names', () => {
    expect(groups('stp x29, x30, [sp, #-32]!\n mov x29, sp\n str x19, [x29, #16]\n add x0, x29, #8\n ldr x2, [x0]')).toEqual([
      '0:0* 0:8',
      '',
      '0:16',
      '',
      '0:8',
    ]);
    expect(groups('ldr w0, [x1], #4\n ldr w2, [x1], #4')).toEqual(['0:0*', '0:4']);
  });

  it('end where the register is another', () => {
    expect(groups('ldr x1, [x0]\n ldr x0, [x0, #8]\n ldr x2, [x0]\n ldr x0, [x0, #8]')).toEqual(['0:0*', '0:8', '1:0*', '1:8']);
    expect(groups('ldr x1, [x0]\n add x0, x0, x2\n ldr x1, [x0]')).toEqual(['-', '', '-']);
    expect(groups('ldr x1, [x0, x2]\n ldr x1, [x0]')).toEqual(['-', '-']);
  });

  it('to read belong to a store’s group; a store does not belong to theirs', () => {
    expect(groups('str x1, [x0]\n ldr x2, [x0, #8]\n str x3, [x0, #16]')).toEqual(['0:0*', '0:8', '0:16']);
    expect(groups('ldr x2, [x0, #8]\n str x1, [x0]\n ldr x3, [x0, #16]')).toEqual(['-', '0:0*', '0:16']);
  });

  it('are no group if they are far apart', () => {
    expect(groups('ldr x1, [x0]\n ldr x2, [x0, #128]\n ldr x3, [x0, #136]')).toEqual(['-', '0:0*', '0:8']);
  });

  it('are none of ours if they are unprivileged', () => {
    expect(groups('ldtr x1, [x0]\n ldtr x2, [x0, #8]')).toEqual(['-', '-']);
  });

  it.each([4096 - 8, 4096 - 12, 4096 - 16, 4096 - 4, 0])('do the same when they lie at %i of a page', async (place) => {
    const source = `
        ldr  x1, =${0x40010000 + place}
        mov  x20, #400
loop:   stp  x20, x0, [x1]
        str  x0, [x1, #16]
        ldp  x2, x3, [x1]
        ldr  x4, [x1, #16]
        add  x0, x0, x2
        eor  x0, x0, x4
        subs x20, x20, #1
        b.ne loop
        b    .`;
    const runs = await Promise.all(
      (['interpreter', 'jit'] as const).map(async (engine) => {
        const bare = await bareCpu(source, { engine });
        for (let i = 0; i < 80; i++) bare.run(50);
        return { x: [0, 2, 3, 4, 20].map((n) => bare.cpu.x(n)), compiled: bare.cpu.compiledInstructions };
      }),
    );
    expect(runs[1]!.x).toEqual(runs[0]!.x);
    expect(runs[1]!.compiled).toBeGreaterThan(300);
  });
});
