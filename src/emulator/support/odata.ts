import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const odataSupport: SupportArea = {
  title: 'OData',
  lines: [
    served('$select, $orderby, $top, $count, parameter aliases', 'web-api C', 'V'),
    partly(
      '$filter: comparisons with constants and with columns of the row, and/or/not, contains, startswith, endswith, null, dates, one lookup deep',
      { missing: 'arithmetic, other functions, paths through more than one lookup' },
      'web-api C',
      'V',
    ),
    partly(
      'Lambda operators any and all on collections, nested',
      { missing: 'collections behind a lookup, columns of the outer row inside' },
      'web-api C',
      'V',
    ),
    partly(
      'Query functions: In, NotIn, Between, NotBetween, ContainValues, EqualUserId, EqualBusinessId, On…, Today…, LastX…, NextX…, OlderThanX…, This/Last/Next week, month and year',
      { missing: 'hierarchies, teams, fiscal periods, minutes' },
      'web-api C',
      'V',
    ),
    served('Dates of query functions and FetchXML in UTC, weeks from Sunday, because users here have no zone', 'own design', 'U'),
    partly(
      '$expand of lookups, collections and many to many, with $select, and for collections $filter, $orderby and $top; nested without $orderby, $top and many to many; at most 15',
      { missing: '$ref inside $expand, $filter of a lookup' },
      'web-api C',
      'V',
    ),
    served('Expanded collections are whole with a link of their own, or paged where something is expanded inside', 'web-api C', 'V'),
    served('At most 500 conditions (0x8004430C) and 15 links of FetchXML (0x8004430D)', 'web-api C', 'V'),
    served('Queries that multiply rows without end fail like those that take too long (0x80044151)', 'own design', 'U'),
    partly(
      '$apply: filter, groupby, aggregate with $count, sum, min, max, average and countdistinct; no grouping by dates, no order by what was computed',
      { missing: 'grouping by columns of other tables, steps after the aggregation' },
      'facts-2 §2',
      'V',
    ),
    partly(
      'fetchXml and savedQuery: attributes, filters, orders, inner and outer links, distinct, top, pages with cookies, aggregates with grouping',
      { missing: 'link types other than inner and outer, hierarchy and fiscal operators, late materialisation, hints; userQuery' },
      'facts-2 §2',
      'V',
    ),
    served('Columns of links are named alias.column', 'facts-2 §2', 'U'),
    served('Aggregates over more than 50,000 rows are refused: 0x8004E023', 'facts-2 §2', 'V'),
    served('$count stops at 5,000; totalrecordcount and totalrecordcountlimitexceeded', 'facts-2 §2', 'V'),
    served('Pages by odata.maxpagesize with nextLink and skiptoken; $top is ignored beside it', 'web-api C, facts-2 §1.8', 'V'),
    served('ETags, If-Match and If-None-Match, upsert by id and by alternate key', 'web-api C', 'V'),
    served('Deep insert behind lookups and into collections, all or nothing; nothing nested in an update', 'web-api C', 'U'),
    served(
      'References ($ref) of lookups, collections and many to many; single properties and $value; lookups to several tables',
      'web-api C',
      'V',
    ),
    served('Annotations: formatted values of choices and lookups, lookuplogicalname, navigation property, error details', 'web-api C', 'V'),
    served('MSCRM.SolutionUniqueName on created and changed components', 'web-api A.3', 'V'),
    partly(
      '$batch: 1,000 requests, change sets all or nothing, Content-ID references in addresses and bodies, continue on error',
      { missing: 'solution operations inside a change set' },
      'facts-2 §1.7',
      'V',
    ),
    partly(
      '$metadata: tables of the environment with keys, navigation properties and alternate keys, actions, functions and their types',
      { missing: 'tables and operations that are not served, definitions of tables as sets, annotations=true' },
      'web-api I',
      'V',
    ),
    served('Service document with the sets of the environment', 'web-api I', 'V'),
    refused('$search, $compute, $deltatoken, bound operations other than RetrieveUnpublishedMultiple', 'web-api C', 'V'),
  ],
}
