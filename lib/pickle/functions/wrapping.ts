/** What stands around a function's text of each form to make an expression of it. */
export const WRAPPING = {
  expression: { before: '(', after: ')' },
  method: { before: '({', after: '})' },
} as const;
