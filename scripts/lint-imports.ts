/**
 * Checks that imports run downward only and that hosts stay outside: see import-rules.ts.
 *
 *     npx tsx scripts/lint-imports.ts
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { globalComplaint, importComplaint, nameComplaint, packageComplaint } from './import-rules';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface Complaint {
  file: string;
  line: number;
  sentence: string;
}

/** The TypeScript of a Svelte component with everything else blanked out, so that line numbers stay. */
export function scriptOf(svelte: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  let script = '';
  let end = 0;
  for (const match of svelte.matchAll(/(<script[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = match.index + match[1]!.length;
    script += blank(svelte.slice(end, start)) + match[2]!;
    end = start + match[2]!.length;
  }
  return script + blank(svelte.slice(end));
}

/** `./x` and `../x` as a path from the root; whether it ends in .ts, .svelte or index does not matter to the rules. */
function resolve(from: string, specifier: string): string {
  return relative(ROOT, join(ROOT, from, '..', specifier))
    .split(sep)
    .join('/');
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { namedBindings } = clause;
  if (clause.name || namedBindings === undefined || ts.isNamespaceImport(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

/** Names the file gives a meaning of its own. */
function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node);
    if (isDeclaration && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** Whether an identifier stands for a value, rather than naming a member, a property or a type. */
function isFreeValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return ts.isTypeQueryNode(parent);
  const hasName = parent as ts.Node & { name?: ts.Node; propertyName?: ts.Node };
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return hasName.name !== node && hasName.propertyName !== node;
}

/** The names a declaration imports, as their module calls them. */
function importedNames(node: ts.Node): string[] {
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : undefined;
  if (bindings === undefined || ts.isNamespaceImport(bindings)) return [];
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text);
}

function specifierOf(node: ts.Node): { text: string; typeOnly: boolean } | undefined {
  if (
    (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
    node.moduleSpecifier &&
    ts.isStringLiteral(node.moduleSpecifier)
  ) {
    return { text: node.moduleSpecifier.text, typeOnly: isTypeOnly(node) };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteral(argument) ? { text: argument.text, typeOnly: false } : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { text: node.argument.literal.text, typeOnly: true };
  }
  return undefined;
}

/** All complaints about one file; `file` is its path from the root, `text` its contents. */
export function complaintsAbout(file: string, text: string): Complaint[] {
  const code = file.endsWith('.svelte') ? scriptOf(text) : text;
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const own = declaredNames(source);
  const complaints: Complaint[] = [];
  const complain = (node: ts.Node, sentence: string | undefined): void => {
    if (sentence === undefined) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    complaints.push({ file, line: line + 1, sentence });
  };
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier) {
      const { text: name, typeOnly } = specifier;
      if (name.startsWith('.')) {
        const to = resolve(file, name);
        complain(node, importComplaint(file, to, typeOnly));
        for (const imported of importedNames(node)) complain(node, nameComplaint(file, to, imported));
      } else complain(node, packageComplaint(file, name, isBuiltin(name)));
    }
    if (ts.isIdentifier(node) && isFreeValue(node) && !own.has(node.text)) complain(node, globalComplaint(file, node.text));
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      complain(node, globalComplaint(file, `${node.expression.text}.${node.name.text}`));
    }
    // With an argument a Date is only arithmetic.
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && !node.arguments?.length) {
      complain(node, globalComplaint(file, `new ${node.expression.text}`));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return complaints;
}

/** Files of src and workers, as paths from the root. */
function sourceFiles(): string[] {
  return ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|svelte)$/.test(name))
      .map((name) => `${folder}/${name.split(sep).join('/')}`)
      .sort(),
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const files = sourceFiles();
  const complaints = files.flatMap((file) => complaintsAbout(file, readFileSync(join(ROOT, file), 'utf8')));
  for (const { file, line, sentence } of complaints) console.error(`${file}:${line}: ${sentence}`);
  console.log(`${files.length} files, ${complaints.length} imports or globals that do not belong where they are.`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
