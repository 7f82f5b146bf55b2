import { reject } from './errors';

/** Names a source gives to registers: `counter .req x19`. */
export class RegisterNames {
  private readonly names = new Map<string, string>();

  clear(): void {
    this.names.clear();
  }

  add(name: string, register: string): void {
    const target = this.names.get(register.toLowerCase()) ?? register.toLowerCase();
    if (!/^(?:[wx]\d+|[wx]zr|w?sp|lr|fp|ip[01]|[vbhsdq]\d+)$/.test(target)) reject(`"${register}" is not a register`);
    this.names.set(name.toLowerCase(), target);
  }

  delete(name: string): void {
    if (!this.names.delete(name.toLowerCase())) reject(`"${name}" is no name of a register`);
  }

  /** Operands with the registers' own names. */
  resolve(operands: string): string {
    if (this.names.size === 0) return operands;
    return operands.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'])'?|(?<![\w.$#])[A-Za-z_$][\w$]*/g, (word) => {
      return this.names.get(word.toLowerCase()) ?? word;
    });
  }
}
