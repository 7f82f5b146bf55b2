/** Device tree source as dtc reads it. Source: Devicetree Specification 0.4, chapter 6. */
import type { ReadFdt, ReadFdtNode } from '../../machine/fdt/reader';

const PRINTABLE = /^[\x20-\x7e]+$/;
const hex = (value: number | bigint, digits = 0): string => value.toString(16).padStart(digits, '0');

/** The texts of a value that consists of nothing but NUL-terminated ones; undefined if it does not look like that. */
export function textsOf(value: Uint8Array): string[] | undefined {
  if (value.length < 2 || value.at(-1) !== 0) return undefined;
  const texts = new TextDecoder('latin1').decode(value.subarray(0, -1)).split('\0');
  return texts.every((text) => PRINTABLE.test(text)) ? texts : undefined;
}

/** The 32-bit cells of a value; undefined if it is not made of them. */
export function cellsOf(value: Uint8Array): number[] | undefined {
  if (value.length === 0 || value.length % 4 !== 0) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.length / 4 }, (_, n) => view.getUint32(4 * n));
}

/** A value: `"…"`, `<…>` or `[…]`, empty if there is none. */
export function sourceOfValue(value: Uint8Array): string {
  if (value.length === 0) return '';
  const texts = textsOf(value);
  if (texts) return texts.map((text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(', ');
  const cells = cellsOf(value);
  if (cells) return `<${cells.map((cell) => `0x${hex(cell)}`).join(' ')}>`;
  return `[${[...value].map((byte) => hex(byte, 2)).join(' ')}]`;
}

function* linesOf(node: ReadFdtNode, depth: number): Generator<string> {
  const indent = '\t'.repeat(depth);
  yield `${indent}${node.name || '/'} {`;
  for (const [name, value] of node.properties) {
    const source = sourceOfValue(value);
    yield `${indent}\t${name}${source === '' ? '' : ` = ${source}`};`;
  }
  for (const child of node.children) {
    yield '';
    yield* linesOf(child, depth + 1);
  }
  yield `${indent}};`;
}

export function deviceTreeSource({ root, reservations, bootCpu }: ReadFdt): string {
  return [
    '/dts-v1/;',
    ...(bootCpu === 0 ? [] : [`// boot CPU ${bootCpu}`]),
    ...reservations.map(({ address, size }) => `/memreserve/ 0x${hex(address)} 0x${hex(size)};`),
    '',
    ...linesOf(root, 0),
    '',
  ].join('\n');
}
