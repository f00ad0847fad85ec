import type { AnyNode, Statement } from 'acorn';
import type { Insertions } from './insertions.js';
import { FRAME, RUNTIME, THROWN } from './names.js';
import { isReported, type TopLevel } from './reported.js';
import { lastUpTo, type Where } from './where.js';

/** Who walks through the parts of a node. */
interface Visitor {
  visit(node: AnyNode, framed: boolean): void;
  list(body: readonly TopLevel[], framed: boolean): void;
}

/** Inserts what a function with a frame reports of its statements and suspensions. */
export class Statements {
  readonly #where: Where;
  readonly #pieces: Insertions;
  readonly #visitor: Visitor;

  constructor(where: Where, pieces: Insertions, visitor: Visitor) {
    this.#where = where;
    this.#pieces = pieces;
    this.#visitor = visitor;
  }

  /** A call that reports a line. */
  line(method: 'line' | 'head' | 'round', node: AnyNode): string {
    return `${RUNTIME}.${method}(${FRAME},${this.#where.lineOf(node)})`;
  }

  /**
   * What a statement or expression with a frame needs beside its parts.
   *
   * @returns whether its parts have been visited, too
   */
  visit(node: AnyNode): boolean {
    switch (node.type) {
      case 'BlockStatement':
        this.#visitor.list(node.body, true);
        return true;
      case 'SwitchCase':
        if (node.test) this.#visitor.visit(node.test, true);
        this.#visitor.list(node.consequent, true);
        return true;
      case 'IfStatement':
        this.#visitor.visit(node.test, true);
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
    this.#visitor.visit(node, true);
    this.#pieces.end(node.end, after);
  }

  /** A statement that stands alone in another; in a block if it is to be reported. */
  #branch(node: Statement, owner: AnyNode): void {
    const isElsewhere = this.#where.lineOf(node) !== this.#where.lineOf(owner);
    if (isElsewhere && isReported(node)) {
      this.#around(node, `{${this.line('line', node)};`, '}');
    } else {
      this.#visitor.visit(node, true);
    }
  }

  #otherwise(node: Statement, owner: AnyNode): void {
    const isElsewhere = this.#where.lineOf(node) !== this.#where.lineOf(owner);
    if (node.type !== 'IfStatement' || !isElsewhere) {
      this.#branch(node, owner);
      return;
    }
    this.#pieces.begin(node.test.start, `${this.line('line', node)},(`);
    this.#visitor.visit(node.test, true);
    this.#pieces.end(node.test.end, ')');
    this.#branch(node.consequent, node);
    if (node.alternate) this.#otherwise(node.alternate, node);
  }

  #while(node: Extract<AnyNode, { type: 'WhileStatement' | 'DoWhileStatement' }>): void {
    const isDo = node.type === 'DoWhileStatement';
    if (isDo) this.#branch(node.body, node);
    const isOneLine = this.#where.lineOf(node.test) === this.#where.lineOf(node);
    const line = this.line(isDo && !isOneLine ? 'line' : 'head', node.test);
    this.#around(node.test, `${line},(`, ')');
    if (!isDo) this.#branch(node.body, node);
  }

  #for(node: Extract<AnyNode, { type: 'ForStatement' }>): void {
    if (node.init) this.#visitor.visit(node.init, true);
    if (node.test) this.#visitor.visit(node.test, true);
    const head = this.line('head', node);
    if (node.update) {
      this.#around(node.update, `${head},(`, ')');
    } else {
      this.#pieces.begin(lastUpTo(this.#where.brackets, node.body.start)!, head);
    }
    this.#branch(node.body, node);
  }

  #forEach(node: Extract<AnyNode, { type: 'ForInStatement' | 'ForOfStatement' }>): void {
    this.#visitor.visit(node.left, true);
    const isAsync = node.type === 'ForOfStatement' && node.await;
    if (isAsync) this.#around(node.right, `${RUNTIME}.pause(${FRAME},(`, '))');
    else this.#visitor.visit(node.right, true);
    const { body } = node;
    const round = `${this.line('round', node)};`;
    const end = isAsync ? `;${RUNTIME}.pause(${FRAME})` : '';
    if (body.type !== 'BlockStatement') {
      this.#pieces.begin(body.start, `{${round}`);
      this.#branch(body, node);
      this.#pieces.end(body.end, `${end}}`);
    } else {
      this.#pieces.begin(body.start + 1, round);
      this.#visitor.visit(body, true);
      if (end) this.#pieces.end(body.end - 1, end);
    }
  }

  #try({ block, handler, finalizer }: Extract<AnyNode, { type: 'TryStatement' }>): void {
    this.#visitor.visit(block, true);
    if (handler) {
      const { param, body } = handler;
      if (param) this.#visitor.visit(param, true);
      else this.#pieces.begin(body.start, `(${THROWN})`);
      // Of what a pattern takes apart nothing is left but its parts.
      const thrown = param ? (param.type === 'Identifier' ? param.name : undefined) : THROWN;
      const report = thrown ? `${RUNTIME}.caught(${FRAME},${thrown});` : '';
      this.#pieces.begin(body.start + 1, `${report}${this.line('line', handler)};`);
      this.#visitor.visit(body, true);
    } else {
      const report = `throw ${RUNTIME}.pass(${FRAME},${THROWN})`;
      this.#pieces.end(block.end, `catch(${THROWN}){${report}}`);
    }
    if (finalizer) this.#visitor.visit(finalizer, true);
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
