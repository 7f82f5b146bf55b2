/** ECMA-48 control sequences (CSI), operating system commands (OSC), and two-character escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with a control character.
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_=>78])/g;

/** What a console printed as plain text: without control sequences and carriage returns. */
export const plainConsole = (raw: string): string => raw.replace(ESCAPES, '').replaceAll('\r', '');
