/** What stands around a function's text of each form to make an expression of it. */
export const WRAPPING = {
  expression: { before: '(', after: ')' },
  method: { before: '({', after: '})' },
} as const;

/** How a class's text names what it extends. */
export const BASE = '$heddleBase';

/** Where a class leaves what it does when all that it captured is there. */
export const LATER = '$heddleLater';

/** What stands for `import.meta`, which only modules may say; as long as that. */
export const META = 'importMeta$';
