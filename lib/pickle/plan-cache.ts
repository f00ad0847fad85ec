import type { Plan } from './plan.js';

let plans = new WeakMap<object, Plan>();

export function knownPlan(prototype: object): Plan | undefined {
  return plans.get(prototype);
}

export function keepPlan(prototype: object, plan: Plan): void {
  plans.set(prototype, plan);
}

/** For when a class gets another way to travel. */
export function forgetPlans(): void {
  plans = new WeakMap();
}
