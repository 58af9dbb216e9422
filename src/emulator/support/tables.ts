import type { SupportArea } from './line.ts'
import { partly, served } from './line.ts'

export const tablesSupport: SupportArea = {
  title: 'Tables and rows',
  lines: [
    served(
      'Rows of imported and made tables: text, numbers, money, yes/no, dates, choices of one and of several with labels, lookups to one and to several tables, states with reasons, owners, autonumbers',
      'web-api C',
      'V',
    ),
    served('Texts that are too long (0x80044331) and options that are not there (0x8004431A) are refused', 'web-api C', '3'),
    served('Numbers outside their limits are refused (0x80044330); numbers keep their decimal places', 'web-api C', 'U'),
    served('A reason of another state is refused (0x80048408); a new state brings its first reason', 'web-api C', 'U'),
    served('Columns that only the service writes are passed over when a client sends them', 'web-api C', 'U'),
    partly(
      'Alternate keys: rows by key, no two rows with one; a key over rows that are alike fails',
      { missing: 'the job that makes the index, which takes time; ReactivateEntityKey' },
      'web-api C',
      'U',
    ),
    partly(
      'Deleting a row deletes, empties or refuses by its relationships (405 0x80040227)',
      { missing: 'cascades of assigning, sharing and reparenting' },
      'web-api C',
      'V',
    ),
    served('Rows of many-to-many relationships, which end with either of their rows', 'web-api C', 'V'),
    partly('Calculated, rollup and formula columns: read-only', { missing: 'their values, which are always empty' }, 'web-api C', 'U'),
    partly(
      'Contents of file columns: uploaded whole or in chunks, read by $value whole or by ranges, deleted; the name of the file beside it',
      { missing: 'the messages for blocks; limits of size and kind; contents leave the disk with their environment only' },
      'Learn, Use file column data',
      'U',
    ),
    partly(
      'Contents of image columns: as those of files, with the id beside them; in a row for who asks for the column by name',
      {
        missing: 'thumbnails, in place of which the whole is given; limits of size and kind; writing with the row; time stamp and address',
      },
      'Learn, Use image column data',
      'U',
    ),
    served(
      'A deleted table or column takes its values along for good, off the disk by the next writes; an update leaves them',
      'facts-2 §8',
      'U',
    ),
    partly(
      'Accounts, contacts, queues, tasks, notes and currencies with their well-known columns and those that solutions add',
      { missing: 'the rarer columns; addresses as rows of their own; all other tables of the platform' },
      'web-api C',
      'V',
    ),
    partly(
      'Tables of activities and their parties: read as rows and as collections, made with their activity, replaced by PUT of the collection, gone with their activity or its table',
      {
        missing:
          'columns, states and relationships that every activity table has unless its file lists them; activity pointers; parties that the service makes of owner and regarding; definitions of the relationships to parties',
      },
      'Learn, ActivityParty and Associate table rows',
      'U',
    ),
    partly(
      'Plug-in assemblies, types and steps, service endpoints, column security profiles, controls, connectors, custom APIs, agents, site maps, reports, connection roles and AI models as rows that are read',
      { missing: 'all columns but name, managed state and times; writing them' },
      'web-api B.1',
      'V',
    ),
    partly(
      'Money with a currency, its rate and amounts in base currency',
      { missing: 'a base currency that is more than its code, where that is not the US dollar; precision by currency' },
      'web-api C',
      'U',
    ),
    served(
      'RetrieveTotalRecordCount and recordcountsnapshots: daily snapshot, zeros before the first, one unknown name fails all',
      'facts-2 §2',
      '3',
    ),
    partly(
      'Definitions read: EntityDefinitions with columns by kind, choices, keys and relationships, RelationshipDefinitions, GlobalOptionSetDefinitions',
      { missing: '$filter, $orderby and nested $expand inside $expand; languages other than English' },
      'web-api A.4',
      'V',
    ),
    partly(
      'RetrieveMetadataChanges: definitions by a query; what changed and went since a stamp; a stamp of more than 90 days, or from before a restore, has expired (0x80044352)',
      {
        missing:
          'LabelQuery, privileges, AppModuleId, and RetrieveAllSettings when true, which is documented as for internal use; members that were not asked for are left out, not null; options without a change keep their labels',
      },
      'definition changes',
      'V',
    ),
    partly(
      'Definitions made: tables, columns of all plain kinds, choices, one-to-many with their lookup, many-to-many, keys; in the solution of the header',
      { missing: 'the first forms and views of a new table, activity and elastic tables, lookups to several tables, computed columns' },
      'web-api A.3',
      'V',
    ),
    partly(
      'Definitions changed: columns by PUT, which waits for publishing',
      { missing: 'tables, relationships, keys and options' },
      'facts-2 §5',
      'V',
    ),
    served(
      'Definitions deleted with what is inside; refused where something needs them (0x8004F01F) or a managed solution brought them (0x8004F013)',
      'web-api A.5',
      'V',
    ),
    partly('What is made here is exported as real exports write it', { missing: 'codes of lookup types' }, 'web-api G.2', 'U'),
  ],
}
