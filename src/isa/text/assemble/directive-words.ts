/** How directives are written, and what they do: `.name syntax  words`. The table of what is carried out is in directives.ts and assembler.ts. */
const LINES = `
.ascii "text", …  Text without a zero at its end
.asciz "text", …  Text with a zero at its end
.string "text", …  Text with a zero at its end
.byte value, …  Bytes
.hword value, …  Halfwords: two bytes each
.short value, …  Halfwords: two bytes each
.2byte value, …  Halfwords: two bytes each
.word value, …  Words: four bytes each
.long value, …  Words: four bytes each
.int value, …  Words: four bytes each
.4byte value, …  Words: four bytes each
.quad value, …  Doublewords: eight bytes each
.xword value, …  Doublewords: eight bytes each
.dword value, …  Doublewords: eight bytes each
.8byte value, …  Doublewords: eight bytes each
.octa value, …  Sixteen bytes each
.float number, …  Single-precision numbers
.single number, …  Single-precision numbers
.double number, …  Double-precision numbers
.inst word, …  Instructions by their 32 bits
.space bytes, fill  Room, filled with zeros or a byte
.skip bytes, fill  Room, filled with zeros or a byte
.zero bytes  Room, filled with zeros
.fill repeat, size, value  A value of some bytes, several times
.balign bytes, fill, most  Goes on at a multiple of so many bytes
.align power, fill, most  Goes on at a multiple of 2 to this power
.p2align power, fill, most  Goes on at a multiple of 2 to this power
.org place, fill  Goes on at this place of the section
.equ name, value  Gives a name to a value
.set name, value  Gives a name to a value
.equiv name, value  Gives a name to a value
.ltorg  The constants of ldr =value so far come here
.pool  The constants of ldr =value so far come here
.text  Code
.data  Data, behind the code
.bss  Room that begins as zeros, behind everything else
.section name, "flags"  A section of any name: .rodata, .text.mine, …
.pushsection name, "flags"  Another section, until .popsection
.popsection  Back to the section before .pushsection
.previous  Back to the section before this one
.comm name, size, alignment  A label with room for zeros
.lcomm name, size, alignment  A label with room for zeros
.macro name argument, …  Begins a macro; \\argument, \\@ and \\() are filled in
.endm  Ends a macro
.purgem name  Forgets a macro
.rept count  Repeats up to .endr
.irp name, value, …  Repeats for each value up to .endr
.irpc name, characters  Repeats for each character up to .endr
.endr  Ends .rept, .irp and .irpc
.if expression  Assembles what follows if the value is not 0
.ifeq expression  If the value is 0
.ifne expression  If the value is not 0
.ifgt expression  If the value is greater than 0
.ifge expression  If the value is 0 or greater
.iflt expression  If the value is less than 0
.ifle expression  If the value is 0 or less
.ifdef name  If the name has a value by now
.ifndef name  If the name has no value yet
.ifnotdef name  If the name has no value yet
.ifb text  If there is nothing
.ifnb text  If there is something
.ifc text, text  If the texts are equal
.ifnc text, text  If the texts differ
.ifeqs "text", "text"  If the texts are equal
.ifnes "text", "text"  If the texts differ
.elseif expression  Else, if the value is not 0
.else  Else
.endif  Ends .if
.include "file"  Puts a header in here
.req register  name .req register: another name for a register
.unreq name  Forgets a name of a register
.error "text"  Stops here with this problem
.global name  Accepted: a flat binary has no symbol table
.type name, %function  Accepted: a flat binary has no symbol table
.size name, bytes  Accepted: a flat binary has no symbol table
.arch name  Accepted: everything that is implemented is there
`;

export interface DirectiveWords {
  readonly name: string;
  readonly syntax: string;
  readonly what: string;
}

export const DIRECTIVE_WORDS: readonly DirectiveWords[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [syntax = '', what = ''] = line.split('  ');
    return { name: /^\S+/.exec(syntax)![0], syntax, what };
  });
