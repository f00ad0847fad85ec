// What other modules of heddle use of this one; not for users.
export { beginContext, keepContext, returnToContext } from './frame.js';
