/** A64 assembly for highlight.js, as our assembler reads it. */
import type { LanguageFn } from 'highlight.js';

export const a64: LanguageFn = (hljs) => ({
  name: 'A64 assembly',
  case_insensitive: true,
  contains: [
    hljs.COMMENT('//', '$'),
    hljs.COMMENT(';', '$'),
    hljs.C_BLOCK_COMMENT_MODE,
    hljs.QUOTE_STRING_MODE,
    { scope: 'string', begin: /'(\\.|[^'])'/ },
    { scope: 'symbol', begin: /^\s*[.\w$]+:/ },
    { scope: 'meta', begin: /\.[a-z]\w*/ },
    { scope: 'number', begin: /#?-?\b(0x[0-9a-f_]+|0b[01_]+|\d+)\b/ },
    { scope: 'variable', begin: /\b([xwvqdshb]\d{1,2}|sp|wsp|xzr|wzr|lr|pc|nzcv)\b/ },
    { scope: 'built_in', begin: /\b[a-z]\w*_el[0-3]\b/ },
    { scope: 'keyword', begin: /^\s*[a-z][a-z0-9.]*/ },
  ],
});
