// All rows of the table of test/hang/process-ends.ts.
import { processEnds } from '../hang/process-ends.js';

processEnds(() => true);
