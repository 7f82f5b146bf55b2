/** A reference of hand-written types: every exported declaration of a file with its comment, each member with an anchor of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { markdownTable } from './markdown-table';
import { escapeHtml, slugOf } from './text';

export interface ApiEntry {
  readonly name: string;
  readonly kind: 'interface' | 'type' | 'constant' | 'function' | 'class';
  /** The comment, Markdown. */
  readonly text: string;
  /** The declaration without comments and bodies. */
  readonly code: string;
  readonly members: readonly { readonly name: string; readonly type: string; readonly text: string }[];
}

/** The comment before a declaration, as text; `{@link X}` as code. */
function commentOf(node: ts.Node): string {
  const [first] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1);
  if (first === undefined) return '';
  const comment = ts.getTextOfJSDocComment(first.comment) ?? '';
  const tags = (first.tags ?? []).map((tag) => `${tag.tagName.text}: ${ts.getTextOfJSDocComment(tag.comment) ?? ''}`);
  return [comment, ...tags].join('\n').replace(/\{@link\s+([^}|]+?)\s*\}/g, '`$1`');
}

const printer = ts.createPrinter({ removeComments: true });

class Reader {
  private readonly program: ts.Program;
  private readonly checker: ts.TypeChecker;

  constructor(file: string) {
    // Without the standard library: types are shown as they are written, and nothing is inferred.
    this.program = ts.createProgram([file], {
      noLib: true,
      noEmit: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    this.checker = this.program.getTypeChecker();
  }

  entries(file: string): ApiEntry[] {
    const source = this.program.getSourceFile(file);
    const module = source && this.checker.getSymbolAtLocation(source);
    if (module === undefined) return [];
    const entries = this.checker.getExportsOfModule(module).flatMap((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
      // A constant and the type made from it may share a name.
      return (target.declarations ?? []).flatMap((declaration) => this.entry(symbol.name, declaration) ?? []);
    });
    // As they are written: what belongs together stands together.
    return entries;
  }

  private entry(name: string, node: ts.Declaration): ApiEntry | undefined {
    if (ts.isInterfaceDeclaration(node))
      return { name, kind: 'interface', text: commentOf(node), code: this.code(node), members: this.members(node.members) };
    if (ts.isClassDeclaration(node))
      return { name, kind: 'class', text: commentOf(node), code: '', members: this.members(node.members) };
    if (ts.isTypeAliasDeclaration(node)) {
      const members = ts.isTypeLiteralNode(node.type) ? this.members(node.type.members) : [];
      return { name, kind: 'type', text: commentOf(node), code: this.code(node), members };
    }
    if (ts.isFunctionDeclaration(node)) {
      const bare = ts.factory.createFunctionDeclaration(
        node.modifiers,
        undefined,
        node.name,
        node.typeParameters,
        node.parameters,
        node.type,
        undefined,
      );
      return { name, kind: 'function', text: commentOf(node), code: this.print(bare, node.getSourceFile()), members: [] };
    }
    if (ts.isVariableDeclaration(node)) {
      const statement = node.parent.parent;
      return { name, kind: 'constant', text: commentOf(statement), code: this.code(statement), members: [] };
    }
    return undefined;
  }

  private members(nodes: readonly (ts.TypeElement | ts.ClassElement)[]): ApiEntry['members'] {
    return nodes
      .filter((node) => !((ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0))
      .flatMap((node) => {
        const name = node.name?.getText();
        if (name === undefined) return [];
        const optional = 'questionToken' in node && node.questionToken !== undefined ? '?' : '';
        const type = ts.isMethodSignature(node) || ts.isMethodDeclaration(node) ? this.signature(node) : this.typeText(node);
        return [{ name: name + optional, type, text: commentOf(node) }];
      });
  }

  private signature(node: ts.MethodSignature | ts.MethodDeclaration): string {
    const parameters = node.parameters.map((one) => this.print(one, node.getSourceFile())).join(', ');
    return `(${parameters})${node.type ? `: ${this.print(node.type, node.getSourceFile())}` : ''}`;
  }

  private typeText(node: ts.Node): string {
    const type = 'type' in node ? (node.type as ts.Node | undefined) : undefined;
    return type === undefined ? '' : this.print(type, node.getSourceFile());
  }

  private code(node: ts.Node): string {
    return this.print(node, node.getSourceFile()).replace(/^export (declare )?/, '');
  }

  private print(node: ts.Node, source: ts.SourceFile): string {
    return printer.printNode(ts.EmitHint.Unspecified, node, source).replace(/ {4}/g, '  ');
  }
}

export const readApi = (root: string, file: string): ApiEntry[] => new Reader(join(root, file)).entries(join(root, file));

/** The comment at the top of a file. */
export function introduction(root: string, file: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  return comment
    .replace(/^\s*\* ?/gm, '')
    .replace(/\{@link\s+([^}|]+?)\s*\}/g, '`$1`')
    .trim();
}

/** A type as code, in which the types of this page are links. Its punctuation means nothing to Markdown. */
function typeHtml(type: string, names: ReadonlySet<string>): string {
  const words = type.split(/(\w+)/).map((piece) => {
    if (!/^\w+$/.test(piece)) return escapeHtml(piece).replace(/[\\`*_[\]{}()#+\-.!~]/g, '\\$&');
    return names.has(piece) ? `<a href="#${slugOf(piece)}">${piece}</a>` : piece.replaceAll('_', '\\_');
  });
  return `<code>${words.join('')}</code>`;
}

/**
 * Markdown: a heading for each entry, its comment, its declaration, and a table of its members. `known` has what the page says already: a file
 * that hands on another's types says nothing new of them, and of two members of one name the second has another anchor.
 */
export function apiMarkdown(entries: readonly ApiEntry[], known: Set<string>): string {
  const isNew = (key: string): boolean => !known.has(key) && known.add(key).size > 0;
  const anchorFor = (name: string): string => {
    let anchor = name;
    while (!isNew(anchor)) anchor += '-';
    return anchor;
  };
  const names = new Set(entries.map(({ name }) => name));
  return entries
    .filter(({ name, code, text }) => isNew(`${name}: ${code} ${text}`))
    .map(({ name, text, code, members }) => {
      const parts = [`### ${name}`, text];
      if (code !== '' && members.length === 0) parts.push(`\`\`\`typescript\n${code}\n\`\`\``);
      const rows = members.map((member) => {
        const anchor = anchorFor(`${name}.${member.name.replace('?', '')}`);
        const type = member.type.replace(/\s+/g, ' ');
        return [`<span id="${anchor}"></span>\`${member.name}\``, type === '' ? '' : typeHtml(type, names), member.text];
      });
      if (rows.length > 0) parts.push(markdownTable(['member', 'type', 'what it is'], rows));
      return parts.filter((part) => part !== '').join('\n\n');
    })
    .join('\n\n');
}
