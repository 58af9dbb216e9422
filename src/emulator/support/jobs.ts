import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const jobsSupport: SupportArea = {
  title: 'Jobs',
  lines: [
    served('asyncoperation 0/0, 2/20, 3/30 or 3/31, with the columns of a real import row', 'facts-2 §1.3, web-api H', 'O'),
    served('Import job and solution history appear when the job starts, not when it is accepted', 'web-api H', '3'),
    served('One writer at a time; another is refused at once with the lock text (the service may also queue it)', 'web-api A.5, H', '3'),
    served(
      'Lock texts in both forms with the holders Import, Uninstall, PublishAll, Publish, EntityCustomization, WorkflowSetState, DeleteAndPromote',
      'web-api A.5, H',
      '3',
    ),
    partly(
      'Servicing by the platform holds the place, as a solution operation that the history shows',
      { missing: 'it comes when asked for only; under which name the service holds the place is not known' },
      'web-api H',
      'U',
    ),
    partly(
      'Progress of an import job rises while the job takes its time',
      { missing: 'the work itself is one transaction at the end: 95 becomes 100 at once' },
      'web-api H',
      'U',
    ),
    refused('Cancelling an operation (statecode 3, statuscode 32): what it would leave behind is not known', 'web-api B', 'U'),
    served('The commit of an operation is one transaction; what a killed process left is ended as failed', 'own design', 'U'),
    served('Failure texts: JSON array in the validation stage, plain text after', 'facts-2 §1.4', 'V'),
  ],
}
