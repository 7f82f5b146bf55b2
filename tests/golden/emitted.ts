import { Decoder, handlerAt, type Instruction } from '../../src/cpu/decoder';
import { enumerateHandlers } from '../../src/cpu/handlers';
import { buildInterpreter } from '../../src/cpu/interpreter';
import { compileRegions } from '../../src/cpu/jit/compile';
import { formRegion } from '../../src/cpu/jit/region';
import { decodeContextOf } from '../../src/cpu/sysreg-access';
import { A64 } from '../../src/isa';
import { assemble } from '../../src/isa/text/assemble';
import { disassemble } from '../../src/isa/text/disassemble';
import { printFunction } from './print-function';
import { readModule, type WasmModule } from './wasm-reader';

/** What the two emitters make of a few instructions at the start of a page, as text. */

const set = enumerateHandlers(A64);
const decoder = new Decoder(
  set,
  decodeContextOf(() => true),
);

function decodeAll(source: string): { text: string; instruction: Instruction }[] {
  const { bytes } = assemble(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => {
    const word = view.getUint32(i * 4, true);
    const instruction = decoder.decode(word);
    const text = disassemble(word, BigInt(i * 4));
    if (!instruction) throw new Error(`${text} is UNALLOCATED`);
    return { text, instruction };
  });
}

const lastFunction = (module: WasmModule): string =>
  printFunction(module, module.functions.length - 1, new Map([[BigInt(set.firstHandler + set.specs.length), 'handlers']]));

/** The interpreter's handlers of the instructions, each once. */
export function interpreterCode(source: string): string {
  const texts = decodeAll(source).map(({ text, instruction }, i) => {
    const spec = set.specs[handlerAt(instruction, i * 4) - set.firstHandler]!;
    return `;; ${text}\n${lastFunction(readModule(buildInterpreter([spec])))}`;
  });
  return texts.join('\n');
}

/** A function that all handlers share, by its exported name. */
export function sharedCode(name: string): string {
  const module = readModule(buildInterpreter([]));
  return printFunction(
    module,
    module.functions.findIndex((each) => each.name === name),
  );
}

/** The compiled region of the first of the instructions. */
export function compiledCode(source: string): string {
  const instructions = decodeAll(source).map(({ instruction }) => instruction);
  const region = formRegion(0, { instructionAt: (index) => instructions[index], isWarm: () => true }, undefined, 1)!;
  return lastFunction(readModule(compileRegions([region], set).code));
}
