import type { SupportArea } from './line.ts'
import { served } from './line.ts'

export const jobsSupport: SupportArea = {
  title: 'Jobs',
  lines: [
    served('asyncoperation 0/0, 2/20, 3/30 or 3/31, with the columns of a real import row', 'facts-2 §1.3, web-api H', 'O'),
    served('Import job and solution history appear when the job starts, not when it is accepted', 'web-api H', '3'),
    served('One writer at a time; another is refused at once with the lock text (the service may also queue it)', 'web-api A.5, H', '3'),
    served('The commit of an operation is one transaction; what a killed process left is ended as failed', 'own design', 'U'),
    served('Failure texts: JSON array in the validation stage, plain text after', 'facts-2 §1.4', 'V'),
  ],
}
