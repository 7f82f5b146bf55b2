import { describe, expect, it } from 'vitest';
import { bareCpu, mmuOn, RAM_BASE } from './bare-cpu.testkit';
import { EC, FSC } from './syndrome';
import { SYS } from './sysregs/storage';

/** Table of level 1: 1 GiB of RAM at its own address, and by tables of levels 2 and 3 one page of it at 0x1000, with nothing on either side. */
const TABLE = RAM_BASE + 0x10_0000;
const LEVEL_2 = TABLE + 0x1000;
const LEVEL_3 = TABLE + 0x2000;
const DATA = RAM_BASE + 0x20_0000;

async function faultOf(code: string, spsr = 0x3c5) {
  const bare = await bareCpu(`
      ${mmuOn(TABLE)}
      mov   x1, #0x1000
      mov   x2, #-1
      ldr   x0, =${spsr}
      msr   spsr_el1, x0
      adr   x0, begin
      msr   elr_el1, x0
      eret
begin: ${code}
stop: b     stop
      .ltorg
      .org  0x800
vectors:
      .org  0x800 + 0x200
      mrs   x21, esr_el1
      mrs   x22, far_el1
      mrs   x23, spsr_el1
      b     stop
`);
  const { ram } = bare.engine;
  ram.write64(TABLE, BigInt(LEVEL_2) | 3n);
  ram.write64(TABLE + 8, BigInt(RAM_BASE) | 0x401n);
  ram.write64(LEVEL_2, BigInt(LEVEL_3) | 3n);
  ram.write64(LEVEL_3 + 8, BigInt(DATA) | 0x403n);
  // Readable only.
  ram.write64(LEVEL_3 + 16, BigInt(DATA + 0x1000) | 0x483n);
  bare.run(100);
  expect(bare.cpu.pc).toBe(bare.symbols.get('stop'));
  const esr = Number(bare.cpu.x(21));
  return { ec: esr >>> 26, iss: esr & 0x1ffffff, far: bare.cpu.x(22), spsr: Number(bare.cpu.x(23)), bare };
}

const WNR = 1 << 6;
const CM = 1 << 8;

describe('aborts', () => {
  it('of DC ZVA tell the address that its register holds', async () => {
    expect(await faultOf('add x1, x1, #0x2000\n add x1, x1, #0x2d\n dc zva, x1')).toMatchObject({
      ec: EC.DATA_ABORT_SAME,
      iss: FSC.TRANSLATION | 3 | WNR,
      far: 0x302dn,
    });
  });

  it('of a store across two pages that both fault are the first one’s', async () => {
    expect(await faultOf('mov x1, #0x2ffc\n str x2, [x1]')).toMatchObject({ iss: FSC.PERMISSION | 3 | WNR, far: 0x2ffcn });
  });

  it('of a store whose second page faults are that one’s, and nothing is stored', async () => {
    const { iss, far, bare } = await faultOf('add x1, x1, #0xffc\n str x2, [x1]');
    expect({ iss, far }).toEqual({ iss: FSC.PERMISSION | 3 | WNR, far: 0x2000n });
    expect(bare.read64(DATA + 0xff8)).toBe(0n);
  });

  it('on the walk of AT are taken, as of maintenance by address, and PAR_EL1 stays', async () => {
    const lost = `mov x3, #3\n movk x3, #0x300, lsl #16\n ldr x0, =${TABLE + 16}\n str x3, [x0]\n`;
    const at = 'msr par_el1, x2\n movz x1, #0x8000, lsl #16\n at s1e1r, x1';
    const { bare, ...fault } = await faultOf(`${lost}${at}`);
    expect(bare.cpu.get64(SYS.PAR_EL1)).toBe(0xffff_ffff_ffff_ffffn);
    expect(fault).toMatchObject({
      ec: EC.DATA_ABORT_SAME,
      iss: FSC.SYNC_EXTERNAL_ON_WALK | 2 | WNR | CM,
      far: 0x8000_0000n,
    });
  });

  it('of a fetch go before Illegal Execution State, which PSTATE.IL then still is', async () => {
    const IL = 1 << 20;
    const away = 'mov x0, #0x5000\n msr elr_el1, x0\n mov x0, #(1 << 20)\n add x0, x0, #0x3c5\n msr spsr_el1, x0\n eret';
    const { ec, far, spsr } = await faultOf(away);
    expect({ ec, far, il: spsr & IL }).toEqual({ ec: EC.INSTRUCTION_ABORT_SAME, far: 0x5000n, il: IL });
    const here = await faultOf(away.replace('mov x0, #0x5000', 'adr x0, begin'));
    expect({ ec: here.ec, il: here.spsr & IL }).toEqual({ ec: EC.ILLEGAL_STATE, il: IL });
  });
});
