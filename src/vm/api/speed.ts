/** The answer to the question what the engine was busy with: counts since the machine was made or restored, from which whoever asks takes differences. */
export interface SpeedAnswer {
  /** Machine time in ns. */
  time: number;
  instructions: number;
  /** Of them, those that compiled code ran. */
  compiled: number;
  /** What Wasm asked TypeScript for, by what for. */
  services: Record<string, number>;
  /** How often Wasm was entered: for each slice, exception and interrupt, and where something must be looked at. */
  entries: number;
  /** Accesses that missed the software TLB and were no device's, and translations, those of fetches and of AT included. */
  tlbMisses: number;
  walks: number;
  /** Accesses of devices, by device. */
  devices: Record<string, number>;
  /** Pages of code that are decoded, and what that takes of the host's memory. */
  codePages: number;
  codeBytes: number;
  /** Left out where everything is interpreted. */
  jit?: {
    /** Compiled in all, those that are kept now, and the Wasm modules they are in. */
    regions: number;
    kept: number;
    modules: number;
    /** Host time spent on it, in ns. */
    compileTime: number;
  };
}
