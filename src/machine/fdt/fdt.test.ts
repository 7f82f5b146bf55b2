import { describe, expect, it } from 'vitest';
import { fdtNode, writeFdt } from './index';
import { findNode, readCells, readFdt, readTexts } from './reader';

describe('a device tree blob', () => {
  it('of the least tree is this, byte for byte', () => {
    const blob = writeFdt(fdtNode('', { a: 1 }), { bootCpu: 5 });
    const words = Array.from({ length: blob.length >>> 2 }, (_, n) => new DataView(blob.buffer).getUint32(4 * n));
    expect(words.slice(0, 10)).toEqual([0xd00dfeed, blob.length, 56, 88, 40, 17, 16, 5, 2, 32]);
    expect(words.slice(10, 14), 'the end of the reservations').toEqual([0, 0, 0, 0]);
    expect(words.slice(14), 'begin, name, property of 4 bytes named at 0, its value, end, end').toEqual([1, 0, 3, 4, 0, 1, 2, 9]);
    expect([...blob.slice(88)]).toEqual([0x61, 0]);
  });

  it('is read as it was written', () => {
    const blob = writeFdt(
      fdtNode('', { compatible: ['linux,dummy-virt', 'x'], empty: true }, [
        fdtNode('cpus', { '#size-cells': 0 }, [fdtNode('cpu@0', { reg: 0 }), fdtNode('cpu@1', { reg: 1 })]),
        fdtNode('chosen', { seed: Uint8Array.of(1, 2, 3), text: 'grüße', mixed: [1, 0x1_2345_6789n, 0xffff_ffff] }),
      ]),
      { reservations: [{ address: 0x4800_0000n, size: 0x1000n }] },
    );
    const { root, reservations, bootCpu } = readFdt(blob);
    expect(reservations).toEqual([{ address: 0x4800_0000n, size: 0x1000n }]);
    expect(bootCpu).toBe(0);
    expect(readTexts(root, 'compatible')).toEqual(['linux,dummy-virt', 'x']);
    expect(root.properties.get('empty')).toEqual(new Uint8Array());
    expect(root.children.map((node) => node.name)).toEqual(['cpus', 'chosen']);
    expect(readCells(findNode(root, '/cpus/cpu@1')!, 'reg')).toEqual([1]);
    const chosen = findNode(root, '/chosen')!;
    expect([...chosen.properties.keys()]).toEqual(['seed', 'text', 'mixed']);
    expect(chosen.properties.get('seed')).toEqual(Uint8Array.of(1, 2, 3));
    expect(readTexts(chosen, 'text')).toEqual(['grüße']);
    expect(readCells(chosen, 'mixed')).toEqual([1, 1, 0x2345_6789, 0xffff_ffff]);
    expect(findNode(root, '/cpus/cpu@2')).toBeUndefined();
  });

  it('names a property used twice only once', () => {
    const one = writeFdt(fdtNode('', { property: true }));
    const two = writeFdt(fdtNode('', { property: true }, [fdtNode('n', { property: true })]));
    expect(new DataView(two.buffer).getUint32(32)).toBe(new DataView(one.buffer).getUint32(32));
  });
});

describe('the writer', () => {
  it('refuses what does not fit, naming it', () => {
    expect(() => writeFdt(fdtNode('', { reg: 2 ** 32 }))).toThrow('4294967296 in /reg does not fit a 32-bit cell');
    expect(() => writeFdt(fdtNode('', {}, [fdtNode('n', { reg: [0, -1] })]))).toThrow('-1 in /n/reg does not fit');
    expect(() => writeFdt(fdtNode('', { reg: 2n ** 64n }))).toThrow('does not fit 64 bits');
    expect(() => writeFdt(fdtNode('', {}, [fdtNode('a b', {})]))).toThrow('"a b" in / cannot be the name of a node');
    expect(() => writeFdt(fdtNode('', { 'a/b': 1 }))).toThrow('"a/b" in / cannot be the name of a property');
    expect(() => writeFdt(fdtNode('', {}, [fdtNode('n', {}), fdtNode('n', {})]))).toThrow('two nodes named "n"');
    expect(() => writeFdt(fdtNode('', { text: 'a\0b' }))).toThrow('contains a NUL');
    expect(() => writeFdt(fdtNode('root', {}))).toThrow('not "root"');
  });
});

describe('the reader', () => {
  it('says where a damaged tree leads out of itself, or too deep', () => {
    const tree = (): DataView => new DataView(writeFdt(fdtNode('', { a: 1 })).slice().buffer);
    for (const [at, value, words] of [
      [16, 4000, 'something of 8 bytes lies at byte 4000'],
      [8, 4000, 'something of 4 bytes lies at byte 4000'],
      [12, 4000, 'a text at byte 4000 that does not end'],
      [68, 0x7fff_ffff, 'something of 2147483647 bytes'],
    ] as const) {
      const view = tree();
      view.setUint32(at, value);
      expect(() => readFdt(new Uint8Array(view.buffer))).toThrow(words);
    }
    let deep = fdtNode('n', {});
    for (let n = 0; n < 70; n++) deep = fdtNode('n', {}, [deep]);
    expect(() => readFdt(writeFdt(fdtNode('', {}, [deep])))).toThrow('more than 64 deep');
    expect(readFdt(writeFdt(fdtNode('', {}, [fdtNode('n', { text: 'ä' })]))).root.children[0]!.name).toBe('n');
  });

  it('says what is wrong with what is no device tree', () => {
    expect(() => readFdt(new Uint8Array(8))).toThrow('longer than 8 bytes');
    expect(() => readFdt(new Uint8Array(64))).toThrow('does not begin with 0x0');
    const blob = writeFdt(fdtNode('', { a: 1 }));
    expect(() => readFdt(blob.subarray(0, 60))).toThrow('has 60');
    blob[59] = 7; // the first token of the structure
    expect(() => readFdt(blob)).toThrow('token 7 at byte 56 where 1 should be');
  });
});
