import type { AnyNode, Class, Program, Statement } from 'acorn';
import { childrenOf } from '../pickle/index.js';
import { type AnyFunction, endOfDirectives, isBoundToBody, isFunction } from './conflicts.js';
import { assignedName } from './function-name.js';
import { Insertions } from './insertions.js';
import { ANONYMOUS, FRAME, MODULE, RUNTIME, THROWN } from './names.js';
import { isReported, MAY_FAIL, type TopLevel } from './reported.js';
import { Statements } from './statements.js';
import { lastUpTo, type Where } from './where.js';

const CATCH = `}catch(${THROWN}){throw ${RUNTIME}.fail(${FRAME},${THROWN})}finally{${RUNTIME}.leave(${FRAME})}`;

/**
 * Walks through a program and inserts calls of the runtime, outside before inside. Whether there is a
 * frame to report to, each visit is told.
 */
export class Instrumenter {
  readonly #where: Where;
  readonly #pieces: Insertions;
  readonly #statements: Statements;
  /** What a function that is met next is called, if it has no name of its own. */
  #name: string | undefined;

  constructor(where: Where) {
    this.#where = where;
    this.#pieces = new Insertions(where.source);
    this.#statements = new Statements(where, this.#pieces, this);
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
      this.list(body, true, true);
      // Before the comments at the end, which may be a source map.
      const end = Math.max(at, body.at(-1)?.end ?? 0);
      const leave = `;${RUNTIME}.leave(${FRAME});`;
      if (end === at) this.#pieces.begin(at, leave);
      else this.#pieces.end(end, leave);
    } else {
      const end = Math.max(at, body.at(-1)?.end ?? 0);
      this.#body(at, end, this.#enter('enter', MODULE, 1), () => this.list(body, true));
    }
    return this.#pieces.toString();
  }

  /** The text of a function or class, in brackets. */
  part(program: Program, name: string | undefined): string {
    this.#name = name || undefined;
    for (const statement of program.body) {
      // A method's name is in the object around it.
      this.visit(statement, false);
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
    for (const child of childrenOf(node)) this.visit(child, framed);
  }

  /** Walks through a node; `framed`: whether the code there belongs to a function with a frame. */
  visit(node: AnyNode, framed: boolean): void {
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
        this.visit(node.object, framed);
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
    if (framed && this.#statements.visit(node)) return;
    this.#eachChild(node, framed);
  }

  /** What a name is assigned to comes last, and the name is meant for nothing else. */
  #eachChild(node: AnyNode, framed: boolean): void {
    const name = this.#name;
    const children = [...childrenOf(node)];
    for (const [index, child] of children.entries()) {
      const isValue = index === children.length - 1;
      this.#name = isValue ? name : undefined;
      this.visit(child, framed);
    }
    this.#name = undefined;
  }

  #method(node: Extract<AnyNode, { type: 'ObjectExpression' }>, name: string): void {
    const [member] = node.properties;
    this.#name = name;
    if (member?.type === 'Property') this.visit(member.value, false);
  }

  #class(node: Class, name: string | undefined, framed: boolean): void {
    const className = node.id?.name ?? name ?? ANONYMOUS;
    this.#name = undefined;
    if (node.superClass) this.visit(node.superClass, framed);
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        this.list(member.body, framed);
      } else if (member.type === 'MethodDefinition' && member.kind === 'constructor') {
        this.#name = className;
        this.visit(member.value, framed);
      } else {
        this.#name = undefined;
        // Only keys are evaluated by the function around; a field has no frame of its own.
        if (member.computed) this.visit(member.key, framed);
        this.#name = assignedName(member, this.#where.source);
        if (member.value) this.visit(member.value, false);
      }
    }
    this.#name = undefined;
  }

  #function(node: AnyFunction, assigned: string | undefined): void {
    const own = node.type === 'ArrowFunctionExpression' ? undefined : node.id?.name;
    const enter = this.#enter('enter', own ?? assigned ?? ANONYMOUS, this.#where.lineOf(node));
    this.#name = undefined;
    // Defaults are computed before there is a frame.
    for (const parameter of node.params) this.visit(parameter, false);
    const { body } = node;
    if (body.type !== 'BlockStatement') {
      const start = lastUpTo(this.#where.arrows, body.start)!;
      const line = `${RUNTIME}.line(${FRAME},${this.#where.lineOf(body)});`;
      const head = `{const ${FRAME}=${enter};try{${line}`;
      this.#pieces.begin(start, `${head}return ${RUNTIME}.value(${FRAME},(`);
      this.visit(body, true);
      this.#pieces.end(node.end, `))${CATCH}}`);
    } else if (isBoundToBody(body.body)) {
      this.#children(body, false);
    } else {
      const start = endOfDirectives(body.body) ?? body.start + 1;
      this.#body(start, Math.max(start, body.body.at(-1)?.end ?? start), enter, () =>
        this.list(body.body, true),
      );
    }
  }

  /** Statements one after another, where another may stand between. */
  list(body: readonly TopLevel[], framed: boolean, isModule = false): void {
    for (const node of body) {
      if (!framed) this.visit(node, false);
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
    if (isReported(node)) this.#pieces.begin(node.start, `${this.#statements.line('line', node)};`);
    this.visit(node, true);
  }
}

function afterHashbang(source: string, start: number): number {
  if (!source.startsWith('#!') || start > source.search(/\n|$/)) return start;
  return source.indexOf('\n') + 1 || -1;
}
