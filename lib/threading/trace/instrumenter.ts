import type { AnyNode, Class, Program, Statement } from 'acorn';
import { childrenOf } from '../../pickle/index.js';
import { type AnyFunction, endOfDirectives, isBoundToBody, isFunction } from './conflicts.js';
import { assignedName } from './function-name.js';
import { Insertions } from './insertions.js';
import { ANONYMOUS, FRAME, MODULE, RUNTIME, THROWN } from './names.js';

/** A text, and what is known about its places. */
export interface Where {
  source: string;
  file: string;
  lineOf: (node: AnyNode) => number;
  /** Where each `=>` ends, and where each `)` begins. */
  arrows: readonly number[];
  brackets: readonly number[];
}

type TopLevel = Program['body'][number];

const CATCH = `}catch(${THROWN}){throw ${RUNTIME}.fail(${FRAME},${THROWN})}finally{${RUNTIME}.leave(${FRAME})}`;

/**
 * Walks through a program and inserts calls of the runtime, outside before inside. Whether there is a
 * frame to report to, each visit is told.
 */
export class Instrumenter {
  readonly #where: Where;
  readonly #pieces: Insertions;
  /** What a function that is met next is called, if it has no name of its own. */
  #name: string | undefined;

  constructor(where: Where) {
    this.#where = where;
    this.#pieces = new Insertions(where.source);
  }

  /** A whole file. */
  program(program: Program, isModule: boolean): string {
    const body = program.body as TopLevel[];
    const { source } = this.#where;
    const start = endOfDirectives(body) ?? /^(#!.*)?/.exec(source)![0].length;
    // A hashbang's line has to end first.
    const at =
      source.startsWith('#!') && start === source.length ? -1 : afterHashbang(source, start);
    if (at < 0 || (!isModule && isBoundToBody(body))) {
      this.#children(program, false);
      return this.#pieces.toString();
    }
    if (isModule) {
      this.#pieces.begin(at, `;const ${FRAME}=${this.#enter('enterModule', MODULE, 1)};`);
      this.#list(body, true, true);
      // Before the comments at the end, which may be a source map.
      const end = Math.max(at, body.at(-1)?.end ?? 0);
      const leave = `;${RUNTIME}.leave(${FRAME});`;
      if (end === at) this.#pieces.begin(at, leave);
      else this.#pieces.end(end, leave);
    } else {
      const end = Math.max(at, body.at(-1)?.end ?? 0);
      this.#body(at, end, this.#enter('enter', MODULE, 1), () => this.#list(body, true));
    }
    return this.#pieces.toString();
  }

  /** The text of a function or class, in brackets. */
  part(program: Program, name: string | undefined): string {
    this.#name = name || undefined;
    for (const statement of program.body) {
      // A method's name is in the object around it.
      this.#visit(statement, false);
    }
    return this.#pieces.toString();
  }

  #enter(method: 'enter' | 'enterModule', name: string, line: number): string {
    return `${RUNTIME}.${method}(${JSON.stringify(this.#where.file)},${JSON.stringify(name)},${line})`;
  }

  /** A body in a block that no exception leaves unseen. */
  #body(start: number, end: number, enter: string, visit: () => void): void {
    const head = `;const ${FRAME}=${enter};try{`;
    if (start === end) {
      this.#pieces.begin(start, head + CATCH);
    } else {
      this.#pieces.begin(start, head);
      visit();
      // A last statement without a semicolon, perhaps, and no comment of one line before.
      this.#pieces.end(end, `;${CATCH}`);
    }
  }

  #children(node: AnyNode, framed: boolean): void {
    for (const child of childrenOf(node)) this.#visit(child, framed);
  }

  #visit(node: AnyNode, framed: boolean): void {
    const name = this.#name;
    this.#name = assignedName(node, this.#where.source);
    if (isFunction(node)) {
      this.#function(node, name);
      return;
    }
    switch (node.type) {
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#class(node, name, framed);
        return;
      // The object of a `with` may have any names, also those of what is inserted.
      case 'WithStatement':
        this.#visit(node.object, framed);
        return;
      case 'ExpressionStatement':
      case 'ParenthesizedExpression':
        this.#name = name;
        break;
      case 'ObjectExpression':
        // The text of a method, whose key may have been replaced.
        if (name !== undefined && node.start === 1 && !framed) {
          this.#method(node, name);
          return;
        }
        break;
      default:
    }
    if (framed && this.#framed(node)) return;
    this.#eachChild(node, framed);
  }

  /** What a name is assigned to comes last, and the name is meant for nothing else. */
  #eachChild(node: AnyNode, framed: boolean): void {
    const name = this.#name;
    const children = [...childrenOf(node)];
    for (const [index, child] of children.entries()) {
      const isValue = index === children.length - 1;
      this.#name = isValue ? name : undefined;
      this.#visit(child, framed);
    }
    this.#name = undefined;
  }

  #method(node: Extract<AnyNode, { type: 'ObjectExpression' }>, name: string): void {
    const [member] = node.properties;
    this.#name = name;
    if (member?.type === 'Property') this.#visit(member.value, false);
  }

  #class(node: Class, name: string | undefined, framed: boolean): void {
    const className = node.id?.name ?? name ?? ANONYMOUS;
    this.#name = undefined;
    if (node.superClass) this.#visit(node.superClass, framed);
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        this.#list(member.body, framed);
      } else if (member.type === 'MethodDefinition' && member.kind === 'constructor') {
        this.#name = className;
        this.#visit(member.value, framed);
      } else {
        this.#name = undefined;
        // Only keys are evaluated by the function around; a field has no frame of its own.
        if (member.computed) this.#visit(member.key, framed);
        this.#name = assignedName(member, this.#where.source);
        if (member.value) this.#visit(member.value, false);
      }
    }
    this.#name = undefined;
  }

  #function(node: AnyFunction, assigned: string | undefined): void {
    const own = node.type === 'ArrowFunctionExpression' ? undefined : node.id?.name;
    const enter = this.#enter('enter', own ?? assigned ?? ANONYMOUS, this.#where.lineOf(node));
    this.#name = undefined;
    // Defaults are computed before there is a frame.
    for (const parameter of node.params) this.#visit(parameter, false);
    const { body } = node;
    if (body.type !== 'BlockStatement') {
      const start = lastUpTo(this.#where.arrows, body.start)!;
      const line = `${RUNTIME}.line(${FRAME},${this.#where.lineOf(body)});`;
      const head = `{const ${FRAME}=${enter};try{${line}`;
      this.#pieces.begin(start, `${head}return ${RUNTIME}.value(${FRAME},(`);
      this.#visit(body, true);
      this.#pieces.end(node.end, `))${CATCH}}`);
    } else if (isBoundToBody(body.body)) {
      this.#children(body, false);
    } else {
      const start = endOfDirectives(body.body) ?? body.start + 1;
      this.#body(start, Math.max(start, body.body.at(-1)?.end ?? start), enter, () =>
        this.#list(body.body, true),
      );
    }
  }

  /** Statements one after another, where another may stand between. */
  #list(body: readonly TopLevel[], framed: boolean, isModule = false): void {
    for (const node of body) {
      if (!framed) this.#visit(node, false);
      else if (isModule && MAY_FAIL.has(node.type)) this.#guarded(node as Statement);
      else this.#statement(node as Statement);
    }
  }

  /** A statement of a module: what it declares has to stay outside of blocks. */
  #guarded(node: Statement): void {
    this.#pieces.begin(node.start, 'try{');
    this.#statement(node);
    const report = `throw ${RUNTIME}.failModule(${FRAME},${THROWN})`;
    this.#pieces.end(node.end, `;}catch(${THROWN}){${report}}`);
  }

  #statement(node: Statement): void {
    if (isReported(node)) this.#pieces.begin(node.start, `${this.#line('line', node)};`);
    this.#visit(node, true);
  }

  #line(method: 'line' | 'head' | 'round', node: AnyNode): string {
    return `${RUNTIME}.${method}(${FRAME},${this.#where.lineOf(node)})`;
  }

  /**
   * What a statement or expression with a frame needs beside its parts.
   *
   * @returns whether its parts have been visited, too
   */
  #framed(node: AnyNode): boolean {
    switch (node.type) {
      case 'BlockStatement':
        this.#list(node.body, true);
        return true;
      case 'SwitchCase':
        if (node.test) this.#visit(node.test, true);
        this.#list(node.consequent, true);
        return true;
      case 'IfStatement':
        this.#visit(node.test, true);
        this.#branch(node.consequent, node);
        if (node.alternate) this.#otherwise(node.alternate, node);
        return true;
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#while(node);
        return true;
      case 'ForStatement':
        this.#for(node);
        return true;
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#forEach(node);
        return true;
      case 'TryStatement':
        this.#try(node);
        return true;
      case 'ReturnStatement':
        if (node.argument) this.#around(node.argument, `${RUNTIME}.value(${FRAME},(`, '))');
        return true;
      case 'AwaitExpression':
      case 'YieldExpression':
        this.#suspend(node);
        return true;
      default:
        return false;
    }
  }

  #around(node: AnyNode, before: string, after: string): void {
    this.#pieces.begin(node.start, before);
    this.#visit(node, true);
    this.#pieces.end(node.end, after);
  }

  /** A statement that stands alone in another; in a block if it is to be reported. */
  #branch(node: Statement, owner: AnyNode): void {
    const isElsewhere = this.#where.lineOf(node) !== this.#where.lineOf(owner);
    if (isElsewhere && isReported(node)) {
      this.#around(node, `{${this.#line('line', node)};`, '}');
    } else {
      this.#visit(node, true);
    }
  }

  #otherwise(node: Statement, owner: AnyNode): void {
    const isElsewhere = this.#where.lineOf(node) !== this.#where.lineOf(owner);
    if (node.type !== 'IfStatement' || !isElsewhere) {
      this.#branch(node, owner);
      return;
    }
    this.#pieces.begin(node.test.start, `${this.#line('line', node)},(`);
    this.#visit(node.test, true);
    this.#pieces.end(node.test.end, ')');
    this.#branch(node.consequent, node);
    if (node.alternate) this.#otherwise(node.alternate, node);
  }

  #while(node: Extract<AnyNode, { type: 'WhileStatement' | 'DoWhileStatement' }>): void {
    const isDo = node.type === 'DoWhileStatement';
    if (isDo) this.#branch(node.body, node);
    const isOneLine = this.#where.lineOf(node.test) === this.#where.lineOf(node);
    const line = this.#line(isDo && !isOneLine ? 'line' : 'head', node.test);
    this.#around(node.test, `${line},(`, ')');
    if (!isDo) this.#branch(node.body, node);
  }

  #for(node: Extract<AnyNode, { type: 'ForStatement' }>): void {
    if (node.init) this.#visit(node.init, true);
    if (node.test) this.#visit(node.test, true);
    const head = this.#line('head', node);
    if (node.update) {
      this.#around(node.update, `${head},(`, ')');
    } else {
      this.#pieces.begin(lastUpTo(this.#where.brackets, node.body.start)!, head);
    }
    this.#branch(node.body, node);
  }

  #forEach(node: Extract<AnyNode, { type: 'ForInStatement' | 'ForOfStatement' }>): void {
    this.#visit(node.left, true);
    const isAsync = node.type === 'ForOfStatement' && node.await;
    if (isAsync) this.#around(node.right, `${RUNTIME}.pause(${FRAME},(`, '))');
    else this.#visit(node.right, true);
    const { body } = node;
    const round = `${this.#line('round', node)};`;
    const end = isAsync ? `;${RUNTIME}.pause(${FRAME})` : '';
    if (body.type !== 'BlockStatement') {
      this.#pieces.begin(body.start, `{${round}`);
      this.#branch(body, node);
      this.#pieces.end(body.end, `${end}}`);
    } else {
      this.#pieces.begin(body.start + 1, round);
      this.#visit(body, true);
      if (end) this.#pieces.end(body.end - 1, end);
    }
  }

  #try({ block, handler, finalizer }: Extract<AnyNode, { type: 'TryStatement' }>): void {
    this.#visit(block, true);
    if (handler) {
      const { param, body } = handler;
      if (param) this.#visit(param, true);
      else this.#pieces.begin(body.start, `(${THROWN})`);
      // Of what a pattern takes apart nothing is left but its parts.
      const thrown = param ? (param.type === 'Identifier' ? param.name : undefined) : THROWN;
      const report = thrown ? `${RUNTIME}.caught(${FRAME},${thrown});` : '';
      this.#pieces.begin(body.start + 1, `${report}${this.#line('line', handler)};`);
      this.#visit(body, true);
    } else {
      const report = `throw ${RUNTIME}.pass(${FRAME},${THROWN})`;
      this.#pieces.end(block.end, `catch(${THROWN}){${report}}`);
    }
    if (finalizer) this.#visit(finalizer, true);
  }

  #suspend(node: Extract<AnyNode, { type: 'AwaitExpression' | 'YieldExpression' }>): void {
    this.#pieces.begin(node.start, `${RUNTIME}.resume(${FRAME},(`);
    const { argument } = node;
    const isPassed = node.type === 'AwaitExpression' || node.delegate;
    const suspend = `${RUNTIME}.${isPassed ? 'pause' : 'suspend'}(${FRAME},(`;
    if (argument) this.#around(argument, suspend, '))');
    else this.#pieces.begin(node.start + 'yield'.length, ` ${RUNTIME}.suspend(${FRAME})`);
    this.#pieces.end(node.end, '))');
  }
}

/** What does something at its place, and no more than that: others are reported by their parts. */
function isReported(node: Statement | TopLevel): boolean {
  switch (node.type) {
    case 'BlockStatement':
    case 'EmptyStatement':
    case 'FunctionDeclaration':
    // Reported each time that its test is computed.
    case 'WhileStatement':
      return false;
    case 'LabeledStatement':
      return node.body.type !== 'WhileStatement';
    case 'VariableDeclaration':
      return node.declarations.some(({ init }) => init);
    case 'ExpressionStatement':
      return node.directive === undefined;
    // Done before a module's first statement.
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return false;
    case 'ExportNamedDeclaration':
      return !!node.declaration && isReported(node.declaration);
    case 'ExportDefaultDeclaration':
      return node.declaration.type !== 'FunctionDeclaration';
    default:
      return true;
  }
}

/** Statements of a module that may throw and declare nothing but `var`s. */
const MAY_FAIL = new Set<string>([
  'BlockStatement',
  'DoWhileStatement',
  'ExpressionStatement',
  'ForInStatement',
  'ForOfStatement',
  'ForStatement',
  'IfStatement',
  'LabeledStatement',
  'SwitchStatement',
  'ThrowStatement',
  'TryStatement',
  'WhileStatement',
]);

/** The last of some ascending offsets that is not above another. */
function lastUpTo(offsets: readonly number[], offset: number): number | undefined {
  let low = 0;
  for (let high = offsets.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return offsets[low - 1];
}

function afterHashbang(source: string, start: number): number {
  if (!source.startsWith('#!') || start > source.search(/\n|$/)) return start;
  return source.indexOf('\n') + 1 || -1;
}
