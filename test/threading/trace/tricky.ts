/** Programs whose meaning is easily changed by whoever inserts something: each returns `results`. */
export const sloppy =
  `#!/usr/bin/env node
const results = [];
const note = (...values) => results.push(values.map(String).join());
function strict() { 'use strict'
  return this === undefined }
function loose() { return this !== undefined }
note(strict(), loose())
function both(a) { var a; function a() { return 1 } return typeof a }
note(both(5))
function twice() { return f(); function f() { return 1 } function f() { return 2 } }
note(twice())
note(hoisted(), typeof late)
function hoisted() { return inner(); function inner() { return 'inner' } }
var late = 1
function mapped(a) { a = 2; return arguments[0] + arguments.length }
note(mapped(1, 1))
a: for (var i = 0; i < 3; i++) for (var j = 0; ; j++) { if (j == 1) continue a; if (i == 2) break a; note(i, j) }
var asi = 1
;[1, 2].forEach((x) => note(x))
var k = 0
do k++
while (k < 3) note('k', k)
if (k) note('yes')
else note('no')
if (k == 4) { note(4) } else if (k == 3)
  note('three')
else
  note('other')
switch (k) { case 1: note('one'); case 3: note('three'); case 4:
  note('through'); break; default: note('default') }
function finals() { try { return 1 } finally { note('finally') } }
function over() { try { throw 1 } finally { return 2 } }
function nested() { for (;;) { try { try { throw new Error('x') } finally { break } } catch {} } return 'left' }
note(finals(), over(), nested())
try { null.x } catch ({ message, name }) { note(name) }
var g = function* () { try { const got = yield 1; note('got', got); yield* [2, 3]; return 4 } finally { note('closed') } }
var it = g(); note(JSON.stringify([it.next(), it.next('v'), it.next(), it.next(), it.next()]))
it = g(); it.next(); note(JSON.stringify(it.return(7)))
it = g(); it.next(); try { it.throw(new Error('in')) } catch (e) { note(e.message) }
var o = { get x() { return this._x ?? 'none' }, set x(v) { this._x = v }, ['com' + 1]() { return 'c' }, async: 1, of: 2 }
o.x = 4; note(o.x, o.com1(), o.async + o.of)
var arrows = [() => ({}), (a) => (a, 2), a => b => a + b, (a = 1, { b = 2, ...c } = {}, ...d) => [a, b, d.length], () => /* c */ (3) // end
  , async () => { await 1 }]
note(arrows[0]().constructor.name, arrows[1](1), arrows[2](1)(2), arrows[3](undefined, {}, 1), arrows[4]())
note(arrows.map((f) => f.length + '|' + f.name))
var named = () => {}; var obj = { method() {}, prop: function () {} }
note(named.name, obj.method.name, obj.prop.name, (class { static s = () => {} }).s.name)
with ({ y: 5 }) { note(y); (() => note(y))() }
note(eval('var e1 = 3; e1 + k'), typeof e1)
note((function () { return new.target })() === undefined, new (function () { this.t = new.target !== undefined })().t)
var x1 = 1, y1 = (x1++, x1) ; note(y1)
for (var f of [a => 'in' in a]) note(f({ in: 1 }))
for (const q in { p: 1, q: 2 }) if (q === 'p') continue; else note(q)
function tail() { return (
  // a comment
  [1,
   2]
) }
note(tail())
function noReturn() { return
  5 }
note(noReturn())
` +
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
  String.raw`note(${'`a${((x) => { return `b${x}` })(1)}c`'}, /\}\/\*/.test('}/*'))
label: { note('in'); break label }
class Base { constructor(a) { this.a = a } static make() { return new this(1) } get [Symbol.toStringTag]() { return 'B' } }
class Derived extends Base { #p = 3; static count = 0; static { this.count++; note('static', this.count) }
  field = () => this.#p; constructor(...a) { if (a.length > 5) { super(0) } else super(a.length); note(this.a) } get p() { return super.constructor.name + this.#p } static async *gen() { yield 1; yield await 2 } has(o) { return #p in o } }
note(Derived.make().p, Derived.make().field(), new Derived().has({}), new Derived())
class Bad extends Base { constructor() { } }
try { new Bad() } catch (e) { note(e.name, e.message) }
class Odd extends Base { constructor() { return { odd: 1 } } }
note(new Odd().odd)
function deep(n) { return n ? deep(n - 1) : 0 }
try { (function forever() { forever() })() } catch (e) { note(e.name) }
note(deep(100), delete o.x, void 0, typeof undefinedName)
exports.run = async () => {
  const seen = []
  for await (const v of Derived.gen()) { if (v === 1) continue; seen.push(v) }
  try { await Promise.reject(new Error('later')) } catch (e) { seen.push(e.message) }
  const f = async (x) => { try { return await x } finally { seen.push('f') } }
  seen.push(await f(1), await Promise.all([1, f(2)]), - await 1, (await f(3)) ** 2)
  const order = []; await Promise.all([1, 2].map(async (n) => { order.push(n); await null; order.push(-n) })); seen.push(order)
  async function* ag() { try { yield 1; yield 2 } finally { seen.push('ag') } }
  for await (const v of ag()) { seen.push(v); break }
  seen.push(await (async () => { for (const x of [1]) return x })())
  return [...results, ...seen.map(String)]
}
exports.line = () => new Error().stack.split('\n')[1].match(/:(\d+):\d+/)[1]
`;

export const strict = `'use strict'
import { sep } from 'node:path'
import * as self from './strict.mjs'
export { hoisted as other }
export default class { static x = 1 }
const results = [], note = (...values) => results.push(values.map(String).join())
export let live = 1
export function hoisted() { return live++ }
export const { a, b = () => 'b' } = { a: await Promise.resolve(1) }
note(sep.length, self.hoisted(), live, self.live, a, b(), b.name, self.default.x, self.default.name)
if (live > 1) { let live = 5; note(live) }
try { undefinedName } catch (e) { note(e.message) }
for (const x of [1, 2]) note(x)
for await (const x of [Promise.resolve(3)]) note(x)
try { self.later } catch (e) { note(e.name) }
export const later = 4
export class Exported { static { note('block') } }
await null
note(typeof this, import.meta.url.endsWith('strict.mjs'))
export const run = () => results
// the end`;
